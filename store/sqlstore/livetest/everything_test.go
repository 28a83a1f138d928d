package livetest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/sqlstore"
)

// filled returns a T in which nothing is zero. The same number fills alike.
func filled[T any](n int) (row T) {
	fillAll(reflect.ValueOf(&row).Elem(), n)
	return row
}

func fillAll(v reflect.Value, n int) {
	switch v.Interface().(type) {
	case connector.Value:
		v.Set(reflect.ValueOf(connector.Text(fmt.Sprintf("välue %d", n))))
		return
	case time.Time:
		v.Set(reflect.ValueOf(time.Date(2026, 1, 2, 3, 4, 5, 6000*(n+1), time.UTC)))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("téxt %d", n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(n + 1))
	case reflect.Uint8:
		v.SetUint(uint64(n%3 + 1))
	case reflect.Float64:
		v.SetFloat(0.75)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fillAll(v.Index(i), n+i)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fillAll(key, n)
		fillAll(value, n)
		v.SetMapIndex(key, value)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fillAll(v.Field(i), n)
			}
		}
	default:
		panic(v.Type())
	}
}

// The names that fillAll gives are used to ask for what it filled.
const (
	someIntegration = store.IntegrationID("téxt 0")
	someKind        = connector.Kind("téxt 0")
	someCompany     = store.CompanyID("téxt 0")
	somePlan        = store.PlanID("téxt 0")
	someScan        = store.ScanID("scan 1")
)

// writeEverything writes n rows of every type, all fields filled. Those after
// the first belong to the same integration, kind, company and plan.
func writeEverything(w store.Writer, n int) error {
	scan := store.Scan{ID: someScan, Integration: someIntegration, Kind: someKind, State: store.ScanOpen, Started: filled[time.Time](1)}
	if err := w.PutScan(scan); err != nil {
		return err
	}
	for i := range n {
		if err := writeRow(w, i); err != nil {
			return err
		}
	}
	return w.MarkSeen(someScan, []connector.Key{"key 0000"})
}

