#!/usr/bin/env bash
# Installs Debian packages by apt-get, as root or through sudo. Usage: install-system-packages.sh PACKAGE...
set -euo pipefail

if [ "$(id -u)" -eq 0 ]; then
    as_root=()
elif command -v sudo >/dev/null 2>&1; then
    as_root=(sudo)
else
    echo "These packages are needed, and installing them takes root or sudo: $*" >&2
    exit 1
fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "These packages are needed, and there is no apt-get here; install their like by hand: $*" >&2
    exit 1
fi

exec 9<"$0"
flock 9 # apt-get waits for another's installation, but fails beside another's update

export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get -q update
"${as_root[@]}" apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "$@"
