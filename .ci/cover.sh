#!/usr/bin/env bash
# How much of each package the tests of all packages reach. The lines: .cache/cover.html.
source "$(dirname "$0")/lib.sh"

mkdir -p .cache
go test -coverprofile=.cache/cover.out -coverpkg=./... ./... >.cache/cover.log || { cat .cache/cover.log; exit 1; }
go tool cover -html=.cache/cover.out -o .cache/cover.html
# A block stands in the profile once for each test binary: <file>:<from>,<to> <statements> <count>.
awk 'NR > 1 { size[$1] = $2; if ($3 > 0) hit[$1] = 1 }
	END {
		for (block in size) {
			pkg = block; sub(/\/[^\/]*$/, "", pkg)
			all[pkg] += size[block]; total += size[block]
			if (block in hit) { got[pkg] += size[block]; reached += size[block] }
		}
		for (pkg in all) printf "%5.1f %%  %s\n", 100 * got[pkg] / all[pkg], pkg | "sort -k3"
		close("sort -k3")
		if (total) printf "%5.1f %%  in all\n", 100 * reached / total
	}' .cache/cover.out
