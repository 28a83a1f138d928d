#!/usr/bin/env bash
# Runs every fuzz target for a short while (FUZZTIME, 10s). What one finds is written to its
# testdata folder: commit it with the repair.
source "$(dirname "$0")/lib.sh"

failed=()
for module in $(modules); do
	targets=()
	listing=$(go -C "$module" test -list '^Fuzz' ./...) || fail "fuzz: $listing"
	# The names of a package's targets, then a line "ok <package> <time>".
	while read -r first second _; do
		case $first in
		Fuzz*) targets+=("$first") ;;
		ok)
			for target in "${targets[@]}"; do
				note "$second $target"
				go -C "$module" test -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZTIME:-10s}" "$second" || failed+=("$second $target")
			done
			targets=()
			;;
		esac
	done <<<"$listing"
done
[ ${#failed[@]} = 0 ] || fail "fuzz: $(printf '%s; ' "${failed[@]}")"
