package main

import (
	"context"
	"errors"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/syncro"
)

// layouts are the platform's asset layouts, by id.
type layouts map[store.LayoutID]store.Layout

// setUp connects, has layouts made for what the account has, and saves settings
// that place everything there.
func (t *tour) setUp(ctx context.Context, config connector.Config) (dovetail.SavedSettings, error) {
	const name = "syncro"
	tested, err := t.engine.TestConnection(ctx, dovetail.TestRequest{By: visitor, Integration: integration, Connector: name, Config: &config})
	if err != nil {
		return dovetail.SavedSettings{}, err
	}
	if !tested.OK() {
		return dovetail.SavedSettings{}, errors.New(tested.Problem)
	}
	setup, err := t.engine.SuggestSetup(ctx, dovetail.SuggestRequest{By: visitor, Connector: name, Types: tested.Types})
	if err != nil {
		return dovetail.SavedSettings{}, err
	}
	settings, err := t.engine.CreateLayouts(ctx, dovetail.CreateLayoutsRequest{By: visitor, Setup: setup})
	if err != nil {
		return dovetail.SavedSettings{}, err
	}
	t.layouts = make(layouts)
	for l, err := range t.platform.Layouts(ctx) {
		if err != nil {
			return dovetail.SavedSettings{}, err
		}
		t.layouts[l.ID] = l
	}
	t.people, t.devices = t.layouts[settings.DefaultLayouts[syncro.KindContact]], t.layouts[settings.DefaultLayouts[syncro.KindAsset]]
	settings.Config = config
	return t.engine.SaveSettings(ctx, dovetail.SettingsRequest{By: visitor, Integration: integration, Connector: name, Name: "Syncro", Settings: settings})
}
