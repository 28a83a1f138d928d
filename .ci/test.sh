#!/usr/bin/env bash
# Vets and tests every module; then once more what reads JSON, with the coming encoding/json.
# Needs nothing but Go. Where there is no C compiler the race detector is left out, unless
# DOVETAIL_REQUIRE contains "race".
source "$(dirname "$0")/lib.sh"

race=()
if why=$(go build -race runtime/race 2>&1); then
	race=(-race)
elif required race; then
	fail "test: DOVETAIL_REQUIRE asks for race, and the race detector can't be built: $why"
else
	note "without the race detector, which can't be built here (it wants a C compiler): ${why##*$'\n'}"
	export CGO_ENABLED=0 # a compiler that is there and doesn't work would stop the rest too
fi

failed=()
run() {
	local label=$1
	shift
	note "$label: $*"
	"$@" || failed+=("$label")
}

# SQLite in Go is 20 times slower under the race detector, so its tests run without it.
slow=./store/sqlstore/livetest

for module in $(modules); do
	run "vet $module" go -C "$module" vet ./...
	if [ "$module" = "$slow" ]; then
		run "test $module" go -C "$module" test -shuffle=on ./...
	else
		run "test $module" go -C "$module" test "${race[@]}" -shuffle=on ./...
	fi
done

# What reads JSON once more, with the encoding/json to come, and without the race detector: what takes too long under it
# is left to this run.
jsonv2=jsonv2
if ! GOEXPERIMENT=jsonv2 go list encoding/json/v2 >/dev/null 2>&1; then
	note "on this Go's own encoding/json: it doesn't have jsonv2 as an experiment"
	jsonv2=
fi
run "test on jsonv2" env GOEXPERIMENT=$jsonv2 go test ./connector/... ./syncro/...

[ ${#failed[@]} = 0 ] || fail "$(printf '%s; ' "${failed[@]}")"
