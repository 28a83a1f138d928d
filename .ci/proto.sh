#!/usr/bin/env bash
# Generates the Go code of the plugin protocol. With -check it changes nothing and fails where the committed code is
# not what would be generated; without protoc (Debian: protobuf-compiler) the check is left out.
source "$(dirname "$0")/lib.sh"

wire=connector/plugin/internal/wire
out=$wire
if [ "${1:-}" = -check ]; then
	if ! command -v protoc >/dev/null; then
		note "not checked whether the generated code is current: there is no protoc (Debian: apt-get install protobuf-compiler)"
		exit 0
	fi
	out=$(mktemp -d)
	trap 'rm -rf "$out"' EXIT
fi
bash .ci/deps.sh tools
# Which version made it is left out: it differs between machines, and what it makes does not.
PATH="$(tools_dir):$PATH" protoc -I "$wire" --go_out="$out" --go_opt=paths=source_relative \
	--go-grpc_out="$out" --go-grpc_opt=paths=source_relative wire.proto
sed -i -E '/^\/\/[[:space:]]*(- )?protoc(-gen-go|-gen-go-grpc)?[[:space:]]+v/d; /^\/\/ versions:$/d' "$out"/wire*.pb.go

[ "$out" = "$wire" ] && exit
for file in "$out"/*.pb.go; do
	diff -u "$wire/$(basename "$file")" "$file" || fail "proto: $wire is not what wire.proto makes (run make proto)"
done
