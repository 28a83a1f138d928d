package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/store"
)

// connect tests the connection.
func (t *tour) connect(ctx context.Context) error {
	t.out.title("Test the connection")
	report, err := t.engine.TestConnection(ctx, dovetail.TestRequest{By: visitor, Integration: integration})
	if err != nil {
		return err
	}
	t.out.say("  account %s, as %s", report.Account.Name, report.Account.User)
	for _, kind := range slices.Sorted(maps.Keys(report.Counts)) {
		t.out.say("  sees %5d records of kind %s", report.Counts[kind], kind)
	}
	missing := 0
	for _, right := range report.Rights {
		mark := "granted"
		if !right.Granted {
			mark = "MISSING"
			missing++
		}
		t.out.say("  right %-28q %s", right.Name, mark)
	}
	for _, note := range report.Notes {
		t.out.say("  note: %s", note)
	}
	t.out.step(record{"step": "connect", "account": report.Account.Name, "counts": report.Counts, "rights_missing": missing})
	if !report.OK() {
		return fmt.Errorf("the connection can't be used: %s", report.Problem)
	}
	return nil
}

// companies runs for the first time: only companies are read.
func (t *tour) companies(ctx context.Context) error {
	t.out.title("First run: the companies, with suggestions")
	if _, err := t.engine.Sync(ctx, dovetail.SyncRequest{By: visitor, Integration: integration}); err != nil {
		return err
	}
	groups := make(map[store.MatchGroup]int)
	total := 0
	t.out.say("  %-42s %-11s %s", "UPSTREAM", "GROUP", "SUGGESTION")
	for row, err := range t.engine.MatchedCompanies(ctx, integration) {
		if err != nil {
			return err
		}
		total++
		groups[row.Group]++
		t.out.say("  %-42s %-11s %s", row.Name, row.Group, suggestion(row))
	}
	t.out.step(record{"step": "companies", "companies": total, "groups": groups})
	return nil
}

func suggestion(row dovetail.CompanyRow) string {
	if len(row.Suggestions) == 0 {
		return "-"
	}
	best := row.Suggestions[0]
	more := ""
	if n := len(row.Suggestions) - 1; n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	return fmt.Sprintf("%s (%.0f %%: %s)%s", best.Name, 100*best.Confidence, strings.Join(best.Because, ", "), more)
}

// match decides about the companies in bulk, as a person would.
func (t *tour) match(ctx context.Context) error {
	t.out.title("Match: the same names, then create the new ones; test rows and persons are ignored")
	verdicts := make(map[dovetail.Verdict]int)
	changes, left := 0, 0
	for _, bulk := range []dovetail.Bulk{dovetail.BulkMatch, dovetail.BulkIgnoreTests, dovetail.BulkIgnorePersons, dovetail.BulkCreate} {
		proposals, err := t.engine.Propose(ctx, integration, bulk)
		if err != nil {
			return err
		}
		decisions := make([]dovetail.Decision, len(proposals))
		for i, p := range proposals {
			decisions[i] = p.Decision
		}
		decided, err := t.engine.Decide(ctx, dovetail.DecideRequest{By: visitor, Integration: integration, Decisions: decisions})
		if err != nil {
			return err
		}
		done := 0
		for _, d := range decided {
			if d.Err != nil {
				left++
				t.out.say("  left: %v", d.Err)
				continue
			}
			done++
			verdicts[d.Decision.Verdict]++
			if d.Decision.Verdict == dovetail.VerdictCreate {
				changes++
			}
		}
		t.out.say("  %-28s %3d proposed, %3d done", bulk, len(proposals), done)
	}
	undecided := 0
	for row, err := range t.engine.MatchedCompanies(ctx, integration) {
		if err != nil {
			return err
		}
		if row.State == store.MatchUnmatched || row.State == store.MatchSuggested {
			undecided++
			t.out.say("  left for a person: %-38s %s", row.Name, row.Group)
		}
	}
	t.out.step(record{"step": "match", "verdicts": verdicts, "left": left, "undecided": undecided, "changes": changes})
	return nil
}

// plan reads contacts and assets and shows what would be written.
func (t *tour) plan(ctx context.Context) error {
	t.out.title("Read contacts and assets, and plan; nothing is written yet")
	read, err := t.engine.Read(ctx, dovetail.ReadRequest{By: visitor, Integration: integration})
	if err != nil {
		return err
	}
	for _, kind := range read.Kinds {
		t.out.say("  read %5d of kind %-10s %s", kind.Delivered, kind.Kind, kind.State)
	}
	plan, err := t.engine.Plan(ctx, dovetail.PlanRequest{By: visitor, Integration: integration})
	if err != nil {
		return err
	}
	t.planned = plan.ID
	if err := t.showPlan(ctx, plan); err != nil {
		return err
	}
	t.out.step(record{"step": "plan", "planned": plan.Changes, "actions": plan.Counts, "fingerprint": plan.Fingerprint})
	return nil
}

