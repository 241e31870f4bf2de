#!/usr/bin/env bash
# Runs the suites one by one, each a pytest run of its own, and prints the seconds of each. Chromium and poppler, which
# only the end-to-end suite needs, are installed meanwhile if they are missing, and the servers of the cluster suite are
# built. The last line has the sums of all suites.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

suites=(
    "architecture tests/architecture"
    "unit tests/capacity tests/cli tests/iac tests/orchestrator tests/policies"
    "golden tests/golden"
    "examples tests/examples"
    "properties tests/properties"
    "e2e tests/e2e"
    "cluster tests/cluster"
    "benchmarks tests/benchmarks"
)
logs=$(mktemp -d)

setsid nice -n 19 scripts/build-engines.sh >"$logs/engines" 2>&1 </dev/null & # a session of its own, to be ended as one
engines=$!
trap '[ -z "$engines" ] || kill -- "-$engines" 2>/dev/null; rm -rf "$logs"' EXIT

await_engines() { # fails, with the log, when they could not be built
    [ -n "$engines" ] || return 0
    wait "$engines"
    local code=$?
    engines=
    cat "$logs/engines"
    return "$code"
}

chromium=
if [ ! -x /usr/bin/chromium ] || ! command -v pdftotext >/dev/null || ! command -v openssl >/dev/null; then
    scripts/install-system-packages.sh chromium fonts-dejavu-core openssl poppler-utils >"$logs/chromium" 2>&1 </dev/null &
    chromium=$!
fi

await_chromium() {
    [ -n "$chromium" ] || return 0
    if ! wait "$chromium"; then
        cat "$logs/chromium"
        echo "chromium could not be installed" >&2
    fi
    chromium=
}

count() { # how many tests of a finished run had this outcome, by pytest's closing line
    grep -oE "[0-9]+ $1" <(tail -n 1 "$2") | awk '{n += $1} END {print n + 0}'
}

passed=0
failed=0
status=0
summary=
for suite in "${suites[@]}"; do
    read -r name folders <<<"$suite"
    present=()
    for folder in $folders; do [ -d "$folder" ] && present+=("$folder"); done
    [ "$name" = e2e ] && await_chromium
    if [ ${#present[@]} -eq 0 ]; then
        status=1
        summary+=$(printf '%-12s missing: %s' "$name" "$folders")$'\n'
        continue
    fi

    printf '\n== %s\n' "$name"
    started=$SECONDS
    if [ "$name" = cluster ] && ! await_engines; then
        status=1
        failed=$((failed + 1))
        summary+=$(printf '%-12s %5d s   FAILED, its servers could not be built' "$name" $((SECONDS - started)))$'\n'
        continue
    fi
    .venv/bin/python -m pytest -q --color=no -m "not (bench or soak)" "${present[@]}" 2>&1 | tee "$logs/$name"
    code=${PIPESTATUS[0]}
    seconds=$((SECONDS - started))

    [ "$code" -eq 0 ] || status=1
    passed=$((passed + $(count passed "$logs/$name")))
    failed=$((failed + $(count failed "$logs/$name") + $(count "errors?" "$logs/$name")))
    summary+=$(printf '%-12s %5d s   %s' "$name" "$seconds" "$([ "$code" -eq 0 ] && echo ok || echo "FAILED, pytest exit code $code")")$'\n'
done
await_chromium

printf '\n%s\n%d passed, %d failed\n' "$summary" "$passed" "$failed"
exit "$status"
