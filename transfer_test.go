package dovetail_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/memory"
)

// host is a deployment: a platform with layouts and companies, and an engine whose
// integration isn't set up yet.
type host struct {
	*fakeWorld
	printers store.Layout
	// companies are the platform's, by name.
	companies map[string]store.CompanyID
}

// newHost makes a platform whose ids begin after some others, so that two of them
// have the same things under other ids.
func newHost(t *testing.T, account string, others int, companies ...string) *host {
	t.Helper()
	h := &host{fakeWorld: &fakeWorld{t: t, fake: &fakeConnector{account: account}, db: memory.New()}, companies: make(map[string]store.CompanyID)}
	h.docs = h.db.Documents()
	for range others {
		h.newLayout("Other", store.Field{Name: "Model", Type: store.FieldText})
		h.newCompany("Other")
	}
	h.layout = h.newLayout("Devices", store.Field{Name: "Serial", Type: store.FieldText}, store.Field{Name: "Model", Type: store.FieldText}, store.Field{Name: "Count", Type: store.FieldNumber})
	h.printers = h.newLayout("Printers", store.Field{Name: "Model", Type: store.FieldText})
	for _, name := range companies {
		h.companies[name] = h.newCompany(name).ID
	}
	var err error
	h.engine, err = dovetail.New(dovetail.Config{Store: h.db, Replica: "the only one", Connectors: []connector.Connector{h.fake}})
	require.NoError(t, err)
	h.fake.put(kindOrg, org("o1", "Acme"), org("o2", "Acme West"), org("o3", "Birch"), org("o4", "Test 1"), org("o5", "Cedar"), org("o6", "Dorn"))
	return h
}

func org(key, name string) connector.Record {
	return connector.Record{Key: connector.Key(key), Name: name}
}

func (h *host) newCompany(name string) store.Company {
	h.t.Helper()
	c, err := h.docs.CreateCompany(h.t.Context(), store.NewCompany{Name: name}, store.Intent{ID: "company " + name + h.t.Name(), By: ada})
	require.NoError(h.t, err)
	return c
}

// decided sets up the integration and decides about its companies.
func (h *host) decided() {
	h.t.Helper()
	s := h.settings()
	s.Connected = []store.ConnectedField{
		{Kind: kindDevice, Layout: h.layout.ID, Field: h.layout.Fields[0].ID, Sources: []string{"serial"}, OnEdit: store.EditPin},
		{Kind: kindDevice, Layout: h.printers.ID, Field: h.printers.Fields[0].ID, Sources: []string{"model"}, OnBlank: store.BlankClear},
	}
	s.Rules = []sortrules.Rule{{ID: "printers", Kind: kindDevice, Layout: h.printers.ID, When: sortrules.Condition{Field: sortrules.FieldName, Op: sortrules.OpContains, Value: connector.Text("PRN")}}}
	s.Junk, s.StaleDays, s.MatchCertain = []string{"NONE-SUCH"}, 30, true
	s.Limits.Create.Floor = 7
	h.save(s)
	h.test()
	h.run()
	h.verdict("o2", dovetail.VerdictMatch, "Acme Ltd")
	h.verdict("o1", dovetail.VerdictMatch, "Acme Ltd")
	h.verdict("o3", dovetail.VerdictMatch, "Birch Inc")
	h.verdict("o4", dovetail.VerdictIgnore, "")
	h.verdict("o5", dovetail.VerdictReject, "Birch Inc")
}

func (h *host) verdict(key connector.Key, verdict dovetail.Verdict, company string) {
	h.t.Helper()
	decided, err := h.engine.Decide(h.t.Context(), dovetail.DecideRequest{By: ada, Integration: fakeOne, Decisions: []dovetail.Decision{
		{Key: key, Revision: h.match(key).Revision, Verdict: verdict, Company: h.companies[company]},
	}})
	require.NoError(h.t, err)
	require.NoError(h.t, decided[0].Err)
}

func (h *host) match(key connector.Key) (m store.Match) {
	h.t.Helper()
	h.view(func(r store.Reader) (err error) {
		m, err = r.Match(store.RecordID{Integration: fakeOne, Kind: kindOrg, Key: key})
		return err
	})
	return m
}

func (h *host) export() dovetail.Transfer {
	h.t.Helper()
	made, err := h.engine.Export(h.t.Context(), dovetail.ExportRequest{By: ada, Integration: fakeOne})
	require.NoError(h.t, err)
	data, err := json.Marshal(made)
	require.NoError(h.t, err)
	require.NotContains(h.t, string(data), "fake-token")
	read, err := dovetail.ParseTransfer(data)
	require.NoError(h.t, err)
	again, err := json.Marshal(read)
	require.NoError(h.t, err)
	require.Equal(h.t, string(data), string(again))
	return read
}

