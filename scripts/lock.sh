#!/usr/bin/env bash
# Writes requirements/*.txt from pyproject.toml and requirements/uv.in for Python 3.11 on linux x86_64, with hashes
# and without addresses. What is locked stays unless a pin forbids it; `lock.sh --upgrade` takes the newest of all.
set -euo pipefail
cd "$(dirname "$0")/.."

compile() {
    .venv/bin/uv pip compile --quiet --generate-hashes --no-header --no-emit-index-url --no-emit-find-links \
        --only-binary :all: --python-version 3.11 --python-platform x86_64-manylinux_2_28 \
        --custom-compile-command 'make lock' "$@" >/dev/null
}

compile "$@" requirements/uv.in -o requirements/uv.txt
compile "$@" pyproject.toml --group build -o requirements/runtime.txt
compile "$@" pyproject.toml --group dev -c requirements/runtime.txt -o requirements/dev.txt
