#!/usr/bin/env bash
# What changed in the exported API since the last tag. From v1 on an incompatible change fails.
source "$(dirname "$0")/lib.sh"

tag=$(git describe --tags --abbrev=0 --match 'v[0-9]*' 2>/dev/null) || tag=
if [ -z "$tag" ]; then
	note "no API to compare with: there is no tag yet"
	exit 0
fi
bash .ci/deps.sh tools
apidiff=$(tools_dir)/apidiff
module=$(go list -m)

old=$(mktemp -d)
trap 'rm -rf "$old"' EXIT
mkdir "$old/tree"
git archive "$tag" | tar -x -C "$old/tree"
(cd "$old/tree" && "$apidiff" -m -w "$old/api" "$module")

note "the exported API since $tag"
"$apidiff" -m "$old/api" "$module"
if [[ $tag != v0.* && -n $("$apidiff" -m -incompatible "$old/api" "$module") ]]; then
	fail "apidiff: incompatible with $tag"
fi