func (h *host) imports(t dovetail.Transfer, change ...func(*dovetail.ImportRequest)) (dovetail.ImportReport, error) {
	h.t.Helper()
	i, _ := h.engine.Integration(h.t.Context(), fakeOne)
	req := dovetail.ImportRequest{By: ada, Integration: fakeOne, Revision: i.Revision, Transfer: t}
	for _, c := range change {
		c(&req)
	}
	return h.engine.Import(h.t.Context(), req)
}

func withToken(req *dovetail.ImportRequest) {
	req.Config.Secrets = map[string]connector.Secret{"token": connector.NewSecret("another-token")}
}

func preview(req *dovetail.ImportRequest) { req.Preview = true }

// states are what became of decisions, by key.
func states(report dovetail.ImportReport) map[connector.Key]string {
	all := make(map[connector.Key]string)
	for _, d := range report.Decisions {
		all[d.Decision.Key] = strings.TrimSpace(string(d.State) + " " + d.Note)
	}
	return all
}

const notRead = "left it wasn't read yet (run the integration, then import again)"

// What was set and decided is found again in a database that begins anew, where all
// has other ids.
func TestWhatPeopleDecidedIsBroughtIntoAnotherDeployment(t *testing.T) {
	t.Parallel()
	from := newHost(t, "acc-1", 0, "Acme Ltd", "Birch Inc")
	from.decided()
	doc := from.export()
	to := newHost(t, "acc-1", 3, "Cedar Co", "Birch Inc", "Acme Ltd")
	require.NotEqual(t, from.layout.ID, to.layout.ID)
	require.NotEqual(t, from.companies["Acme Ltd"], to.companies["Acme Ltd"])

	_, err := to.imports(doc)
	require.ErrorContains(t, err, "token", "the document has no credentials")
	_, err = to.engine.Integration(t.Context(), fakeOne)
	require.ErrorIs(t, err, store.ErrNotFound)

	to.fake.put(kindOrg, org("o1", "Acme"), org("o2", "Acme West"), org("o3", "Birch, renamed"), org("o4", "Test 1"), org("o5", "Cedar"))
	report, err := to.imports(doc, withToken)
	require.NoError(t, err)
	require.True(t, report.SettingsChanged)
	require.Equal(t, map[connector.Key]string{"o1": notRead, "o2": notRead, "o3": notRead, "o4": notRead, "o5": notRead}, states(report))
	to.test()
	to.run()
	want := map[connector.Key]string{"o1": "done", "o2": "done", "o3": "done", "o4": "done", "o5": "done"}
	report, err = to.imports(doc, preview)
	require.NoError(t, err)
	require.False(t, report.SettingsChanged)
	require.Equal(t, want, states(report))
	require.NotEqual(t, store.MatchMatched, to.match("o1").State, "it was a preview")

	report, err = to.imports(doc)
	require.NoError(t, err)
	require.Equal(t, want, states(report))
	require.Empty(t, report.Left())
	require.Equal(t, to.companies["Acme Ltd"], to.match("o1").Company)
	require.False(t, to.match("o1").Primary)
	require.True(t, to.match("o2").Primary, "also the one that comes later in the document")
	require.Equal(t, store.MatchIgnored, to.match("o4").State)
	require.Equal(t, ada, to.match("o4").By)

	again := to.export()
	require.Equal(t, doc.Companies[doc.Decisions[0].Company], again.Companies[again.Decisions[0].Company])
	require.Len(t, again.Decisions, len(doc.Decisions))
	require.Equal(t, []store.CompanyID{to.companies["Birch Inc"]}, again.Decisions[4].Rejected)
	before, err := to.engine.Integration(t.Context(), fakeOne)
	require.NoError(t, err)
	report, err = to.imports(doc)
	require.NoError(t, err)
	require.Equal(t, map[connector.Key]string{"o1": "same", "o2": "same", "o3": "same", "o4": "same", "o5": "same"}, states(report))
	require.Equal(t, before, report.Integration, "and nothing is written")

	// The settings are those of before in all but the ids.
	to.fake.put(kindDevice, device("d1", "PC-1", "serial", "SN-0001"), device("d2", "PRN-1", "model", "LaserJet 4"))
	to.company = to.companies["Acme Ltd"]
	to.run()
	require.Equal(t, to.layout.ID, to.assets()["PC-1"].Layout)
	require.Equal(t, to.printers.ID, to.assets()["PRN-1"].Layout)
	require.Equal(t, "LaserJet 4", to.assets()["PRN-1"].Values[to.printers.Fields[0].ID].String())
	settings, err := to.engine.Settings(t.Context(), fakeOne)
	require.NoError(t, err)
	require.Equal(t, []string{"NONE-SUCH"}, settings.Junk)
	require.Equal(t, 7, settings.Limits.Create.Floor)
	require.Equal(t, store.EditPin, settings.Connected[0].OnEdit)
}