func writeRow(w store.Writer, i int) error {
	id := store.RecordID{Integration: someIntegration, Kind: someKind, Key: connector.Key(fmt.Sprintf("key %04d", i))}
	mirror, match, card := filled[store.MirrorRow](i), filled[store.Match](i), filled[store.Card](i)
	mirror.ID, match.ID, card.ID = id, id, id
	mirror.Container, match.Company, card.Company = "container", someCompany, someCompany
	rejection, pin, tombstone := filled[store.Rejection](i), filled[store.Pin](i), filled[store.Tombstone](i)
	rejection.ID, rejection.Company, tombstone.ID, tombstone.Company = filled[store.RecordID](0), store.CompanyID(id.Key), id, someCompany
	pin.Asset, pin.Company = store.AssetID(id.Key), someCompany
	overwritten, approval := filled[store.Overwritten](i), filled[store.Approval](i)
	overwritten.Company, overwritten.Asset, approval.Integration = someCompany, "asset", someIntegration
	plan, change, open := filled[store.Plan](i), filled[store.Change](i), filled[store.OpenWrite](i)
	plan.ID, plan.Integration, change.Plan, open.Record, open.Intent = store.PlanID(id.Key), someIntegration, somePlan, id, string(id.Key)
	run, entry, due, claim := filled[store.Run](i), filled[store.JournalEntry](i), filled[store.Due](i), filled[store.Claim](i)
	run.ID, run.Integration = store.RunID(id.Key), someIntegration
	entry.Run, entry.Company, entry.Asset = "run", someCompany, "asset"
	settings, scan := filled[store.Settings](i), filled[store.Scan](i)
	settings.Integration, settings.Rules = someIntegration, json.RawMessage(`{"rules":[]}`)
	scan.ID, scan.Integration, scan.Kind, scan.State = store.ScanID("scan 0 "+string(id.Key)), someIntegration, someKind, store.ScanEnded
	if i > 0 {
		scan.Within = nil
	}
	for _, err := range []error{
		w.PutIntegration(filled[store.Integration](i)), w.PutSettings(settings), w.PutMirrorRow(mirror), w.PutScan(scan),
		w.PutMatch(match), w.PutCard(card), w.PutRejection(rejection), w.PutPin(pin), w.PutTombstone(tombstone),
		w.AddOverwritten(overwritten), w.PutApproval(approval), w.PutDue(due), w.PutClaim(claim), w.PutPlan(plan), w.PutChange(change),
		w.PutOpenWrite(open), w.PutRun(run), w.AppendJournal(entry),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// rowsFrom collects what an iterator yields, as JSON without what is empty: so it
// stays the same when the model gains a field.
func rowsFrom[T any](t *testing.T, seq iter.Seq2[T, error]) (all []any) {
	t.Helper()
	for row, err := range seq {
		require.NoError(t, err)
		all = append(all, plain(t, row))
	}
	return all
}

func rowFrom[T any](t *testing.T) func(row T, err error) []any {
	t.Helper()
	return func(row T, err error) []any {
		require.NoError(t, err)
		return []any{plain(t, row)}
	}
}

func plain(t *testing.T, row any) any {
	t.Helper()
	data, err := json.Marshal(row)
	require.NoError(t, err)
	var tree any
	require.NoError(t, json.Unmarshal(data, &tree))
	return pruned(tree)
}

func pruned(tree any) any {
	switch v := tree.(type) {
	case map[string]any:
		for key, value := range v {
			if v[key] = pruned(value); v[key] == nil {
				delete(v, key)
			}
		}
		if len(v) == 0 {
			return nil
		}
	case []any:
		for i := range v {
			v[i] = pruned(v[i])
		}
		if len(v) == 0 {
			return nil
		}
	case string:
		if v == "" || v == "0001-01-01T00:00:00Z" {
			return nil
		}
	case float64:
		if v == 0 {
			return nil
		}
	case bool:
		if !v {
			return nil
		}
	}
	return tree
}

// readEverything asks every question that a ledger answers.
func readEverything(t *testing.T, l store.Ledger) map[string][]any {
	t.Helper()
	all := map[string][]any{}
	require.NoError(t, l.View(t.Context(), func(_ context.Context, r store.Reader) error {
		id := store.RecordID{Integration: someIntegration, Kind: someKind, Key: "key 0000"}
		maps.Copy(all, map[string][]any{
			"integration": rowFrom[store.Integration](t)(r.Integration(someIntegration)), "integrations": rowsFrom(t, r.Integrations()),
			"settings": rowFrom[store.Settings](t)(r.Settings(someIntegration, 1)),
			"match":    rowFrom[store.Match](t)(r.Match(id)), "matches": rowsFrom(t, r.Matches(someIntegration)), "matches of": rowsFrom(t, r.MatchesOf(someCompany)),
			"card": rowFrom[store.Card](t)(r.Card(id)), "cards": rowsFrom(t, r.Cards(someIntegration)), "cards of": rowsFrom(t, r.CardsOf(someCompany)),
			"cards for": rowsFrom(t, r.CardsFor(idsOf(t, r))), "mirror for": rowsFrom(t, r.MirrorFor(idsOf(t, r))),
			"rejections": rowsFrom(t, r.Rejections(filled[store.RecordID](0))), "rejections of": rowsFrom(t, r.RejectionsOf(someIntegration)),
			"pins of": rowsFrom(t, r.PinsOf(someCompany)), "approvals": rowsFrom(t, r.Approvals(someIntegration)),
			"tombstone": rowFrom[store.Tombstone](t)(r.Tombstone(id)), "tombstones of": rowsFrom(t, r.TombstonesOf(someCompany)),
			"overwritten": rowsFrom(t, r.Overwritten(store.OverwrittenQuery{})), "overwritten of company": rowsFrom(t, r.Overwritten(store.OverwrittenQuery{Company: someCompany})),
			"overwritten of asset": rowsFrom(t, r.Overwritten(store.OverwrittenQuery{Asset: "asset"})),
			"due":                  rowFrom[store.Due](t)(r.Due(someIntegration)),
			"claim":                rowFrom[store.Claim](t)(r.Claim(filled[store.Claim](0).Work)),
			"plan":                 rowFrom[store.Plan](t)(r.Plan("key 0000")), "last plan": rowFrom[store.Plan](t)(r.LastPlan(someIntegration)),
			"plans": rowsFrom(t, r.Plans(someIntegration, "")), "plans before": rowsFrom(t, r.Plans(someIntegration, "key 9999")),
			"change": rowFrom[store.Change](t)(r.Change(somePlan, 1)), "changes": rowsFrom(t, r.Changes(somePlan, 0, 0)),
			"open writes": rowsFrom(t, r.OpenWrites(someIntegration)),
			"run":         rowFrom[store.Run](t)(r.Run("key 0000")), "last run": rowFrom[store.Run](t)(r.LastRun(someIntegration)),
			"runs": rowsFrom(t, r.Runs(someIntegration, "")), "runs before": rowsFrom(t, r.Runs(someIntegration, "key 9999")),
			"journal": rowsFrom(t, r.Journal(store.JournalQuery{})), "journal of run": rowsFrom(t, r.Journal(store.JournalQuery{Run: "run"})),
			"journal of company": rowsFrom(t, r.Journal(store.JournalQuery{Company: someCompany})),
			"journal of asset":   rowsFrom(t, r.Journal(store.JournalQuery{Asset: "asset"})),
		})
		maps.Copy(all, readMirror(t, r, id))
		return nil
	}))
	return all
}

// idsOf are the ids of the records that have cards.
func idsOf(t *testing.T, r store.Reader) []store.RecordID {
	t.Helper()
	var ids []store.RecordID
	for card, err := range r.Cards(someIntegration) {
		require.NoError(t, err)
		ids = append(ids, card.ID)
	}
	return ids
}

func readMirror(t *testing.T, r store.Reader, id store.RecordID) map[string][]any {
	t.Helper()
	q := store.MirrorQuery{Integration: someIntegration, Kind: someKind}
	within, unseen := q, q
	within.Container, unseen.UnseenBy = new(connector.Key("container")), someScan
	both := within
	both.UnseenBy = someScan
	return map[string][]any{
		"mirror row": rowFrom[store.MirrorRow](t)(r.MirrorRow(id)), "mirror": rowsFrom(t, r.Mirror(q)), "mirror within": rowsFrom(t, r.Mirror(within)),
		"mirror unseen": rowsFrom(t, r.Mirror(unseen)), "mirror unseen within": rowsFrom(t, r.Mirror(both)),
		"last scan":     rowFrom[store.Scan](t)(r.LastScan(someIntegration, someKind)),
		"last complete": rowFrom[store.Scan](t)(r.LastComplete(someIntegration, someKind)),
	}
}

// readDocuments lists all documents of an account.
func readDocuments(t *testing.T, d *sqlstore.Documents) map[string][]any {
	t.Helper()
	all := map[string][]any{
		"companies": rowsFrom(t, d.Companies(t.Context())), "layouts": rowsFrom(t, d.Layouts(t.Context())), "links": rowsFrom(t, d.Links(t.Context())),
	}
	for c, err := range d.Companies(t.Context()) {
		require.NoError(t, err)
		all["assets"] = slices.Concat(all["assets"], rowsFrom(t, d.Assets(t.Context(), c.ID)))
	}
	for l, err := range d.Layouts(t.Context()) {
		require.NoError(t, err)
		for _, f := range l.Fields {
			all["found"] = slices.Concat(all["found"], rowsFrom(t, d.Find(t.Context(), sqlstore.FindRequest{Layout: l.ID, Field: f.ID, Prefix: "v"})))
		}
	}
	return all
}

// makeDocuments makes one of everything that documents are.
func makeDocuments(t *testing.T, d *sqlstore.Documents) {
	t.Helper()
	intent := func(id string) store.Intent { return store.Intent{ID: id, By: store.Person("1", "Ada")} }
	c, err := d.CreateCompany(t.Context(), store.NewCompany{Name: "Äcme", Details: filled[store.Details](1)}, intent("company"))
	require.NoError(t, err)
	fields := []store.Field{filled[store.Field](0), filled[store.Field](1)}
	fields[0].Type, fields[1].Type = store.FieldText, store.FieldConfidential
	l, err := d.CreateLayout(t.Context(), store.NewLayout{Name: "Devices", Fields: fields}, intent("layout"))
	require.NoError(t, err)
	values := store.Values{l.Fields[0].ID: connector.Text("välue"), l.Fields[1].ID: connector.Text("secret")}
	var ids []store.AssetID
	for _, name := range []string{"one", "two"} {
		a, err := d.CreateAsset(t.Context(), store.NewAsset{Company: c.ID, Layout: l.ID, Name: name, Values: values}, intent("asset "+name))
		require.NoError(t, err)
		require.NoError(t, d.EditAsset(t.Context(), a.ID, func(a *store.Asset) { a.Touched, a.Foreign = true, filled[[]store.ExternalRef](0) }))
		ids = append(ids, a.ID)
	}
	_, err = d.CreateLink(t.Context(), store.NewLink{From: ids[1], To: ids[0]}, intent("link"))
	require.NoError(t, err)
}

func TestEveryQuestionIsAnsweredAcrossPages(t *testing.T) {
	t.Parallel()
	const rows = 600 // more than one page, and more than two
	single := []string{
		"integration", "settings", "match", "card", "tombstone", "due", "claim", "plan", "last plan", "change", "run", "last run", "mirror row", "last scan", "last complete",
	}
	eachDatabase(t, func(t *testing.T, d database) {
		l := account(t, openDB(t, sqlstore.Config{DB: d.open(t)(), Dialect: d.dialect}), "").Ledger()
		require.NoError(t, l.Update(t.Context(), func(_ context.Context, w store.Writer) error { return writeEverything(w, rows) }))
		for question, answer := range readEverything(t, l) {
			switch {
			case slices.Contains(single, question):
				require.Len(t, answer, 1, question)
			case question == "mirror unseen", question == "mirror unseen within":
				require.Len(t, answer, rows-1, question)
			default:
				require.Len(t, answer, rows, question)
			}
		}
	})
}
