"""What a Machine is doing, and what its node has to say: phases, summaries, what goes onto a Node. Pure.

Source: cluster-api internal/controllers/machine; facts of cluster-api 1.0 and 2.2.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from boot.cluster_api.conditions import WARNING, Condition, find_condition, is_false, is_true, summarize
from boot.cluster_api.names import CONTROL_PLANE_LABEL
from boot.cluster_api.ownership import controller_of
from boot.resources.base import Object

BOOTSTRAP_READY, INFRASTRUCTURE_READY, NODE_HEALTHY = "BootstrapReady", "InfrastructureReady", "NodeHealthy"
DRAINING_SUCCEEDED, HEALTH_CHECK_SUCCEEDED = "DrainingSucceeded", "HealthCheckSucceeded"
_SUMMED_UP = (INFRASTRUCTURE_READY, BOOTSTRAP_READY, HEALTH_CHECK_SUCCEEDED, "OwnerRemediated", DRAINING_SUCCEEDED)
"""Trouble of the infrastructure goes before anything else."""
_STEPS = {INFRASTRUCTURE_READY, BOOTSTRAP_READY}
"""On the way to a server of its own."""
UNINITIALIZED_TAINT = "node.cluster.x-k8s.io/uninitialized"
_SYNCED_LABEL = re.compile(
    r"(node-role\.kubernetes\.io|([^/]+\.)?node-restriction\.kubernetes\.io|([^/]+\.)?node\.cluster\.x-k8s\.io)/.*"
)
_SYNCED_ANNOTATION = re.compile(r"([^/]+\.)?node\.cluster\.x-k8s\.io/.*")
_PRESSURES = ("MemoryPressure", "DiskPressure", "PIDPressure")


def is_control_plane(machine: Object) -> bool:
    return CONTROL_PLANE_LABEL in (machine["metadata"].get("labels") or {})


def machine_phase(machine: Object) -> str:
    """By its spec and status as they are now; the last that applies."""
    spec, status = machine["spec"], machine.get("status") or {}
    phase = "Pending"
    if status.get("bootstrapReady") and not status.get("infrastructureReady"):
        phase = "Provisioning"
    if spec.get("providerID"):
        phase = "Provisioned"
    if status.get("nodeRef") and status.get("infrastructureReady"):
        phase = "Running"
    if status.get("failureReason") or status.get("failureMessage"):
        phase = "Failed"
    if machine["metadata"].get("deletionTimestamp"):
        phase = "Deleting"
    return phase


def machine_ready(machine: Object) -> Condition | None:
    """Ready, as the sum of its other conditions; until it has a server it counts the steps to there."""
    known = [found for type_ in _SUMMED_UP if (found := find_condition(machine, type_)) is not None]
    ready = summarize(known, _SUMMED_UP)
    counting = not machine["spec"].get("providerID") and "deletionTimestamp" not in machine["metadata"]
    if ready is None or ready.status or not counting or not {condition.type for condition in known} <= _STEPS:
        return ready
    done = sum(condition.status is True for condition in known)
    return replace(ready, message=f"{done} of {len(_STEPS)} completed")


def node_health(node: Object) -> Condition:
    """NodeHealthy, of what the kubelet says of its node."""
    wrong, unknown, words = 0, 0, []
    for row in (node.get("status") or {}).get("conditions") or ():
        good = {"Ready": "True", **dict.fromkeys(_PRESSURES, "False")}.get(row["type"])
        if good is None or row["status"] == good:
            continue
        words.append(f"Node condition {row['type']} is {row['status']}")
        unknown += row["status"] == "Unknown"
        wrong += row["status"] != "Unknown"
    message = ". ".join(words)
    if wrong:
        return is_false(NODE_HEALTHY, WARNING, "NodeConditionsFailed", message)
    if unknown >= len(_PRESSURES) + 1:
        return Condition(NODE_HEALTHY, None, "NodeConditionsFailed", message)
    return is_true(NODE_HEALTHY)


def node_ready_since(node: Object) -> str | None:
    """Since when (RFC 3339) the kubelet calls it ready; None while it does not."""
    for row in (node.get("status") or {}).get("conditions") or ():
        if row["type"] == "Ready" and row["status"] == "True":
            return str(row.get("lastTransitionTime") or node["metadata"].get("creationTimestamp") or "")
    return None


def node_patch(machine: Object, node: Object) -> Object:
    """The merge patch that makes a Node this Machine's: whose it is, labels and annotations that go along; {} when it is.

    What a Machine gave its Node before is kept in two annotations of the Node, so that it goes with the Machine's own.
    """
    metadata = node["metadata"]
    labels = _matching(_SYNCED_LABEL, machine["metadata"].get("labels"))
    extra = _matching(_SYNCED_ANNOTATION, machine["metadata"].get("annotations"))
    before = metadata.get("annotations") or {}
    annotations = {
        **_gone(before, _ANNOTATIONS_FROM_MACHINE, extra),
        **extra,
        **_whose(machine),
        _LABELS_FROM_MACHINE: ",".join(sorted(labels)),
        _ANNOTATIONS_FROM_MACHINE: ",".join(sorted(extra)),
    }
    wanted: dict[str, Mapping[str, Any]] = {
        "annotations": annotations,
        "labels": {**_gone(before, _LABELS_FROM_MACHINE, labels), **labels},
    }
    changed = {field: _changed(metadata.get(field) or {}, values) for field, values in wanted.items()}
    patch: Object = {"metadata": {field: values for field, values in changed.items() if values}} if any(changed.values()) else {}
    taints = (node.get("spec") or {}).get("taints") or []
    kept = [taint for taint in taints if taint.get("key") != UNINITIALIZED_TAINT]
    return patch if kept == taints else patch | {"spec": {"taints": kept}}


_LABELS_FROM_MACHINE = "cluster.x-k8s.io/labels-from-machine"
_ANNOTATIONS_FROM_MACHINE = "cluster.x-k8s.io/annotations-from-machine"


def _whose(machine: Object) -> dict[str, str]:
    metadata, owner = machine["metadata"], controller_of(machine)
    return {
        "cluster.x-k8s.io/cluster-name": machine["spec"]["clusterName"],
        "cluster.x-k8s.io/cluster-namespace": metadata["namespace"],
        "cluster.x-k8s.io/machine": metadata["name"],
        **({"cluster.x-k8s.io/owner-kind": owner["kind"], "cluster.x-k8s.io/owner-name": owner["name"]} if owner else {}),
    }


def _matching(pattern: re.Pattern[str], values: Mapping[str, str] | None) -> dict[str, str]:
    return {key: value for key, value in (values or {}).items() if pattern.fullmatch(key)}


def _gone(before: Mapping[str, str], kept_in: str, now: Mapping[str, str]) -> dict[str, None]:
    return dict.fromkeys(key for key in before.get(kept_in, "").split(",") if key and key not in now)


def _changed(before: Mapping[str, Any], wanted: Mapping[str, Any]) -> Object:
    return {key: value for key, value in wanted.items() if before.get(key) != value}
