package sortrules_test

import (
	"fmt"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
	"github.com/dovetail-sync/dovetail/store"
)

func ExampleParse() {
	rules, err := sortrules.Parse([]byte(`{"version": 2, "rules": [
		{"id": "printers", "kind": "asset",
		 "when": {"any": [
			{"field": "type", "op": "in", "value": ["Printer", "Copier"]},
			{"field": "name", "op": "starts", "value": "PRN-"}]},
		 "then": {"layout": "layout-3"}},
		{"id": "no phones", "kind": "asset",
		 "when": {"field": "type", "op": "equals", "value": "Phone"},
		 "then": {"skip": true}}
	]}`), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, record := range []connector.Record{{Type: "COPIER"}, {Type: "Other", Name: "prn-2nd-floor"}, {Type: "Phone"}, {Type: "Server"}} {
		subject := sortrules.Subject{Kind: "asset", Record: record}
		fmt.Printf("%s: %s (%s)\n", record.Type, rules.Place(subject), rules.Because(subject))
	}
	// Output:
	// COPIER: layout layout-3 (type "COPIER" is one of "Printer", "Copier")
	// Other: layout layout-3 (name "prn-2nd-floor" starts with "PRN-")
	// Phone: skipped (type is "Phone")
	// Server: the default layout of its kind ()
}

func ExampleNew_problems() {
	_, err := sortrules.New([]sortrules.Rule{{
		ID: "servers", Kind: "asset",
		When:   sortrules.Condition{Field: "type", Op: "like", Value: connector.Text("Server")},
		Layout: "layout-1",
	}}, nil)
	fmt.Println(err)
	// Output:
	// sortrules: configuration: rules["servers"].when.op: "like" is not known (use one of equals, in, contains, starts, ends, wildcard, regex, lt, le, gt, ge, between, cidr, present, absent, always)
}

func ExampleRuleSet_Explain() {
	rules, err := sortrules.New([]sortrules.Rule{
		{ID: "printers", Kind: "asset", Layout: "layout-3", When: sortrules.Condition{
			Field: sortrules.FieldType, Op: sortrules.OpEquals, Value: connector.Text("Printer"),
		}},
		{ID: "head office", Kind: "asset", Layout: "layout-7", When: sortrules.Condition{All: []sortrules.Condition{
			{Point: "ip", Op: sortrules.OpCIDR, Value: connector.Text("10.20.0.0/16")},
			{Point: "os", Op: sortrules.OpContains, Value: connector.Text("windows")},
		}}},
	}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(rules.Explain(sortrules.Subject{Kind: "asset", Record: connector.Record{
		Name: "HO-PC-1", Type: "Desktop",
		Fields: connector.Fields{"ip": connector.Texts("192.168.0.4", "10.20.1.17"), "os": connector.Text("Windows 11")},
	}}))
	// Output:
	// layout layout-7, by rule "head office": ip "10.20.1.17" is in the network "10.20.0.0/16" and os "Windows 11" contains "windows"
	//   "printers" (layout layout-3) does not apply
	//     no  type is "Printer": "Desktop"
	//   "head office" (layout layout-7) decides
	//     yes ip is in the network "10.20.0.0/16": "10.20.1.17"
	//     yes os contains "windows": "Windows 11"
}

func ExampleRuleSet_Check() {
	kinds := []connector.KindInfo{{Kind: "asset", Role: connector.RoleDevice, Title: "Asset", Plural: "Assets", DataPoints: []connector.DataPoint{
		{Name: "serial", Title: "Serial number", Type: connector.KindText, Means: connector.MeansSerial},
	}}}
	rules, err := sortrules.New([]sortrules.Rule{
		{ID: "all printers", Kind: "asset", Layout: "layout-3", When: sortrules.Condition{Field: "type", Op: "contains", Value: connector.Text("print")}},
		{ID: "printers", Kind: "asset", Layout: "layout-4", When: sortrules.Condition{Field: "type", Op: "equals", Value: connector.Text("Label printer")}},
		{ID: "old", Kind: "asset", Layout: "layout-3", When: sortrules.Condition{Point: "serial", Op: "lt", Value: connector.Integer(1000)}},
	}, kinds)
	if err != nil {
		fmt.Println(err)
		return
	}
	problems, _ := rules.Check(sortrules.Surroundings{
		Layouts: []store.Layout{{ID: "layout-3", Name: "Printers"}, {ID: "layout-4", Name: "Labels", Inactive: true}},
		Types:   []connector.RecordType{{Kind: "asset", ID: "70001", Name: "Label printer"}},
	})
	for _, p := range problems {
		fmt.Println(p)
	}
	// Output:
	// rules["printers"].then.layout: layout "Labels" is inactive: nothing can be made from it (activate it, or choose another)
	// rules["printers"].when: never applies: rules["all printers"] comes first and applies wherever this one would (remove one of the two, or move this one up)
	// rules["old"].when.op: serial is text, which "lt" can't compare (use one of equals, in, contains, starts, ends, wildcard, regex, cidr, present, absent)
}
