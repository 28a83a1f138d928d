#!/usr/bin/env bash
# Installs what a machine lacks, and says nothing of what it has.
#
#   bash .ci/deps.sh            everything
#   bash .ci/deps.sh tools      one need only; needs are the functions need_* below
source "$(dirname "$0")/lib.sh"

needs=(tools compiler postgres)

# The Go tools of tools/go.mod. golangci-lint alone takes minutes to build: hence the cache.
need_tools() {
	local dir build
	dir=$(tools_dir)
	[ -d "$dir" ] && return
	note "building the Go tools into $dir (once for each version, some minutes)"
	mkdir -p "$(dirname "$dir")"
	build=$(mktemp -d "$dir.XXXXXX")
	if ! GOBIN=$build go -C tools install tool; then
		rm -rf "$build"
		return 1
	fi
	chmod 755 "$build"
	mv -T "$build" "$dir" 2>/dev/null || rm -rf "$build" # another run was faster
}

# The race detector links C. Without a compiler the tests run without it.
need_compiler() {
	[ "$(go env CGO_ENABLED)" = 1 ] && command -v "$(go env CC | cut -d' ' -f1)" >/dev/null && return
	[ "$(go env GOOS)" = darwin ] && return # needs none there
	apt_install "a C compiler, for go test -race" gcc libc6-dev
}

# Tests start a server of their own in a temporary folder: the programs are enough.
need_postgres() {
	command -v pg_ctl >/dev/null && return
	compgen -G '/usr/lib/postgresql/*/bin/pg_ctl' >/dev/null && return
	apt_install "PostgreSQL, for the tests of its dialect" postgresql
}

# apt_install WHAT PACKAGE...: installs Debian packages, or says what to install.
apt_install() {
	local what=$1
	shift
	if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
		note "missing: $what. Install it with your package manager (Debian: apt-get install $*)"
		return
	fi
	note "installing $what: $*"
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq </dev/null
	apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null
}

for need in "${@:-${needs[@]}}"; do
	declare -F "need_$need" >/dev/null || fail "deps: nothing is called $need (known: ${needs[*]})"
	"need_$need"
done
