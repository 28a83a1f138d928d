package dovetail

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// TestRequest asks to test a connection.
type TestRequest struct {
	// By is who asks.
	By store.Actor
	// Integration names the integration.
	Integration store.IntegrationID
	// Config is tested instead of what is saved, and then nothing is stored. A
	// credential that is left out is taken from what is saved, unless another
	// value, such as the domain, is changed. Nil tests what is saved.
	Config *connector.Config
	// Connector names the connector, where Config is tested for an integration
	// that isn't set up yet.
	Connector string
}

// ConnectionReport is what a connection test found.
type ConnectionReport struct {
	connector.CheckResult
	// Problem is why the integration can't run although there is a connection,
	// with what to do about it. Empty: it can.
	Problem string
	// Code classifies Problem.
	Code connector.Code
	// Warnings are what will be left out, and why: a kind whose right is
	// missing.
	Warnings []string
}

// OK reports whether the integration can run.
func (r ConnectionReport) OK() bool { return r.Problem == "" }

// TestConnection connects and reports the account, what the credentials can see
// and each right. An error means that there is no connection; its code tells
// wrong credentials (auth) from no answer (unavailable). When saved settings
// are tested the outcome is stored, and a run is possible only after one that
// is OK.
func (e *Engine) TestConnection(ctx context.Context, req TestRequest) (ConnectionReport, error) {
	if err := e.authorize(ctx, req.By, OpTestConnection); err != nil {
		return ConnectionReport{}, err
	}
	integration, settings, err := e.load(ctx, req.Integration)
	if errors.Is(err, store.ErrNotFound) && req.Config != nil {
		integration = store.Integration{ID: req.Integration, Connector: req.Connector}
	} else if err != nil {
		return ConnectionReport{}, err
	}
	asked := connector.Config{Values: settings.Config}
	if req.Config != nil {
		asked = *req.Config
	}
	report, err := e.check(ctx, integration, settings, asked)
	if req.Config != nil {
		return report, err
	}
	if ctx.Err() != nil {
		return report, err
	}
	return report, errors.Join(err, e.noteConnection(ctx, integration.ID, settings.Version, report, err))
}

// check connects and judges what the connector found.
func (e *Engine) check(ctx context.Context, integration store.Integration, settings store.Settings, asked connector.Config) (ConnectionReport, error) {
	conn, err := e.connector(integration.Connector)
	if err != nil {
		return ConnectionReport{}, err
	}
	config, err := e.config(ctx, integration, settings, asked)
	if err != nil {
		return ConnectionReport{}, fmt.Errorf("dovetail: test connection: %w", err)
	}
	session, err := conn.Open(ctx, e.openOptions(integration.ID, config, flightInfo{}))
	if err != nil {
		return ConnectionReport{}, fmt.Errorf("dovetail: test connection: %w", err)
	}
	defer func() { _ = session.Close() }()
	test := connector.FeaturesOf(session).Check
	if test == nil {
		test = func(ctx context.Context) (connector.CheckResult, error) {
			return checkByReading(ctx, conn.Info(), session)
		}
	}
	result, err := test(ctx)
	if err != nil {
		return ConnectionReport{}, fmt.Errorf("dovetail: test connection: %w", err)
	}
	return judge(conn.Info(), integration, result), nil
}

// checkByReading tests a connector that has no test of its own: the first page
// of each kind proves the credentials and its right.
func checkByReading(ctx context.Context, info connector.Info, session connector.Session) (connector.CheckResult, error) {
	var result connector.CheckResult
	for _, kind := range info.Kinds {
		right := connector.Right{Name: "read " + strings.ToLower(kind.Plural), Granted: true, Kinds: []connector.Kind{kind.Kind}}
		for page, err := range session.Read(ctx, connector.ReadRequest{Kind: kind.Kind}) {
			switch {
			case connector.CodeOf(err) == connector.CodePermission:
				right.Granted = false
			case err != nil:
				return connector.CheckResult{}, err
			case result.Account.ID == "":
				result.Account.ID = page.Account
			}
			break
		}
		result.Rights = append(result.Rights, right)
	}
	return result, nil
}

