package dovetail_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
	"github.com/dovetail-sync/dovetail/store"
)

func TestARequiredFieldThatNothingFeedsIsFoundWhenSettingsAreSaved(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.fake.put(kindDevice, typed("d1", "PRN-1", "Printer"), typed("d2", "PC-1", "Desktop"))
	w.run() // both are in Devices
	owned := w.newLayout("Printers", store.Field{Name: "Serial", Type: store.FieldText, Required: true}, store.Field{Name: "Owner", Type: store.FieldText, Required: true}, text("Model"))
	w.fake.put(kindDevice, append(w.fake.records[kindDevice],
		typed("d3", "PRN-2", "Printer"), typed("d4", "PRN-3", "Printer"), typed("d5", "PRN-4", "Printer"), typed("d6", "PC-2", "Desktop"), typed("d7", "PRN-5", "Plotter"))...)
	w.read()
	s := w.settings()
	company := sortrules.Condition{Field: sortrules.FieldCompany, Op: sortrules.OpEquals, Value: connector.Text("Acme Ltd")}
	here := typeRule("Printer", owned.ID)
	here.When = sortrules.Condition{All: []sortrules.Condition{here.When, company}}
	out := sortrules.Rule{ID: "not the last", Kind: kindDevice, Skip: true, When: sortrules.Condition{Field: sortrules.FieldName, Op: sortrules.OpEquals, Value: connector.Text("PRN-4")}}
	s.Rules = []sortrules.Rule{out, here, typeRule("Nothing", owned.ID)}
	s.SkipTypes = []store.SkipType{{Kind: kindDevice, Name: "Plotter"}}
	const twoFields = `connected: layout "Printers" requires "Serial", "Owner", which nothing feeds for devices: 2 creations would fail (connect a data point, or let it be optional)`
	announced := w.simulate(dovetail.SimulateRequest{Try: &dovetail.SortDraft{Rules: s.Rules, SkipTypes: s.SkipTypes}})
	require.Equal(t, twoFields, announced.Warnings[len(announced.Warnings)-1].String())
	saved, err := w.trySave(s)
	require.NoError(t, err)
	require.Equal(t, twoFields, saved.Warnings[len(saved.Warnings)-1].String())

	w.fake.put(kindDevice, without(w.fake.records[kindDevice], "d3")...) // perhaps it is gone
	w.read()
	saved, err = w.trySave(s)
	require.NoError(t, err)
	require.Contains(t, saved.Warnings[len(saved.Warnings)-1].String(), ": 1 creation would fail (")

	s.Connected = append(s.Connected, store.ConnectedField{Kind: kindDevice, Layout: owned.ID, Field: owned.Fields[0].ID, Sources: []string{"serial"}})
	s.Rules = []sortrules.Rule{typeRule("Nothing", owned.ID)}
	saved, err = w.trySave(s)
	require.NoError(t, err)
	require.Equal(t, `connected: layout "Printers" requires "Owner", which nothing feeds for devices: no asset could be made from it (connect a data point, or let it be optional)`,
		saved.Warnings[len(saved.Warnings)-1].String())

	s.Rules[0].Disabled = true
	s.SkipTypes = nil
	saved, err = w.trySave(s)
	require.NoError(t, err)
	require.Empty(t, saved.Warnings)
}
