import pytest

from boot.cluster_api.conditions import Condition
from boot.cluster_api.machines import machine_phase, machine_ready, node_health, node_patch, node_ready_since
from boot.resources.base import Object
from tests.boot.cluster_api.objects import machine

UNSET: Object = {"nodeRef": None, "infrastructureReady": False, "bootstrapReady": False}


@pytest.mark.parametrize(
    ("spec", "status", "metadata", "phase"),
    [
        ({}, UNSET, {}, "Pending"),
        ({}, {**UNSET, "bootstrapReady": True}, {}, "Provisioning"),
        ({"providerID": "sidero://x"}, {"nodeRef": None}, {}, "Provisioned"),
        ({"providerID": "sidero://x"}, {}, {}, "Running"),
        ({"providerID": "sidero://x"}, {"failureReason": "InvalidConfiguration"}, {}, "Failed"),
        ({"providerID": "sidero://x"}, {"failureReason": "x"}, {"deletionTimestamp": "t"}, "Deleting"),
    ],
)
def test_the_phase_is_the_last_that_applies(spec: Object, status: Object, metadata: Object, phase: str) -> None:
    assert machine_phase(machine(spec=spec, status=status, metadata=metadata)) == phase


def _node(*conditions: tuple[str, str], **more: Object) -> Object:
    rows = [{"type": type_, "status": status, "lastTransitionTime": "2026-01-01T00:00:00Z"} for type_, status in conditions]
    return {"metadata": {"name": "n1", **more.get("metadata", {})}, "spec": more.get("spec", {}), "status": {"conditions": rows}}


ALL = ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure")


@pytest.mark.parametrize(
    ("conditions", "status", "message"),
    [
        ([("Ready", "True"), ("MemoryPressure", "False")], True, ""),
        ([("Ready", "False")], False, "Node condition Ready is False"),
        ([("Ready", "True"), ("DiskPressure", "True")], False, "Node condition DiskPressure is True"),
        ([("Ready", "Unknown")], True, ""),
        ([(type_, "Unknown") for type_ in ALL], None, ". ".join(f"Node condition {type_} is Unknown" for type_ in ALL)),
        ([("NetworkUnavailable", "True"), ("Ready", "True")], True, ""),
    ],
)
def test_a_node_is_as_healthy_as_its_kubelet_says(conditions: list[tuple[str, str]], status: bool | None, message: str) -> None:
    told = node_health(_node(*conditions))
    assert (told.type, told.status, told.message) == ("NodeHealthy", status, message)


def test_a_node_is_ready_since_it_became_so() -> None:
    assert node_ready_since(_node(("Ready", "True"))) == "2026-01-01T00:00:00Z"
    assert node_ready_since(_node(("Ready", "False"))) is None
    assert node_ready_since({"metadata": {}}) is None


def _applied(node: Object, patch: Object) -> Object:
    metadata = dict(node["metadata"])
    for field, values in patch.get("metadata", {}).items():
        merged = {**metadata.get(field, {}), **values}
        metadata[field] = {key: value for key, value in merged.items() if value is not None}
    return {**node, "metadata": metadata, "spec": {**node["spec"], **patch.get("spec", {})}}


def test_a_node_is_marked_as_its_machines_and_only_once() -> None:
    owner = {"apiVersion": "cluster.x-k8s.io/v1beta1", "kind": "MachineSet", "name": "ms", "uid": "u", "controller": True}
    labels = {"node-role.kubernetes.io/storage": "", "a.node.cluster.x-k8s.io/x": "1", "cluster.x-k8s.io/set-name": "ms"}
    annotations = {"node.cluster.x-k8s.io/note": "mine", "other": "not"}
    of = machine(metadata={"labels": labels, "annotations": annotations, "ownerReferences": [owner]})
    taints = [{"key": "node.cluster.x-k8s.io/uninitialized", "effect": "NoSchedule"}, {"key": "mine", "effect": "NoSchedule"}]
    node = _node(spec={"taints": taints}, metadata={"labels": {"own": "label"}})
    marked = _applied(node, node_patch(of, node))
    assert marked["metadata"]["labels"] == {
        "own": "label",
        "node-role.kubernetes.io/storage": "",
        "a.node.cluster.x-k8s.io/x": "1",
    }
    assert marked["metadata"]["annotations"] == {
        "cluster.x-k8s.io/cluster-name": "mgmt",
        "cluster.x-k8s.io/cluster-namespace": "default",
        "cluster.x-k8s.io/machine": "m1",
        "cluster.x-k8s.io/owner-kind": "MachineSet",
        "cluster.x-k8s.io/owner-name": "ms",
        "cluster.x-k8s.io/labels-from-machine": "a.node.cluster.x-k8s.io/x,node-role.kubernetes.io/storage",
        "cluster.x-k8s.io/annotations-from-machine": "node.cluster.x-k8s.io/note",
        "node.cluster.x-k8s.io/note": "mine",
    }
    assert marked["spec"]["taints"] == taints[1:]
    assert node_patch(of, marked) == {}


def test_what_a_machine_no_longer_has_its_node_no_longer_has() -> None:
    before = machine(metadata={"labels": {"node-role.kubernetes.io/storage": ""}})
    node = _node()
    marked = _applied(node, node_patch(before, node))
    bare = _applied(marked, node_patch(machine(), marked))
    assert bare["metadata"]["labels"] == {}
    assert bare["metadata"]["annotations"]["cluster.x-k8s.io/labels-from-machine"] == ""


def test_health_is_a_condition_of_the_machine() -> None:
    assert node_health(_node(("Ready", "True"))) == Condition("NodeHealthy", True)


WAITING = [
    {"type": "InfrastructureReady", "status": "False", "severity": "Info", "reason": "WaitingForInfrastructure"},
    {"type": "BootstrapReady", "status": "True"},
]


def test_until_it_has_a_server_its_readiness_counts_the_steps() -> None:
    told = machine_ready(machine(status={"conditions": WAITING}))
    assert told is not None
    assert (told.reason, told.message) == ("WaitingForInfrastructure", "1 of 2 completed")
    for later in (
        machine(spec={"providerID": "sidero://x"}, status={"conditions": WAITING}),
        machine(metadata={"deletionTimestamp": "t"}, status={"conditions": WAITING}),
        machine(status={"conditions": [*WAITING, {"type": "DrainingSucceeded", "status": "True"}]}),
    ):
        told = machine_ready(later)
        assert told is not None
        assert told.message == ""
    assert machine_ready(machine()) is None
