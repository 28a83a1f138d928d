package dovetail_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/storetest/restplatform"
)

// newRESTWorld is a host on a platform behind a REST API.
func newRESTWorld(t *testing.T) (*fakeWorld, *restplatform.Server) {
	t.Helper()
	docs, server := overREST(t)
	fake := &fakeConnector{}
	fake.get = fake.found
	w := newFakeWorld(t, fake, func(c *dovetail.Config) {
		c.Store = platformStore{c.Store, docs}
		c.SettleTime = time.Nanosecond
	})
	return w, server
}

// devices puts so many devices upstream, with texts that the platform tidies.
func (w *fakeWorld) devices(n int, model string) {
	var records []connector.Record
	for i := range n {
		key := string(rune('a' + i))
		records = append(records, device(key, "  PC "+key+" ", "serial", "SN-"+key+key+key+key, "model", model+"  "))
	}
	w.fake.put(kindDevice, records...)
}

// What the platform tidies is no change: neither at the next run nor later.
func TestAPlatformThatTidiesIsLeftAlone(t *testing.T) {
	t.Parallel()
	w, server := newRESTWorld(t)
	w.devices(26, "OptiPlex") // more than a page
	require.Equal(t, store.RunOK, w.run().Run.State)
	require.Len(t, w.assets(), 26)
	writes := func() (n int) {
		for _, r := range server.Requests() {
			if r.Method != http.MethodGet {
				n++
			}
		}
		return n
	}
	before := writes()
	require.Zero(t, w.run().Plan.Changes)
	require.Equal(t, before, writes())
	w.devices(26, "Latitude")
	require.Equal(t, 26, w.run().Apply.Done())
	require.Equal(t, before+26, writes(), "one call for each change")
	require.Zero(t, w.run().Plan.Changes)
}

// The answers to creates are lost, after the work was done and before it.
func TestCreatesWhoseAnswersAreLostAreNeitherLostNorDoubled(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		kind restplatform.FaultKind
		// made says that the lost creates were carried out.
		made bool
	}{
		"after the work":  {restplatform.DropAfter, true},
		"before the work": {restplatform.DropBefore, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, server := newRESTWorld(t)
			w.devices(9, "OptiPlex")
			lift := server.Fault(restplatform.Fault{Kind: tt.kind, Method: http.MethodPost, Path: "/companies/*/assets", Every: 3})
			report := w.run()
			require.Equal(t, 3, report.Apply.Outcomes[store.OutcomeUncertain], report.Run.Problems)
			lift()
			w.run()
			uncertain, err := w.engine.Uncertain(t.Context(), fakeOne)
			require.NoError(t, err)
			if tt.made {
				require.Empty(t, uncertain)
			} else {
				require.Len(t, uncertain, 3)
				require.Len(t, w.assets(), 6, "nothing is made again by itself")
			}
			for _, o := range uncertain {
				require.NoError(t, w.engine.Resolve(t.Context(), dovetail.ResolveRequest{By: ada, Integration: fakeOne, Intent: o.Intent, NotMade: true}))
			}
			require.Equal(t, store.RunOK, w.run().Run.State)
			require.Len(t, w.assets(), 9)
			w.devices(9, "Latitude")
			require.Equal(t, 9, w.run().Apply.Done(), "what was found is ours, and follows the upstream")
			require.Zero(t, w.run().Plan.Changes)
		})
	}
}

// The answer to an update is lost: the value is there, and stays ours.
func TestAnUpdateWhoseAnswerIsLostIsReadBack(t *testing.T) {
	t.Parallel()
	w, server := newRESTWorld(t)
	w.devices(3, "OptiPlex")
	w.run()
	lift := server.Fault(restplatform.Fault{Kind: restplatform.DropAfter, Method: http.MethodPut})
	w.devices(3, "Latitude")
	require.Equal(t, 3, w.run().Apply.Outcomes[store.OutcomeFailed])
	lift()
	require.Equal(t, store.RunOK, w.run().Run.State)
	w.devices(3, "Precision")
	require.Equal(t, 3, w.run().Apply.Done())
	for _, a := range w.assets() {
		require.Equal(t, "Precision", a.Values[w.layout.Fields[1].ID].String(), "it counts as a person's word")
	}
}

