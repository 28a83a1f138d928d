#!/usr/bin/env bash
# Runs the benchmarks (BENCH, a pattern; COUNT times) and compares them with the run before.
source "$(dirname "$0")/lib.sh"
bash .ci/deps.sh tools

mkdir -p .cache
[ -f .cache/bench.txt ] && mv .cache/bench.txt .cache/bench-before.txt
go test -run '^$' -bench "${BENCH:-.}" -benchmem -count "${COUNT:-6}" ./... | tee .cache/bench.txt
if [ -f .cache/bench-before.txt ]; then
	note "before and now"
	"$(tools_dir)/benchstat" .cache/bench-before.txt .cache/bench.txt
fi
