#!/usr/bin/env bash
# Builds the Go programs that tests talk to, once, and prints where they are; later runs find them by a stamp of what they
# were built from.
set -euo pipefail
cd "$(dirname "$0")/go"
into="${XDG_CACHE_HOME:-$HOME/.cache}/sidero-tui/interop"
stamp=$(cat go.mod go.sum ../build.sh | sha256sum | cut -d' ' -f1)
if [[ "$(cat "$into/stamp" 2>/dev/null)" == "$stamp" ]]; then
    echo "$into"
    exit 0
fi
mkdir -p "$into"
version=$(go list -m -f '{{.Version}}' k8s.io/kubernetes)
IFS=. read -r major minor _ <<<"${version#v}"
base=k8s.io/component-base/version
go build -trimpath -o "$into/kubectl" \
    -ldflags "-s -w -X $base.gitVersion=$version -X $base.gitMajor=$major -X $base.gitMinor=$minor" \
    k8s.io/kubernetes/cmd/kubectl
echo "$stamp" >"$into/stamp"
echo "$into"
