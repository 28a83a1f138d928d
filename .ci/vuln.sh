#!/usr/bin/env bash
# Known vulnerabilities that the code really reaches. Without the database, a notice, unless
# DOVETAIL_REQUIRE contains "vulndb". GOVULNDB names another database (a URL, file:// too).
source "$(dirname "$0")/lib.sh"
bash .ci/deps.sh tools
govulncheck=$(tools_dir)/govulncheck

status=0
for module in $(modules); do
	code=0
	out=$("$govulncheck" -C "$module" ${GOVULNDB:+-db "$GOVULNDB"} ./... 2>&1) || code=$?
	case $code in
	0) ;;
	3) # findings
		note "known vulnerabilities in $module:"
		echo "$out"
		status=1
		;;
	*)
		if [[ $out == *"fetching vulnerabilities: "* ]] && ! required vulndb; then
			note "not checked for known vulnerabilities, the database is out of reach: ${out##*fetching vulnerabilities: }"
			break
		fi
		echo "$out" >&2
		status=1
		;;
	esac
done
exit $status
