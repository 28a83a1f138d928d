#!/usr/bin/env bash
# What `make test` does briefly, for long: writers that are killed (KILLS times, on each database), and engines
# (ENGINE_KILLS times, over each kind of platform); and random histories (HISTORIES of them).
source "$(dirname "$0")/lib.sh"

kills=${KILLS:-3000}
note "writers are killed $kills times"
go -C store/sqlstore/livetest test -timeout 0 -count 1 -run 'Acknowledged' . -kills "$kills" -v

engine_kills=${ENGINE_KILLS:-200}
note "engines are killed $engine_kills times"
go -C store/sqlstore/livetest test -timeout 0 -count 1 -run 'KilledEngine' . -engine-kills "$engine_kills" -v

histories=${HISTORIES:-5000}
note "$histories random histories are lived through"
go test -timeout 0 -count 1 -run 'RandomHistories' . -histories "$histories" -seed 0 -v