// What people decided here stands, and what the document can't tell is left.
func TestAnImportLeavesWhatItCannotTell(t *testing.T) {
	t.Parallel()
	from := newHost(t, "acc-1", 0, "Acme Ltd", "Birch Inc")
	from.decided()
	doc := from.export()
	to := newHost(t, "acc-1", 1, "Acme Ltd", "Birch Inc", "Cedar Co")
	to.newCompany("Birch Inc ")
	_, err := to.imports(doc, withToken)
	require.NoError(t, err)
	to.test()
	to.run()
	to.verdict("o2", dovetail.VerdictMatch, "Cedar Co")
	to.verdict("o4", dovetail.VerdictMatch, "Cedar Co")
	require.NoError(t, to.db.Platform().EditCompany(to.companies["Acme Ltd"], func(c *store.Company) { c.Archived = true }))
	for _, change := range [][]func(*dovetail.ImportRequest){{preview}, nil} {
		report, err := to.imports(doc, change...)
		require.NoError(t, err)
		require.Equal(t, map[connector.Key]string{
			"o1": `left company "Acme Ltd" is archived (bring it back first): refused`,
			"o2": "left it was set to matched by " + ada.String() + " here (decide about it by hand if that is wrong)",
			"o3": `left more than one company is called "Birch Inc" here (decide about it by hand)`,
			"o4": "left it was set to matched by " + ada.String() + " here (decide about it by hand if that is wrong)",
			"o5": "same",
		}, states(report))
		require.Len(t, report.Left(), 4)
		require.Equal(t, to.companies["Cedar Co"], to.match("o2").Company)
	}

	// Where the settings want one upstream company for each here, a preview knows too.
	alone := newHost(t, "acc-1", 0, "Acme Ltd", "Birch Inc")
	_, err = alone.imports(doc, withToken)
	require.NoError(t, err)
	alone.test()
	alone.run()
	doc.Settings.OneToOne = true
	const second = "left refused: another one of the document is matched to it, and by the settings no second one may be"
	for _, change := range [][]func(*dovetail.ImportRequest){{preview}, nil} {
		report, err := alone.imports(doc, change...)
		require.NoError(t, err)
		require.Equal(t, map[connector.Key]string{"o1": second, "o2": "done", "o3": "done", "o4": "done", "o5": "done"}, states(report))
	}
	report, err := alone.imports(doc, preview)
	require.NoError(t, err)
	require.Contains(t, states(report)["o1"], `"Acme West" is matched to it already`)

	stranger := newHost(t, "acc-2", 0, "Acme Ltd", "Birch Inc")
	_, err = stranger.imports(doc, withToken)
	require.NoError(t, err)
	stranger.test()
	stranger.run()
	report, err = stranger.imports(doc)
	require.NoError(t, err)
	require.Len(t, report.Left(), 5)
	require.Equal(t, `left the document is about account "acc-1", and this is "acc-2": its companies are others`, states(report)["o1"])
	require.NotEqual(t, store.MatchIgnored, stranger.match("o4").State)

	// Where nothing tells which account it is, the names upstream have to be the same.
	unknown := newHost(t, "", 0, "Acme Ltd", "Birch Inc")
	unknown.fake.put(kindOrg, org("o1", "Somebody else"), org("o2", "Acme West"))
	_, err = unknown.imports(doc, withToken)
	require.NoError(t, err)
	unknown.test()
	unknown.run()
	report, err = unknown.imports(doc)
	require.NoError(t, err)
	require.Equal(t, `left it is called "Somebody else" upstream, and whether the document is about this account can't be told (decide about it by hand)`, states(report)["o1"])
	require.Equal(t, "done", states(report)["o2"])
}

