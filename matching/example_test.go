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

func ExampleMatch() {
	address := []matching.Address{{Text: "12 High Street", City: "Ashford", Postcode: "TN24 8TD"}}
	upstream, _ := matching.NewCatalogue(
		matching.Config{},
		matching.Record{ID: "17", Names: []matching.Name{{Text: "ACME, Inc."}}, Phones: []string{"(415) 555-0100"}},
		matching.Named("18", "Globex LLC"),
		matching.Record{ID: "19", Names: []matching.Name{{Text: "Initech Europe"}}, Addresses: address},
		matching.Named("20", "Umbrella"),
	)
	here, _ := matching.NewCatalogue(
		matching.Config{},
		matching.Record{ID: "c1", Names: []matching.Name{{Text: "Acme"}}, Phones: []string{"+1 415 555 0100"}},
		matching.Named("c2", "Globex Inc"),
		matching.Record{ID: "c3", Names: []matching.Name{{Text: "Initech"}}, Addresses: address},
		matching.Named("c4", "Umbrella"),
	)
	result, _ := matching.Match(matching.Request{Upstream: upstream, Here: here})
	for d := range result.Decisions() {
		fmt.Printf("%s: %s: %s\n", d.ID, d.Outcome, d.Because)
	}
	// Output:
	// 17: automatic: same name, unique on both sides, and same phone number
	// 18: suggested: vetoed: legal forms differ: "llc" and "inc"
	// 19: suggested: vetoed: the places in the names differ
	// 20: provisional: same name, unique on both sides
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
