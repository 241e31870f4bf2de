#!/usr/bin/env bash
# Builds the servers that tests/cluster starts from pinned Go modules (scripts/engines/*/go.mod) into a cache folder: what
# is there is left alone, two runs at once build everything once. Usage: build-engines.sh [--where] [ENGINE...]
#
# Engines stand in a folder of CAMAU_DC_ENGINES (~/.cache/camau-dc/engines) that is named by the digest of their module's
# go.mod, go.sum, Go's version and the flags. --where builds nothing and prints "ENGINE PATH" of each. GO names a go to try
# first; where none is new enough, the one that go.mod names is fetched through the Go module proxy, by Debian's if need be.
set -euo pipefail
cd "$(dirname "$0")/.."

root=${CAMAU_DC_ENGINES:-${XDG_CACHE_HOME:-$HOME/.cache}/camau-dc/engines}
engines=( # name, folder of its module, package
    "etcd etcd go.etcd.io/etcd/server/v3"
    "kube-apiserver kubernetes k8s.io/kubernetes/cmd/kube-apiserver"
)

required() { # the version of a module that a go.mod asks for
    awk -v module="$2" '{ sub(/^require /, "") } $1 == module { print $2; exit }' "scripts/engines/$1/go.mod"
}

linker_flags() { # of a module's folder; unstamped, Kubernetes calls itself v0.0.0-master and clients take it for old
    local flags="-s -w" stamp=k8s.io/component-base/version version
    if [ "$1" = kubernetes ]; then
        version=$(required kubernetes k8s.io/kubernetes)
        flags+=" -X $stamp.gitVersion=$version -X $stamp.gitTreeState=clean -X $stamp.buildDate=1970-01-01T00:00:00Z"
        flags+=" -X $stamp.gitMajor=1 -X $stamp.gitMinor=$(cut -d . -f 2 <<<"$version")"
    fi
    printf '%s' "$flags"
}

# ---- Go

export GOTOOLCHAIN=local GOWORK=off CGO_ENABLED=0 # pinned: no other Go, no workspace around us, no C compiler
needed=$(awk '$1 == "go" { print $2 }' scripts/engines/*/go.mod | sort -V | tail -n 1)
fetched=$(awk '$1 == "toolchain" { print $2 }' scripts/engines/*/go.mod | sort -V | tail -n 1)

version_of() { # 1.26.8 of a command "go", nothing if it is no Go
    "$1" version 2>/dev/null | awk '{ sub(/^go/, "", $3); print $3 }' || true
}

find_go() { # prints the first go that is new enough
    local candidate version
    for candidate in ${GO:+"$GO"} "$(command -v go || true)" /usr/local/go/bin/go /usr/lib/go-*/bin/go "$root/$fetched/bin/go"; do
        [ -x "$candidate" ] || continue
        version=$(version_of "$candidate")
        if [ -n "$version" ] && [ "$(printf '%s\n' "$needed" "$version" | sort -V | head -n 1)" = "$needed" ]; then
            printf '%s' "$candidate"
            return
        fi
    done
    return 1
}

find_old_go() { # prints any go that can fetch a newer one
    local candidate
    for candidate in ${GO:+"$GO"} "$(command -v go || true)" /usr/local/go/bin/go /usr/lib/go-*/bin/go; do
        if [ -x "$candidate" ] && [ -n "$(version_of "$candidate")" ]; then
            printf '%s' "$candidate"
            return
        fi
    done
    return 1
}

fetch_go() { # puts Go's own distribution, which is a Go module, into $root/$fetched
    local old work distribution platform
    if ! old=$(find_old_go); then
        echo "Go $needed or newer is needed and there is none: Debian's is installed to fetch $fetched" >&2
        scripts/install-system-packages.sh golang-go >&2 || return 1
        old=$(find_old_go) || return 1
    fi
    echo "Go $needed or newer is needed, $old is $(version_of "$old"): fetching $fetched" >&2
    platform=$("$old" env GOOS)-$("$old" env GOARCH)
    work=$(mktemp -d "$root/.go.XXXXXX")
    (cd "$work" && "$old" mod download -json "golang.org/toolchain@v0.0.1-$fetched.$platform" >answer) || true
    distribution=$(awk -F '"' '$2 == "Dir" { print $4 }' "$work/answer")
    if [ -z "$distribution" ]; then
        grep '"Error"' "$work/answer" >&2 || true
        rm -rf "$work"
        return 1
    fi
    # A module has no executables and no nested go.mod; Go's own switch of toolchains puts them back in the same way.
    cp -R "$distribution" "$work/go"
    chmod -R u+w "$work/go"
    cp "$work/go/src/_go.mod" "$work/go/src/go.mod"
    find "$work/go/bin" "$work/go/pkg/tool" -type f -exec chmod 755 {} +
    mv -T "$work/go" "$root/$fetched" 2>/dev/null || [ -x "$root/$fetched/bin/go" ]
    rm -rf "$work"
}

# ---- engines

place() { # the path of an engine
    local module=$1 name=$2 digest
    digest=$({
        cat "scripts/engines/$module/go.mod" "scripts/engines/$module/go.sum"
        printf '%s %s' "$go_version" "$(linker_flags "$module")"
    } | sha256sum | cut -c 1-16)
    printf '%s/%s/%s' "$root" "$digest" "$name"
}

build() { # one engine, to a temporary name and then renamed
    local name=$1 module=$2 package=$3 path=$4 started=$SECONDS log
    mkdir -p "$(dirname "$path")"
    log=$(mktemp)
    trap 'kill "$child" 2>/dev/null || true; rm -f "$log" "$path.new"; exit 143' INT TERM
    "$go" -C "scripts/engines/$module" build -mod=readonly -trimpath -buildvcs=false -ldflags "$(linker_flags "$module")" \
        -o "$path.new" "$package" >"$log" 2>&1 9>&- &
    child=$!
    if ! wait "$child"; then
        cat "$log" >&2
        rm -f "$log" "$path.new"
        echo "$name could not be built with Go $go_version" >&2
        return 1
    fi
    trap - INT TERM
    rm -f "$log"
    mv "$path.new" "$path"
    printf '%-24s %5d s\n' "$name" $((SECONDS - started))
}

where=
if [ "${1-}" = --where ]; then
    where=1
    shift
fi
for wanted in "$@"; do
    if ! printf '%s\n' "${engines[@]}" | grep -q "^$wanted "; then
        echo "no engine $wanted; there are:$(printf ' %s' "${engines[@]%% *}")" >&2
        exit 2
    fi
done

mkdir -p "$root"
if ! go=$(find_go); then
    if [ -n "$where" ]; then
        echo "Go $needed or newer is not here; make engines fetches it and builds the engines" >&2
        exit 1
    fi
    exec 9>"$root/.lock"
    flock 9
    if ! go=$(find_go) && ! { fetch_go && go=$(find_go); }; then
        echo "Go $needed or newer is needed and could not be fetched. Install it, or name it: make engines GO=/path/to/go" >&2
        exit 1
    fi
fi
go_version="$(version_of "$go") $("$go" env GOOS)/$("$go" env GOARCH)"

for engine in "${engines[@]}"; do
    read -r name module package <<<"$engine"
    [ $# -eq 0 ] || [[ " $* " == *" $name "* ]] || continue
    path=$(place "$module" "$name")
    if [ -n "$where" ]; then
        printf '%s %s\n' "$name" "$path"
    elif [ ! -x "$path" ]; then
        exec 9>"$root/.lock"
        flock 9 # whoever had it may have built this engine meanwhile
        [ -x "$path" ] || build "$name" "$module" "$package" "$path"
    fi
done