// judge decides what the result of a test means for the integration.
func judge(info connector.Info, integration store.Integration, result connector.CheckResult) ConnectionReport {
	report := ConnectionReport{CheckResult: result}
	container, _ := info.Kind(info.Container)
	companies := strings.ToLower(container.Plural)
	if other := otherAccount(integration.Account, result.Account); other != "" {
		report.Problem = fmt.Sprintf("the credentials lead to account %s, and this integration reads account %s (set up another integration for another account)",
			other, strings.TrimPrefix(integration.Account, standIn))
		report.Code = connector.CodeConfig
		return report
	}
	for _, right := range result.Rights {
		if right.Granted {
			continue
		}
		text := fmt.Sprintf("the right %q is missing (grant it to the user of the API key in %s)", right.Name, info.Title)
		for _, kind := range right.Kinds {
			if kind == info.Container && report.Problem == "" {
				report.Problem, report.Code = text, connector.CodePermission
			}
		}
		report.Warnings = append(report.Warnings, text)
	}
	if n, counted := result.Counts[info.Container]; counted && n == 0 && report.Problem == "" {
		report.Problem = fmt.Sprintf("connected, but the account shows no %s (is it the right account, and may the user of the API key see them?)", companies)
		report.Code = connector.CodeConfig
	}
	return report
}

// noteConnection stores the outcome of a test of the saved settings.
func (e *Engine) noteConnection(ctx context.Context, id store.IntegrationID, version int64, report ConnectionReport, testErr error) error {
	err := e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		integration, err := w.Integration(id)
		if err != nil {
			return err
		}
		if integration.SettingsVersion != version {
			return nil // saved meanwhile: the test says nothing about these
		}
		was := integration.Connection.State
		integration.Connection = connectionState(report, testErr)
		if s := integration.Connection.State; s == store.ConnectionOK && s != was {
			if err := e.dueNow(w, id); err != nil {
				return err
			}
		}
		if testErr == nil {
			integration.Types = report.Types
			if err := e.pinSkipTypes(w, &integration); err != nil {
				return err
			}
			if report.Problem == "" || integration.Account == "" {
				integration.Account = noted(integration.Account, report.Account)
			}
		}
		return w.PutIntegration(integration)
	})
	if err != nil {
		return fmt.Errorf("dovetail: test connection: %w", err)
	}
	e.lookAgain()
	return nil
}

// pinSkipTypes gives the skipped types that were named before the account's
// types were known their ids: from then on a rename upstream changes nothing.
func (e *Engine) pinSkipTypes(w store.Writer, integration *store.Integration) error {
	conn, err := e.connector(integration.Connector)
	if err != nil {
		return err
	}
	settings, err := w.Settings(integration.ID, integration.SettingsVersion)
	if err != nil {
		return err
	}
	named := slices.Clone(settings.SkipTypes)
	resolveSkipTypes(conn.Info(), integration.Types, settings.SkipTypes)
	if slices.Equal(named, settings.SkipTypes) {
		return nil
	}
	settings.Version++
	integration.SettingsVersion = settings.Version
	return w.PutSettings(settings)
}

func connectionState(report ConnectionReport, testErr error) store.Connection {
	switch {
	case testErr != nil:
		return store.Connection{State: store.ConnectionAttention, At: now(), Problem: testErr.Error(), Code: connector.CodeOf(testErr)}
	case !report.OK():
		return store.Connection{State: store.ConnectionAttention, At: now(), Problem: report.Problem, Code: report.Code}
	default:
		return store.Connection{State: store.ConnectionOK, At: now()}
	}
}

// enabled returns why nothing may be done for the integration, or nil.
func enabled(i store.Integration) error {
	if i.Disabled {
		return fmt.Errorf("integration %q: %w: it is disabled (enable it)", i.ID, ErrNotReady)
	}
	return nil
}

// ready returns why the integration can't run, or nil.
func ready(i store.Integration) error {
	if err := enabled(i); err != nil {
		return err
	}
	switch {
	case i.Connection.State == store.ConnectionUntested:
		return fmt.Errorf("integration %q: %w: its connection was not tested since the configuration was saved (call TestConnection)", i.ID, ErrNotReady)
	case i.Connection.State != store.ConnectionOK && !i.Connection.Code.Info().Retryable:
		return fmt.Errorf("integration %q: %w: it needs attention: %s", i.ID, ErrNotReady, i.Connection.Problem)
	}
	return nil
}
