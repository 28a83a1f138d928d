package matching_test

import (
	"fmt"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/matching"
)

func ExampleStrictKey() {
	for _, name := range []string{
		"Smith & Sons, Ltd.", "SMITH AND SONS *DO NOT BILL*", "A.O. Müller GmbH & Co. KG", "Fund II L.P.", "11420 CORP.", "日本電気",
	} {
		fmt.Println(matching.StrictKey(name))
	}
	// Output:
	// smith and sons
	// smith and sons
	// ao muller
	// fund ii
	// 11420
	// 日本電気
}

func ExampleCompanies() {
	upstream := []matching.Company{
		{ID: "17", Name: "ACME, Inc.", Phones: []string{"(415) 555-0100"}},
		{ID: "18", Name: "Globex LLC"},
		{ID: "19", Name: "Initech Europe"},
		{ID: "20", Name: "[Example] Dental Office"},
	}
	here := []matching.Company{
		{ID: "c1", Name: "Acme", Phones: []string{"+1 415 555 0100"}},
		{ID: "c2", Name: "Globex Inc"},
		{ID: "c3", Name: "Initech"},
	}
	for _, r := range matching.Companies(upstream, here) {
		fmt.Printf("%s: %s\n", r.ID, r.Group)
		for _, c := range r.Candidates {
			fmt.Printf("  %s %q %.2f %q\n", c.ID, c.Name, c.Confidence, c.Because)
		}
	}
	// Output:
	// 17: same name
	//   c1 "Acme" 0.80 ["same name, written differently" "same phone number 4155550100"]
	// 18: unclear
	//   c2 "Globex Inc" 0.30 ["same name, written differently" "legal forms differ: \"llc\" and \"inc\""]
	// 19: none
	// 20: test
}

func ExampleThings() {
	records := []matching.Thing{
		{ID: "r1", Name: "PC-7.corp.local", Serials: []string{"5CG7355338"}, Layout: "computers"},
		{ID: "r2", Name: "pc-8", Serials: []string{"To Be Filled By O.E.M."}, Layout: "computers"},
		{ID: "r3", Name: "PC-9", Serials: []string{"5CG7355340"}, Layout: "computers"},
	}
	assets := []matching.Thing{
		{ID: "a1", Name: "Reception", Serials: []string{"5cg7355338"}, Layout: "computers"},
		{ID: "a2", Name: "PC-8", Layout: "computers"},
		{ID: "a3", Name: "PC-9", Serials: []string{"PF37A0C9"}, Layout: "computers"},
	}
	for _, l := range matching.Things(connector.RoleDevice, records, assets) {
		fmt.Printf("%s: asset %q, rung %q, provisional %t: %s\n", l.Record, l.Asset, l.Rung, l.Provisional, l.Because)
	}
	// Output:
	// r1: asset "a1", rung "serial", provisional false: same serial number 5CG7355338
	// r2: asset "a2", rung "name", provisional true: same name "pc-8"
	// r3: asset "", rung "", provisional false: another device: same name "PC-9", but serial numbers 5CG7355340 and PF37A0C9
}
