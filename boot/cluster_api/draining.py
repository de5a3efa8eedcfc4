"""Which pods keep a node from being given back, and how one is asked to go. Pure; source: cluster-api .../machine/drain."""

from boot.resources.base import Object
from boot.resources.kinds import Kind

_MIRROR = "kubernetes.io/config.mirror"


def keeps_node(pod: Object, *, unreachable: bool) -> bool:
    """Whether it is waited for. A kubelet that is not reached will never say that a pod is gone."""
    metadata = pod["metadata"]
    if _MIRROR in (metadata.get("annotations") or {}):
        return False  # a static pod of the kubelet's own
    owners = metadata.get("ownerReferences") or ()
    if any(owner.get("controller") and owner["kind"] == "DaemonSet" for owner in owners):
        return False  # it would come back at once
    return not (unreachable and "deletionTimestamp" in metadata)


def evictions_of(pod: Object) -> Kind:
    """Where an Eviction of the pod is created: below the pod itself."""
    return Kind("", "v1", "Eviction", f"pods/{pod['metadata']['name']}/eviction", namespaced=True)


def build_eviction(pod: Object, *, unreachable: bool) -> Object:
    metadata = {"name": pod["metadata"]["name"], "namespace": pod["metadata"]["namespace"]}
    options = {"deleteOptions": {"gracePeriodSeconds": 1}} if unreachable else {}
    return {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": metadata, **options}


def is_unreachable(node: Object) -> bool:
    """Whether nothing is heard of its kubelet."""
    rows = (node.get("status") or {}).get("conditions") or ()
    return any(row["type"] == "Ready" and row["status"] == "Unknown" for row in rows)
