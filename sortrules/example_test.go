package sortrules_test

import (
	"fmt"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
)

func ExampleParse() {
	rules, err := sortrules.Parse([]byte(`{"version": 1, "rules": [
		{"id": "printers", "kind": "asset",
		 "when": {"field": "type", "op": "equals", "value": "Printer"},
		 "then": {"layout": "layout-3"}},
		{"id": "no phones", "kind": "asset",
		 "when": {"field": "type", "op": "equals", "value": "Phone"},
		 "then": {"skip": true}}
	]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, typ := range []string{"PRINTER", "Phone", "Server"} {
		p := rules.Place(sortrules.Subject{Kind: "asset", Record: connector.Record{Type: typ}})
		fmt.Printf("%s: %s %s (%s)\n", typ, p.Outcome, p.Layout, p.Because)
	}
	// Output:
	// PRINTER: layout layout-3 (type is "PRINTER")
	// Phone: skip  (type is "Phone")
	// Server: none  ()
}

func ExampleNew_problems() {
	_, err := sortrules.New([]sortrules.Rule{{
		ID: "servers", Kind: "asset",
		When:   sortrules.Condition{Field: "type", Op: "like", Value: "Server"},
		Layout: "layout-1",
	}})
	fmt.Println(err)
	// Output:
	// sortrules: configuration: rules["servers"].when.op: "like" is not known (use "equals")
}