// showPlan prints a plan by company and layout, with an example of each reason.
func (t *tour) showPlan(ctx context.Context, plan store.Plan) error {
	companies, err := t.companyNames(ctx)
	if err != nil {
		return err
	}
	type place struct{ company, what string }
	counts := make(map[place]int)
	examples := make(map[string]string)
	for c, err := range t.engine.Changes(ctx, plan.ID) {
		if err != nil {
			return err
		}
		what := string(c.Action)
		if name := t.layouts[c.Layout].Name; name != "" {
			what += " " + name
		}
		counts[place{companies[c.Company], what}]++
		if _, ok := examples[c.Reason.Code]; !ok {
			examples[c.Reason.Code] = fmt.Sprintf("%s %s: %s", c.Action, cmp.Or(c.Name, c.Record.String()), dovetail.Sentence(c.Reason))
		}
	}
	t.out.say("\n  %-42s %-20s %s", "COMPANY", "CHANGE", "COUNT")
	places := slices.SortedFunc(maps.Keys(counts), func(a, b place) int {
		return cmp.Or(cmp.Compare(a.company, b.company), cmp.Compare(a.what, b.what))
	})
	for _, p := range places {
		t.out.say("  %-42s %-20s %5d", p.company, p.what, counts[p])
	}
	t.out.say("\n  why, for example:")
	for _, code := range slices.Sorted(maps.Keys(examples)) {
		t.out.say("  - %s", examples[code])
	}
	return nil
}

func (t *tour) companyNames(ctx context.Context) (map[store.CompanyID]string, error) {
	names := make(map[store.CompanyID]string)
	for c, err := range t.platform.Companies(ctx) {
		if err != nil {
			return nil, err
		}
		names[c.ID] = c.Name
	}
	return names, nil
}

// apply carries the plan out and accounts for every record.
func (t *tour) apply(ctx context.Context) error {
	t.out.title("Apply the plan")
	report, err := t.engine.Apply(ctx, dovetail.ApplyRequest{By: visitor, Plan: t.planned})
	if err != nil {
		return err
	}
	t.out.say("  %d changes written", report.Done())
	for _, problem := range report.Problems {
		t.out.say("  left: %s", problem)
	}
	total, err := t.reconcile(ctx)
	if err != nil {
		return err
	}
	t.out.step(record{
		"step": "apply", "changes": report.Done(), "outcomes": report.Outcomes,
		"upstream": total.Upstream, "standings": total.Standings, "adds_up": total.AddsUp(),
	})
	return nil
}

func (t *tour) sync(ctx context.Context) (dovetail.SyncReport, error) {
	report, err := t.engine.Sync(ctx, dovetail.SyncRequest{By: visitor, Integration: integration})
	if err != nil {
		return report, err
	}
	if report.Run.State != store.RunOK {
		return report, fmt.Errorf("the run ended as %s: %s", report.Run.State, strings.Join(report.Run.Problems, "; "))
	}
	return report, nil
}

// reconcile prints where every record stands, and that it adds up.
func (t *tour) reconcile(ctx context.Context) (dovetail.Reconciliation, error) {
	var total dovetail.Reconciliation
	t.out.say("\n  %-42s %s", "COMPANY", "RECONCILIATION")
	for one, err := range t.engine.Reconcile(ctx, integration) {
		if err != nil {
			return total, err
		}
		if !one.AddsUp() {
			return total, fmt.Errorf("%s doesn't add up: %s", one.Name, one)
		}
		t.out.say("  %-42s %s", one.Name, one)
		total.Add(one)
	}
	t.out.say("  %-42s %s", "ALL", total)
	return total, nil
}

// resync runs again with nothing changed on either side.
func (t *tour) resync(ctx context.Context) error {
	t.out.title("Sync again, with nothing changed on either side")
	before := t.platform.Writes()
	report, err := t.sync(ctx)
	if err != nil {
		return err
	}
	t.out.say("  %d changes", report.Plan.Changes)
	t.out.step(record{"step": "resync", "changes": report.Apply.Done()})
	if report.Plan.Changes != 0 || t.platform.Writes() != before {
		return fmt.Errorf("a sync with nothing changed wrote %d changes", report.Plan.Changes)
	}
	return nil
}
