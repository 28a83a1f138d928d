package main

import (
	"context"
	"errors"
	"slices"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// source is the Syncro account to be read.
type source struct {
	config   connector.Config
	upstream dovetail.Upstream
	pace     func(context.Context, string) error
	// documented are companies that people have documented already.
	documented []string
}

// pretended is an account that exists in this process only. It has no request
// limit to keep to.
func pretended() (source, error) {
	account, err := syncrotest.New(syncrotest.Options{Customers: 40, Contacts: 400, Assets: 1200})
	if err != nil {
		return source{}, err
	}
	src := source{
		config:   config(account.Subdomain()+".syncromsp.com", account.Token()),
		upstream: dovetail.Upstream{RoundTripper: account.RoundTripper()},
		pace:     func(context.Context, string) error { return nil },
	}
	for i, customer := range account.Customers() {
		if i%4 == 0 && !customer.Disabled && customer.BusinessName != "" {
			src.documented = append(src.documented, customer.BusinessName)
		}
	}
	return src, nil
}

func realAccount(domain, key string) (source, error) {
	if key == "" {
		return source{}, errors.New("-domain needs an API key (put it into the environment as SYNCRO_API_KEY)")
	}
	return source{config: config(domain, key)}, nil
}

func config(domain, key string) connector.Config {
	return connector.Config{
		Values:  map[string]string{syncro.FieldDomain: domain},
		Secrets: map[string]connector.Secret{syncro.FieldAPIKey: connector.NewSecret(key)},
	}
}

// documentByHand makes what a platform has before dovetail comes, two layouts
// and a few companies, and returns settings that fit them.
func documentByHand(ctx context.Context, platform store.Documents, info connector.Info, src source) (dovetail.Settings, error) {
	for _, name := range slices.Concat(src.documented, []string{"Our own office"}) {
		if _, err := platform.CreateCompany(ctx, store.NewCompany{Name: name}, store.Intent{By: visitor}); err != nil {
			return dovetail.Settings{}, err
		}
	}
	settings := dovetail.Settings{Config: src.config, DefaultLayouts: make(map[connector.Kind]store.LayoutID), AutoUpdateNames: true}
	for _, wanted := range []struct {
		kind   connector.Kind
		layout store.NewLayout
	}{
		{syncro.KindContact, store.NewLayout{Name: "People", Fields: []store.Field{
			{Name: "E-mail", Type: store.FieldEmail, Means: connector.MeansEmail},
			{Name: "Phone", Type: store.FieldPhone, Means: connector.MeansPhone},
			{Name: "Job title", Type: store.FieldText, Means: connector.MeansJobTitle},
			{Name: "Notes", Type: store.FieldRichText},
		}}},
		{syncro.KindAsset, store.NewLayout{Name: "Devices", Fields: []store.Field{
			{Name: "Serial number", Type: store.FieldText, Means: connector.MeansSerial},
			{Name: "MAC addresses", Type: store.FieldText, Means: connector.MeansMAC},
			{Name: "Manufacturer", Type: store.FieldText, Means: connector.MeansManufacturer},
			{Name: "Model", Type: store.FieldText, Means: connector.MeansModel},
			{Name: "Operating system", Type: store.FieldText, Means: connector.MeansOS},
			{Name: "Notes", Type: store.FieldRichText},
		}}},
	} {
		layout, err := platform.CreateLayout(ctx, wanted.layout, store.Intent{By: visitor})
		if err != nil {
			return dovetail.Settings{}, err
		}
		settings.DefaultLayouts[wanted.kind] = layout.ID
		declared, _ := info.Kind(wanted.kind)
		settings.Connected = append(settings.Connected, dovetail.ConnectFields(declared, layout)...)
	}
	return settings, nil
}
