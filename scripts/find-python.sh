#!/usr/bin/env bash
# Prints the command of a Python 3.11, the version that requirements/ is locked for. PYTHON names one to try first.
set -euo pipefail

found=()
for candidate in ${PYTHON:+"$PYTHON"} python3.11 python3 python; do
    command -v "$candidate" >/dev/null 2>&1 || continue
    version=$("$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
    if [ "$version" = 3.11 ]; then
        command -v "$candidate"
        exit 0
    fi
    found+=("$candidate is $version")
done

seen=$(IFS=,; echo "${found[*]-}")
echo "Python 3.11 is needed and was not found (here: ${seen:-no Python}). Install it, or name it: make PYTHON=/path/to/python3.11" >&2
exit 1
