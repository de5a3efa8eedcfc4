from datetime import UTC, datetime, timedelta

import pytest

from boot.cluster_api.machine_sets import build_machine, complain_preflight, count_nodes, machine_labels
from boot.resources.base import Object
from tests.boot.cluster_api.objects import machine_set

NOW = datetime(2026, 1, 1, 0, 1, tzinfo=UTC)


def test_a_machine_has_the_templates_spec_with_references_of_its_own() -> None:
    owner = machine_set("ms", 1, labels={"cluster.x-k8s.io/deployment-name": "md"})
    owner["spec"]["template"]["metadata"] = {"labels": {"a": "b"}, "annotations": {"c": "d"}}
    infrastructure, bootstrap = {"name": "ms-1", "kind": "MetalMachine"}, {"name": "ms-1", "kind": "TalosConfig"}
    made = build_machine(owner, "ms-1", infrastructure, bootstrap)
    assert made["metadata"]["labels"] == {
        "a": "b",
        "cluster.x-k8s.io/set-name": "ms",
        "cluster.x-k8s.io/deployment-name": "md",
    }
    assert made["metadata"]["annotations"] == {"c": "d"}
    assert made["metadata"]["finalizers"] == ["machine.cluster.x-k8s.io"]
    assert made["spec"] == {
        "clusterName": "mgmt",
        "version": "v1.32.3",
        "bootstrap": {"configRef": bootstrap},
        "infrastructureRef": infrastructure,
    }
    assert owner["spec"]["template"]["spec"]["infrastructureRef"]["name"] == "w"


def test_a_machine_may_bring_its_bootstrap_data() -> None:
    owner = machine_set("ms", 1)
    owner["spec"]["template"]["spec"]["bootstrap"] = {"dataSecretName": "mine"}
    assert build_machine(owner, "ms-1", {}, None)["spec"]["bootstrap"] == {"dataSecretName": "mine"}


def test_a_name_that_is_no_label_value_is_hashed_in_the_label() -> None:
    assert machine_labels(machine_set("m" * 70, 1))["cluster.x-k8s.io/set-name"].startswith("hash_")


def test_a_node_counts_as_available_once_it_is_ready_for_long_enough() -> None:
    rows = [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}]
    nodes: list[Object] = [{"metadata": {}, "status": {"conditions": rows}}, {"metadata": {}}]
    assert count_nodes(nodes, timedelta(seconds=60), NOW) == (1, 1)
    assert count_nodes(nodes, timedelta(seconds=61), NOW) == (1, 0)


def _plane(version: str, present: str | None) -> Object:
    return {
        "kind": "TalosControlPlane",
        "metadata": {"name": "cp", "namespace": "default"},
        "spec": {"version": version} if version else {},
        "status": {"version": present} if present else {},
    }


@pytest.mark.parametrize(
    ("plane", "skip", "complaints"),
    [
        (_plane("v1.32.3", "v1.32.3"), "", []),
        (_plane("", None), "", []),
        (_plane("v1.32.3", None), "", ["provisioning"]),
        (_plane("v1.32.3", "v1.31.0"), "", ["upgrading"]),
        (_plane("v1.32.3", None), "All", []),
        (_plane("v1.31.0", None), "ControlPlaneIsStable", ["is higher than ControlPlane version"]),
        (_plane("v1.36.0", "v1.36.0"), "", ["more than 3 minor versions older"]),
        (_plane("v1.36.0", "v1.36.0"), "Other, KubernetesVersionSkew", []),
        (_plane("v1.35.0", "v1.35.0"), "", []),
    ],
)
def test_machines_wait_for_a_control_plane_that_is_ready_for_them(plane: Object, skip: str, complaints: list[str]) -> None:
    annotations = {"machineset.cluster.x-k8s.io/skip-preflight-checks": skip} if skip else {}
    told = complain_preflight(machine_set("ms", 1, annotations=annotations), plane)
    assert len(told) == len(complaints)
    assert all(part in words for part, words in zip(complaints, told, strict=True))
