package dovetail

import (
	"fmt"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/matching"
	"github.com/dovetail-sync/dovetail/store"
)

// checkOptions checks the settings that stand for themselves.
func checkOptions(s store.Settings) []connector.Problem {
	var problems []connector.Problem
	add := func(field, format string, args ...any) {
		problems = append(problems, connector.Problem{Field: field, Text: fmt.Sprintf(format, args...)})
	}
	switch s.Refile {
	case store.RefileMove, store.RefileReport, store.RefileKeep:
	default:
		add("refile", "%.40q is not known (leave it empty to move what nobody touched, or use %q or %q)", string(s.Refile), store.RefileReport, store.RefileKeep)
	}
	for i, key := range s.SkipKeys {
		switch matching.Rung(key) {
		case matching.RungSerial, matching.RungMAC, matching.RungEmail, matching.RungName:
		default:
			add(fmt.Sprintf("skip_keys[%d]", i), "%.40q is no key (use %q, %q, %q or %q)", key,
				matching.RungSerial, matching.RungMAC, matching.RungEmail, matching.RungName)
		}
	}
	limit := func(name string, l store.Limit) {
		if l.Floor < 0 || l.Percent < 0 || l.Percent > 100 {
			add(name, "%d records and %d %% are no limit (a number from 0, and a share from 0 to 100 %%)", l.Floor, l.Percent)
		}
	}
	limit("limits.create", s.Limits.Create)
	limit("limits.orphan", s.Limits.Orphan)
	days := func(name string, n int) {
		if n < 0 {
			add(name, "%d days are none (use 0 or more)", n)
		}
	}
	days("stale_days", s.StaleDays)
	days("archive_days", s.ArchiveDays)
	return problems
}

func rungNames(rungs []matching.Rung) []string {
	var names []string
	for _, rung := range rungs {
		names = append(names, string(rung))
	}
	return names
}

func rungsNamed(names []string) []matching.Rung {
	var rungs []matching.Rung
	for _, name := range names {
		rungs = append(rungs, matching.Rung(name))
	}
	return rungs
}
