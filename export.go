package dovetail

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// ExportRequest asks for what people set and decided for an integration.
type ExportRequest struct {
	// By is who asks.
	By store.Actor
	// Integration names the integration.
	Integration store.IntegrationID
}

// Export returns an integration's settings, with its sort rules, and the decisions
// about its companies, for Import.
func (e *Engine) Export(ctx context.Context, req ExportRequest) (Transfer, error) {
	if err := e.authorize(ctx, req.By, OpExport); err != nil {
		return Transfer{}, err
	}
	t, err := e.export(ctx, req.Integration)
	if err != nil {
		return Transfer{}, fmt.Errorf("dovetail: export %q: %w", req.Integration, err)
	}
	return t, nil
}

func (e *Engine) export(ctx context.Context, id store.IntegrationID) (Transfer, error) {
	integration, settings, conn, err := e.configured(ctx, id)
	if err != nil {
		return Transfer{}, err
	}
	t := Transfer{
		Format: transferFormat, Connector: integration.Connector, Name: integration.Name, Account: integration.Account,
		Settings: settings, Companies: make(map[store.CompanyID]string),
	}
	t.Settings.Integration, t.Settings.Version, t.Settings.By, t.Settings.At = "", 0, store.Actor{}, time.Time{}
	for i := range t.Settings.Connected {
		t.Settings.Connected[i].Type = "" // importing sets it again
	}
	if t.Layouts, err = e.layoutNames(ctx, settings); err != nil {
		return Transfer{}, err
	}
	err = e.exportDecisions(ctx, integration.ID, conn.Info().Container, &t)
	return t, err
}

// exportDecisions adds what was decided about companies, as far as it is about
// companies that are still here.
func (e *Engine) exportDecisions(ctx context.Context, id store.IntegrationID, container connector.Kind, t *Transfer) error {
	rejected, err := e.rejectedCompanies(ctx, id, container)
	if err != nil {
		return err
	}
	here, err := e.companiesHere(ctx)
	if err != nil {
		return err
	}
	rows, err := e.companyRowsAmong(ctx, id, here)
	if err != nil {
		return err
	}
	for _, row := range rows {
		d := TransferDecision{Key: row.ID.Key, Name: row.Name}
		if !undecidedState(row.State) && !row.Missing {
			d.State, d.Company, d.Primary = row.State, row.Company, row.Primary
		}
		for _, company := range rejected[row.ID.Key] {
			if _, known := here[company]; known {
				d.Rejected = append(d.Rejected, company)
			}
		}
		if d.State == "" && len(d.Rejected) == 0 {
			continue
		}
		t.Decisions = append(t.Decisions, d)
		for _, company := range d.companies() {
			t.Companies[company] = here[company].Name
		}
	}
	return nil
}

// layoutNames names the layouts of some settings, with the fields that are
// connected. One that is no longer there has no name.
func (e *Engine) layoutNames(ctx context.Context, settings store.Settings) (map[store.LayoutID]TransferLayout, error) {
	edited, err := asEdited(settings)
	if err != nil {
		return nil, err
	}
	layouts, err := e.layouts(ctx)
	if err != nil {
		return nil, err
	}
	named := make(map[store.LayoutID]TransferLayout)
	name := func(id store.LayoutID) {
		if _, done := named[id]; !done && id != "" {
			named[id] = TransferLayout{Name: layouts[id].Name, Fields: make(map[store.FieldID]string)}
		}
	}
	for id := range maps.Values(settings.DefaultLayouts) {
		name(id)
	}
	for _, rule := range edited.Rules {
		name(rule.Layout)
	}
	for _, c := range settings.Connected {
		name(c.Layout)
		for _, field := range layouts[c.Layout].Fields {
			if field.ID == c.Field {
				named[c.Layout].Fields[c.Field] = field.Name
			}
		}
	}
	return named, nil
}
