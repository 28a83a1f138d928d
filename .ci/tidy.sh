#!/usr/bin/env bash
# Fails where `go mod tidy` would change a go.mod or go.sum.
source "$(dirname "$0")/lib.sh"

status=0
for module in $(modules) tools; do
	go -C "$module" mod tidy -diff || {
		note "$module: go mod tidy has something to do"
		status=1
	}
done
exit $status
