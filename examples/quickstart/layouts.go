package main

import (
	"context"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/syncro"
)

// layouts are the platform's asset layouts.
type layouts struct{ people, devices, printers store.Layout }

func (l layouts) all() []store.Layout { return []store.Layout{l.people, l.devices, l.printers} }

func (l layouts) name(id store.LayoutID) string {
	for _, layout := range l.all() {
		if layout.ID == id {
			return layout.Name
		}
	}
	return ""
}

func createLayouts(ctx context.Context, platform store.Layouts) (layouts, error) {
	notes := store.Field{Name: "Notes", Type: store.FieldRichText}
	serial := store.Field{Name: "Serial number", Type: store.FieldText, Means: connector.MeansSerial}
	maker := store.Field{Name: "Manufacturer", Type: store.FieldText, Means: connector.MeansManufacturer}
	model := store.Field{Name: "Model", Type: store.FieldText, Means: connector.MeansModel}
	wanted := []store.NewLayout{
		{Name: "People", Fields: []store.Field{
			{Name: "E-mail", Type: store.FieldEmail, Means: connector.MeansEmail},
			{Name: "Phone", Type: store.FieldPhone, Means: connector.MeansPhone},
			{Name: "Job title", Type: store.FieldText, Means: connector.MeansJobTitle},
			notes,
		}},
		{Name: "Devices", Fields: []store.Field{
			serial, maker, model,
			{Name: "MAC addresses", Type: store.FieldText, Means: connector.MeansMAC},
			{Name: "Operating system", Type: store.FieldText, Means: connector.MeansOS},
			notes,
		}},
		{Name: "Printers", Fields: []store.Field{serial, maker, model, notes}},
	}
	var made [3]store.Layout
	for i, l := range wanted {
		var err error
		if made[i], err = platform.CreateLayout(ctx, l, store.Intent{ID: "layout " + l.Name, By: visitor}); err != nil {
			return layouts{}, err
		}
	}
	return layouts{people: made[0], devices: made[1], printers: made[2]}, nil
}

// settings place contacts in People, printers in Printers and all other assets
// in Devices. Every field is fed by the data points that mean the same.
func (l layouts) settings(config connector.Config, info connector.Info) dovetail.Settings {
	return dovetail.Settings{
		Config: config,
		DefaultLayouts: map[connector.Kind]store.LayoutID{
			syncro.KindContact: l.people.ID,
			syncro.KindAsset:   l.devices.ID,
		},
		SkipTypes: []store.SkipType{{Kind: syncro.KindAsset, Name: "UPS"}},
		Rules: []sortrules.Rule{{
			ID: "printers", Kind: syncro.KindAsset, Layout: l.printers.ID,
			When: sortrules.Condition{Field: sortrules.FieldType, Op: sortrules.OpEquals, Value: connector.Text("Printer")},
		}},
		Connected:       l.connected(info),
		AutoUpdateNames: true,
	}
}

func (l layouts) connected(info connector.Info) []store.ConnectedField {
	var connected []store.ConnectedField
	fed := map[connector.Kind][]store.Layout{syncro.KindContact: {l.people}, syncro.KindAsset: {l.devices, l.printers}}
	for _, kind := range info.Kinds {
		for _, layout := range fed[kind.Kind] {
			for _, field := range layout.Fields {
				var sources []string
				for _, point := range kind.DataPoints {
					if field.Means != "" && point.Means == field.Means {
						sources = append(sources, point.Name)
					}
				}
				if len(sources) > 0 {
					connected = append(connected, store.ConnectedField{Kind: kind.Kind, Layout: layout.ID, Field: field.ID, Sources: sources})
				}
			}
		}
	}
	return connected
}
