"""Clusters with stock kubectl on a whole `--serve`: short names, columns, scale, and refusals."""

import json
from pathlib import Path

import pytest

from tests.support.cluster_api import manifest
from tests.support.kubectl import Kubectl

pytestmark = pytest.mark.interop

COLUMNS = {
    "cl": "NAME CLUSTERCLASS PHASE AGE VERSION",
    "ma": "NAME CLUSTER NODENAME PROVIDERID PHASE AGE VERSION",
    "ms": "NAME CLUSTER REPLICAS READY AVAILABLE AGE VERSION",
    "md": "NAME CLUSTER REPLICAS READY UPDATED UNAVAILABLE PHASE AGE VERSION",
    "tcp": "NAME READY INITIALIZED REPLICAS READY REPLICAS UNAVAILABLE REPLICAS",
    "metalclusters": "NAME CLUSTER READY AGE",
    "metalmachines": "NAME READY AGE",
}


@pytest.fixture(scope="module")
def applied(kubectl: Kubectl) -> Kubectl:
    """A cluster for which there are no servers: its Machines wait for them."""
    objects = [{"apiVersion": kind.api_version, "kind": kind.kind, **obj} for kind, obj in manifest(workers=1)]
    file = kubectl.home / "cluster.json"
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
    kubectl.run(f"apply -f {file}")
    kubectl.run("wait --for=jsonpath='{.status.phase}'=Provisioned cluster/mgmt --timeout=60s")
    _until_workers(kubectl, 1)
    return kubectl


def _until_workers(kubectl: Kubectl, count: int) -> None:
    kubectl.run(f"wait --for=jsonpath='{{.status.replicas}}'={count} md/mgmt-workers --timeout=60s")
    rows = kubectl.run("get ma -l cluster.x-k8s.io/deployment-name=mgmt-workers -o name").split()
    assert len(rows) == count


@pytest.mark.parametrize("kind", COLUMNS)
def test_each_kind_prints_the_columns_of_the_real_one(applied: Kubectl, kind: str) -> None:
    header, *rows = applied.run(f"get {kind}").splitlines()
    assert header.split() == COLUMNS[kind].split()
    assert rows


def test_one_word_lists_all_of_a_cluster(applied: Kubectl) -> None:
    listed = applied.run("get cluster-api -o name")
    for expected in ("cluster.cluster.x-k8s.io/mgmt", "machinedeployment.cluster.x-k8s.io/mgmt-workers", "metalcluster"):
        assert expected in listed


def test_workers_are_scaled_up_and_down(applied: Kubectl) -> None:
    assert applied.run("scale md/mgmt-workers --replicas=3").strip() == "machinedeployment.cluster.x-k8s.io/mgmt-workers scaled"
    _until_workers(applied, 3)
    (name,) = applied.run("get ms -o name").split()
    assert applied.run(f"get {name} -o jsonpath={{.spec.replicas}}") == "3"
    assert "Scaled MachineSet" in applied.run("describe md mgmt-workers")
    applied.run("scale md/mgmt-workers --replicas=1")
    _until_workers(applied, 1)


def test_what_webhooks_refuse_is_refused_in_a_sentence(applied: Kubectl, tmp_path: Path) -> None:
    patch = '{"spec":{"template":{"spec":{"serverClassRef":{"name":"other"}}}}}'
    told = applied.refuse(f"patch metalmachinetemplate mgmt-workers --type merge -p '{patch}'")
    assert "MetalMachineTemplate.Spec is immutable" in told
    told = applied.refuse("""patch md mgmt-workers --type merge -p '{"spec":{"clusterName":"other"}}'""")
    assert "spec.clusterName: Forbidden: field is immutable" in told


def test_a_cluster_is_described_with_what_it_waits_for(applied: Kubectl) -> None:
    described = applied.run("describe cluster mgmt")
    for expected in ("WaitingForControlPlaneProviderInitialized", "Cluster mgmt is Provisioned", "Infrastructure Ready:"):
        assert expected in described
