#!/usr/bin/env bash
# Formatting, linters, unreached functions (told, not judged) and known vulnerabilities, in every module.
# go vet is part of the linters.
source "$(dirname "$0")/lib.sh"
bash .ci/deps.sh tools
tools=$(tools_dir)

failed=()
unformatted=$("$tools/gofumpt" -l .)
if [ -n "$unformatted" ]; then
	note "not formatted (make fmt does it):"
	echo "$unformatted"
	failed+=(formatting)
fi

for module in $(modules); do
	note "golangci-lint $module"
	(cd "$module" && "$tools/golangci-lint" run --config "$root/.golangci.yml" ./...) || failed+=("golangci-lint $module")
done

# A library's exports are reached from its tests or not at all; both are worth knowing, neither is a fault.
for module in $(modules); do
	unreached=$(cd "$module" && "$tools/deadcode" -test ./... 2>&1) || unreached="deadcode: $unreached"
	if [ -n "$unreached" ]; then
		note "reached by no command and no test in $module:"
		echo "$unreached"
	fi
done

bash .ci/proto.sh -check || failed+=(proto)

bash .ci/vuln.sh || failed+=(vulnerabilities)

[ ${#failed[@]} = 0 ] || fail "lint: $(printf '%s; ' "${failed[@]}")"