// The request of an update is lost, and what was there before looks like what
// was sent, but for its form: it was not written all the same.
func TestAnUpdateThatWasNotMadeIsMadeHoweverAlikeTheValuesAre(t *testing.T) {
	t.Parallel()
	w, server := newRESTWorld(t)
	settings := w.settings()
	settings.AutoUpdateNames = true
	w.save(settings)
	w.fake.put(kindOrg, connector.Record{Key: "o1", Name: "Acme Ltd", Fields: connector.Fields{"phone": connector.Text("555 0100")}})
	w.fake.put(kindDevice, device("1", "PC-1", "model", "10.1.1.11"), device("2", "TWO"))
	require.Equal(t, store.RunOK, w.run().Run.State)

	lift := server.Fault(restplatform.Fault{Kind: restplatform.DropBefore, Method: http.MethodPut})
	w.fake.put(kindOrg, connector.Record{Key: "o1", Name: "Acme Ltd", Fields: connector.Fields{"phone": connector.Text("55 50 100")}})
	w.fake.put(kindDevice, device("1", "PC 1", "model", "10.11.1.1"), device("2", "TWO", "model", "-"))
	require.Equal(t, 3, w.run().Apply.Outcomes[store.OutcomeFailed])
	lift()
	require.Equal(t, 3, w.run().Apply.Done(), "what wasn't written counts as written")
	here := w.assets()
	require.Equal(t, "10.11.1.1", here["PC 1"].Values[w.layout.Fields[1].ID].String())
	require.Equal(t, "-", here["TWO"].Values[w.layout.Fields[1].ID].String())
	company, err := w.docs.Company(t.Context(), w.company)
	require.NoError(t, err)
	require.Equal(t, "55 50 100", company.Details.Phone)
	require.Zero(t, w.run().Plan.Changes)
}

// Moves between layouts go through whether or not the platform answers them, and
// what was carried out is not asked for again.
func TestMovesBetweenLayoutsOfAPlatformBehindAnAPIGoThrough(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]restplatform.FaultKind{"all is well": 0, "answers are lost after the work": restplatform.DropAfter, "answers are lost before the work": restplatform.DropBefore} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, server := newRESTWorld(t)
			printers, err := w.docs.CreateLayout(t.Context(), store.NewLayout{Name: "Printers", Fields: []store.Field{
				text("Model"), text("Serial"), text("Toner"), {Name: "Count", Type: store.FieldNumber}, {Name: "PIN", Type: store.FieldConfidential},
			}}, store.Intent{ID: "printers", By: ada})
			require.NoError(t, err)
			w.fake.put(kindDevice, typed("d1", " PRN 1", "Printer", "serial", "SN-0001", "model", "LaserJet "), typed("d2", "PRN 2", "Printer", "serial", "SN-0002"), typed("d3", "PC", "Desktop", "serial", "SN-0003"))
			require.Equal(t, store.RunOK, w.run().Run.State)
			s := w.settings()
			s.Rules = []sortrules.Rule{typeRule("Printer", printers.ID)}
			w.save(s)
			report := w.run()
			require.Equal(t, 2, report.Plan.Held)
			require.NoError(t, w.confirm(report.Plan.ID))
			if kind != 0 {
				lift := server.Fault(restplatform.Fault{Kind: kind, Method: http.MethodPut})
				w.run()
				lift()
			}
			for range 3 { // what was cut off is read back, and what wasn't done is planned anew
				w.run()
			}
			at := make(map[store.LayoutID]int)
			for _, a := range w.assets() {
				at[a.Layout]++
			}
			require.Equal(t, map[store.LayoutID]int{printers.ID: 2, w.layout.ID: 1}, at)
			for _, a := range w.assets() {
				if a.Layout == printers.ID {
					require.NotEmpty(t, a.Values[printers.Fields[1].ID].String(), "the serial number came along")
				}
			}
			require.Equal(t, store.RunOK, w.run().Run.State)
			require.Zero(t, w.run().Plan.Changes)
		})
	}
}

// A platform that would make fields in people's layouts isn't asked to: the move
// is reported, with the fields that people would have to add.
func TestWhereAMoveWouldMakeFieldsItIsReportedAndNotTried(t *testing.T) {
	t.Parallel()
	w, _ := newRESTWorld(t)
	poor, err := w.docs.CreateLayout(t.Context(), store.NewLayout{Name: "Poor", Fields: []store.Field{text("Model"), text("Serial")}}, store.Intent{ID: "poor", By: ada})
	require.NoError(t, err)
	w.fake.put(kindDevice, typed("d1", "PRN 1", "Printer", "serial", "SN-0001"))
	w.run()
	s := w.settings()
	s.Rules = []sortrules.Rule{typeRule("Printer", poor.ID)}
	w.save(s)
	report := w.run()
	require.Equal(t, store.RunOK, report.Run.State, report.Run.Problems)
	require.Zero(t, report.Plan.Changes)
	require.Equal(t, `it is here in Devices, and its place is Poor, by rule Printer: type is "Printer": it stays, since Poor has no field of that name and type for Count, PIN (add it there)`, w.sentence("d1"))
}
