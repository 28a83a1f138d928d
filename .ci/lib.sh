# What the scripts of this folder have in common. Sourced, from bash.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

# A clone may belong to someone else, or be no repository at all: no build needs its version stamp.
export GOFLAGS="${GOFLAGS:+$GOFLAGS }-buildvcs=false"
export GOWORK=off

note() { printf '\n-- %s\n' "$*"; }
fail() { printf '\nfailed: %s\n' "$*" >&2; exit 1; }

# required NAME: whether DOVETAIL_REQUIRE (a comma list) says that NAME may not be skipped.
required() { [[ ",${DOVETAIL_REQUIRE:-}," == *",$1,"* ]]; }

# modules: the folders of the modules to build and test, the root first. tools/ holds no code.
modules() {
	echo .
	find . -name go.mod ! -path ./go.mod ! -path './tools/*' ! -path '*/testdata/*' ! -path './.*' -exec dirname {} \; | sort
}

# tools_dir: where this version of the tools, built by this version of Go, is kept between clones.
tools_dir() {
	local cache=${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}} key
	key=$({ cat tools/go.mod tools/go.sum && go -C tools version; } | git hash-object --stdin)
	echo "${cache:-$root/.cache}/dovetail/tools-${key:0:16}"
}
