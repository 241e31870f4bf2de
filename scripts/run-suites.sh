#!/usr/bin/env bash
# Runs the suites one by one, each a pytest run of its own, and prints the seconds of each. Chromium and poppler, which
# only the end-to-end suite needs, are installed meanwhile if they are missing. The last line has the sums of all suites.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

suites=(
    "architecture tests/architecture"
    "unit tests/capacity tests/cli tests/iac tests/orchestrator tests/policies"
    "golden tests/golden"
    "examples tests/examples"
    "properties tests/properties"
    "e2e tests/e2e"
    "benchmarks tests/benchmarks"
)
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

chromium=
if [ ! -x /usr/bin/chromium ] || ! command -v pdftotext >/dev/null; then
    scripts/install-system-packages.sh chromium fonts-dejavu-core poppler-utils >"$logs/chromium" 2>&1 </dev/null &
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
