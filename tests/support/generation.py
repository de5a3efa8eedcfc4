"""The kinds of the plane's generation of Cluster API as their own modules define them, on a kube-apiserver of a test."""

import shutil
from typing import Any

import yaml

from boot.resources.crds import own_crds
from tests.support.kubectl import BUILT, Kubectl

WANTED = "wants Cluster API's CRDs and capi-manager (bash tests/interop/build.sh)"
MANAGER = shutil.which("capi-manager", path=str(BUILT))
_CRDS = BUILT / "crds-of-the-plane"
_CONTRACTS = {"cluster.x-k8s.io": "v1beta1", "bootstrap.cluster.x-k8s.io": "v1alpha3"}
"""Group -> the version that fulfils the contract v1beta1: a label of the definitions that the providers' kustomizations add."""


def _read() -> dict[str, dict[str, Any]]:
    if not _CRDS.is_dir():
        return {}
    found = [yaml.safe_load(file.read_text()) for file in sorted(_CRDS.iterdir())]
    return {crd["metadata"]["name"]: crd for crd in found}


OWN = {crd["metadata"]["name"]: crd for crd in own_crds()}
REAL = _read()
"""Empty where they have not been put beside the programs."""
SHARED = sorted(OWN.keys() & REAL.keys())
"""Sidero's and the control plane provider's are to be had nowhere as modules: there the plane's own have to do."""


def install_own(kubectl: Kubectl) -> None:
    _install(kubectl, OWN)


def install_real(kubectl: Kubectl) -> None:
    """The real definitions, and of the plane's own what there are no real ones of."""
    served = set(kubectl.run("get crd -o name").split())
    if known := [name for name in SHARED if f"customresourcedefinition.apiextensions.k8s.io/{name}" in served]:
        kubectl.run(f"delete crd {' '.join(known)}")
    missing = {name: crd for name, crd in OWN.items() if f"customresourcedefinition.apiextensions.k8s.io/{name}" not in served}
    _install(kubectl, REAL | {name: crd for name, crd in missing.items() if name not in REAL})
    for name, crd in REAL.items():
        if version := _CONTRACTS.get(crd["spec"]["group"]):
            kubectl.run(f"label crd {name} cluster.x-k8s.io/v1beta1={version}")


def _install(kubectl: Kubectl, definitions: dict[str, dict[str, Any]]) -> None:
    file = kubectl.home / "definitions.yaml"
    file.write_text(yaml.safe_dump_all(definitions.values()))
    kubectl.run(f"create -f {file}")
    kubectl.run("wait --for=condition=Established --timeout=60s " + " ".join(f"crd/{name}" for name in definitions))