// Settings that have no counterpart here are told all at once, and nothing is
// brought in.
func TestAnImportOfSettingsThatDoNotFitChangesNothing(t *testing.T) {
	t.Parallel()
	from := newHost(t, "acc-1", 0, "Acme Ltd", "Birch Inc")
	from.decided()
	to := newHost(t, "acc-1", 1, "Acme Ltd", "Birch Inc")
	to.decided()
	before, err := to.engine.Integration(t.Context(), fakeOne)
	require.NoError(t, err)

	doc := from.export()
	doc.Layouts[from.layout.ID] = dovetail.TransferLayout{Name: "Computers"}
	doc.Layouts[from.printers.ID].Fields[from.printers.Fields[0].ID] = "Make"
	doc.Settings.StaleDays = 11
	for _, change := range [][]func(*dovetail.ImportRequest){{preview}, nil} {
		_, err = to.imports(doc, change...)
		var wrong *dovetail.SettingsError
		require.ErrorAs(t, err, &wrong)
		require.ElementsMatch(t, []connector.Problem{
			{Field: "default_layouts.device", Text: `no layout is called "Computers" here (make one, or change the name under layouts)`},
			{Field: "connected[0].layout", Text: `no layout is called "Computers" here (make one, or change the name under layouts)`},
			{Field: "connected[1].field", Text: `in layout "Printers" no field is called "Make" here (make one, or change the name under layouts)`},
		}, wrong.Problems)
	}
	doc.Layouts = nil
	_, err = to.imports(doc)
	require.ErrorContains(t, err, "the document doesn't say what layout")
	doc.Connector = "other"
	_, err = to.imports(doc)
	require.ErrorIs(t, err, store.ErrRefused)
	require.ErrorContains(t, err, `it is of connector "fake", and the document of "other"`)
	_, err = to.imports(from.export(), func(req *dovetail.ImportRequest) { req.Revision-- })
	require.ErrorIs(t, err, dovetail.ErrChanged)
	_, err = to.imports(from.export(), func(req *dovetail.ImportRequest) { req.By = store.Actor{} })
	require.ErrorContains(t, err, "no actor given")
	after, err := to.engine.Integration(t.Context(), fakeOne)
	require.NoError(t, err)
	require.Equal(t, before, after)
}

// Where an integration is there, it goes on reading what it reads.
func TestAnImportKeepsWhereAnIntegrationReads(t *testing.T) {
	t.Parallel()
	from := newHost(t, "acc-1", 0, "Acme Ltd", "Birch Inc")
	from.decided()
	doc := from.export()
	doc.Settings.Config["url"] = "https://production.example.com"
	doc.Settings.StaleDays = 44
	to := newHost(t, "acc-1", 0, "Acme Ltd", "Birch Inc")
	to.decided()
	report, err := to.imports(doc, preview)
	require.NoError(t, err)
	require.True(t, report.SettingsChanged)
	before, err := to.engine.Settings(t.Context(), fakeOne)
	require.NoError(t, err)
	require.Equal(t, 30, before.StaleDays)
	report, err = to.imports(doc)
	require.NoError(t, err)
	require.True(t, report.SettingsChanged)
	settings, err := to.engine.Settings(t.Context(), fakeOne)
	require.NoError(t, err)
	require.Equal(t, 44, settings.StaleDays)
	require.Equal(t, map[string]string{"url": "https://example.com"}, settings.Config.Values)
	require.Equal(t, store.ConnectionOK, report.Integration.Connection.State, "nothing of it changed")
	_, err = to.imports(doc, withToken, func(req *dovetail.ImportRequest) { req.Config.Values = doc.Settings.Config })
	require.NoError(t, err)
	settings, err = to.engine.Settings(t.Context(), fakeOne)
	require.NoError(t, err)
	require.Equal(t, "https://production.example.com", settings.Config.Values["url"])
}

// What is not there any more is not part of the document.
func TestAnExportLeavesOutCompaniesThatAreGone(t *testing.T) {
	t.Parallel()
	from := newHost(t, "acc-1", 0, "Acme Ltd", "Birch Inc")
	from.decided()
	require.NoError(t, from.db.Platform().DeleteCompany(from.companies["Birch Inc"]))
	doc := from.export()
	require.Equal(t, map[store.CompanyID]string{from.companies["Acme Ltd"]: "Acme Ltd"}, doc.Companies)
	require.Len(t, doc.Decisions, 3, "neither the match nor the rejection")
	_, err := from.engine.Export(t.Context(), dovetail.ExportRequest{Integration: fakeOne})
	require.ErrorContains(t, err, "no actor given")
	_, err = from.engine.Export(t.Context(), dovetail.ExportRequest{By: ada, Integration: "none"})
	require.ErrorIs(t, err, store.ErrNotFound)
}

func TestATransferThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]string{
		``:                           "unexpected end",
		`{`:                          "unexpected end",
		`null`:                       "dovetail_transfer is 0, and this version reads 1",
		`{"dovetail_transfer":2}`:    "dovetail_transfer is 2",
		`{"dovetail_transfer":1}`:    "connector: it names none",
		`{"dovetail_transfer":1} {}`: "after top-level value",
		`{"dovetail_transfer":1,"connector":"fake","passwords":{}}`:                                             `unknown field "passwords"`,
		`{"dovetail_transfer":1,"connector":"fake","decisions":[{"state":"matched"}]}`:                          "decisions[0]: it has no key",
		`{"dovetail_transfer":1,"connector":"fake","decisions":[{"key":"1"},{"key":"1"}]}`:                      `decisions[1]: company "1" was decided about before`,
		`{"dovetail_transfer":1,"connector":"fake","decisions":[{"key":"1","state":"created"}]}`:                `state "created" is not known (one of "matched", "ignored", or empty)`,
		`{"dovetail_transfer":1,"connector":"fake","decisions":[{"key":"1","state":"matched"}]}`:                `a company belongs to the state "matched", and to no other`,
		`{"dovetail_transfer":1,"connector":"fake","decisions":[{"key":"1","state":"ignored","company":"c1"}]}`: `a company belongs to the state "matched", and to no other`,
		`{"dovetail_transfer":1,"connector":"fake","decisions":[{"key":"1","state":"matched","company":"c1"}]}`: `company "c1" is not among companies`,
		`{"dovetail_transfer":1,"connector":"fake","decisions":[{"key":"1","rejected":["c1"]}]}`:                `company "c1" is not among companies`,
	} {
		_, err := dovetail.ParseTransfer([]byte(doc))
		require.ErrorContains(t, err, want, doc)
		require.ErrorContains(t, err, "dovetail: transfer: ", doc)
	}
}

// Every setting is part of the document.
func TestATransferHasEverySetting(t *testing.T) {
	t.Parallel()
	var left []string
	for f := range reflect.TypeFor[store.Settings]().Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		require.NotEmpty(t, name, f.Name)
		if name == "-" {
			left = append(left, f.Name)
		}
	}
	require.Equal(t, []string{"Integration", "Version", "By", "At"}, left)
}

func FuzzParseTransfer(f *testing.F) {
	f.Add([]byte(`{"dovetail_transfer":1,"connector":"fake","settings":{"rules":{}},"companies":{"c1":"A"},"decisions":[{"key":"1","state":"matched","company":"c1"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		read, err := dovetail.ParseTransfer(data)
		if err != nil {
			return
		}
		written, err := json.Marshal(read)
		require.NoError(t, err)
		again, err := dovetail.ParseTransfer(written)
		require.NoError(t, err)
		rewritten, err := json.Marshal(again)
		require.NoError(t, err)
		require.Equal(t, string(written), string(rewritten))
	})
}

// Types have other ids in another account, and the same names.
func TestAnImportFindsSkippedTypesByNameInAnotherAccount(t *testing.T) {
	t.Parallel()
	typed := func(h *host, account, id string) {
		h.fake.check = func() (connector.CheckResult, error) {
			return connector.CheckResult{Account: connector.Account{ID: account}, Types: []connector.RecordType{{Kind: kindDevice, ID: id, Name: "Phone"}, {Kind: kindDevice, ID: "8", Name: "Laptop"}}}, nil
		}
	}
	from := newHost(t, "acc-1", 0)
	typed(from, "acc-1", "7")
	s := from.settings()
	s.SkipTypes = []store.SkipType{{Kind: kindDevice, Name: "Phone"}}
	from.save(s)
	from.test()
	doc := from.export()
	require.Equal(t, []store.SkipType{{Kind: kindDevice, ID: "7", Name: "Phone"}}, doc.Settings.SkipTypes)

	to := newHost(t, "acc-2", 0)
	typed(to, "acc-2", "9")
	_, err := to.imports(doc, withToken)
	require.NoError(t, err)
	to.test()
	want := []store.SkipType{{Kind: kindDevice, ID: "9", Name: "Phone"}}
	require.Equal(t, want, to.export().Settings.SkipTypes)
	report, err := to.imports(doc)
	require.NoError(t, err)
	require.False(t, report.SettingsChanged)

	renamed := newHost(t, "acc-1", 0)
	renamed.fake.check = func() (connector.CheckResult, error) {
		return connector.CheckResult{Account: connector.Account{ID: "acc-1"}, Types: []connector.RecordType{{Kind: kindDevice, ID: "7", Name: "VoIP"}}}, nil
	}
	renamed.save(renamed.settings())
	renamed.test()
	_, err = renamed.imports(doc)
	require.NoError(t, err)
	require.Equal(t, []store.SkipType{{Kind: kindDevice, ID: "7", Name: "VoIP"}}, renamed.export().Settings.SkipTypes, "in the same account the id counts")
}
