#!/usr/bin/env bash
# Builds the Go programs that tests talk to, once, and prints where they are; later runs find each by a stamp of what it was
# built from. Wants go 1.26.1 or later; a cold build of all takes about twenty minutes on two cores.
set -euo pipefail
cd "$(dirname "$0")"
into="${XDG_CACHE_HOME:-$HOME/.cache}/sidero-tui/interop"
mkdir -p "$into"

# version_flags DIR MODULE VARIABLES: linker flags that put the version of MODULE into the package VARIABLES.
version_flags() {
    local version major minor
    version=$(cd "$1" && go list -m -f '{{.Version}}' "$2")
    IFS=. read -r major minor _ <<<"${version#v}"
    echo "-X $3.gitVersion=$version -X $3.gitMajor=$major -X $3.gitMinor=$minor"
}

# build DIR PACKAGE OUTPUT [FLAGS]: builds PACKAGE of the module in DIR, with FLAGS for the linker.
build() {
    local dir=$1 package=$2 output=$3 flags="-s -w ${4:-}" stamp
    stamp=$( (go version; echo "$package $flags"; cd "$dir"; find . -type f | sort | xargs sha256sum) | sha256sum | cut -d' ' -f1)
    if [[ -x "$into/$output" && "$(cat "$into/$output.stamp" 2>/dev/null)" == "$stamp" ]]; then
        return
    fi
    (cd "$dir" && go build -trimpath -ldflags "$flags" -o "$into/$output" "$package")
    echo "$stamp" >"$into/$output.stamp"
}

kubernetes=$(version_flags go k8s.io/kubernetes k8s.io/component-base/version)
build go k8s.io/kubernetes/cmd/kubectl kubectl "$kubernetes"
build go k8s.io/kubernetes/cmd/kube-apiserver kube-apiserver "$kubernetes"
build go-clients . go-clients
build go-clusterctl sigs.k8s.io/cluster-api/cmd/clusterctl clusterctl \
    "$(version_flags go-clusterctl sigs.k8s.io/cluster-api sigs.k8s.io/cluster-api/version)"
# crds DIRECTORY MODULE@VERSION BASES...: the CRDs that the module has in these folders, into that directory beside the programs.
crds() {
    local directory=$into/$1 module=$2 source bases
    shift 2
    mkdir -p "$directory"
    source=$(cd "$into" && go mod download -json "$module" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
    for bases in "$@"; do
        if [[ -d "$source/$bases" ]]; then
            install -m 0644 "$source/$bases/"*.yaml "$directory"
        fi
    done
}

# Cluster API's own CRDs and those of its Docker provider, out of the modules of the version that clusterctl is built of.
version=$(cd go-clusterctl && go list -m -f '{{.Version}}' sigs.k8s.io/cluster-api)
for module in sigs.k8s.io/cluster-api sigs.k8s.io/cluster-api/test; do
    crds crds "$module@$version" {,bootstrap/kubeadm/,controlplane/kubeadm/,infrastructure/docker/}config/crd/bases
done
# Cluster API's own controllers and kinds in the generation that the plane speaks, and the Talos bootstrap provider's kinds.
build go-cluster-api sigs.k8s.io/cluster-api capi-manager
version=$(cd go-cluster-api && go list -m -f '{{.Version}}' sigs.k8s.io/cluster-api)
crds crds-of-the-plane "sigs.k8s.io/cluster-api@$version" config/crd/bases cmd/clusterctl/config/crd/bases
crds crds-of-the-plane github.com/siderolabs/cluster-api-bootstrap-provider-talos@v0.6.12 config/crd/bases
build go-talos github.com/siderolabs/talos/cmd/talosctl talosctl
echo "$into"
