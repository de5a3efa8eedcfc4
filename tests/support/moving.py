"""Objects of a cluster, moved to another plane as clusterctl moves them, and what must be the same afterwards."""

from collections.abc import Mapping

from boot.client.protocol import Client
from boot.resources.base import Object
from boot.resources.kinds import (
    CLUSTER,
    MACHINE,
    MACHINE_DEPLOYMENT,
    MACHINE_SET,
    METAL_CLUSTER,
    METAL_MACHINE,
    METAL_MACHINE_TEMPLATE,
    TALOS_CONFIG,
    TALOS_CONFIG_TEMPLATE,
    TALOS_CONTROL_PLANE,
    Kind,
)

MOVED = (
    CLUSTER,
    MACHINE,
    MACHINE_DEPLOYMENT,
    MACHINE_SET,
    METAL_CLUSTER,
    METAL_MACHINE,
    METAL_MACHINE_TEMPLATE,
    TALOS_CONFIG,
    TALOS_CONFIG_TEMPLATE,
    TALOS_CONTROL_PLANE,
)
PROVIDED = (METAL_CLUSTER, METAL_MACHINE, TALOS_CONFIG, TALOS_CONTROL_PLANE)
"""Kinds whose status providers find out again."""
Objects = Mapping[tuple[str, str], Object]
"""(kind, name) -> object."""


async def everything(client: Client, namespace: str) -> dict[tuple[str, str], Object]:
    found = [obj for kind in MOVED for obj in (await client.list(kind, namespace)).items]
    return {(obj["kind"], obj["metadata"]["name"]): obj for obj in found}


async def move(objects: Objects, target: Client) -> None:
    """Each after its owners, whose new uids it gets; without status; the Cluster paused."""
    kinds: dict[str, Kind] = {kind.kind: kind for kind in MOVED}
    uids: dict[str, str] = {}
    waiting = list(objects.values())
    while waiting:
        obj = waiting.pop(0)
        owners = obj["metadata"].get("ownerReferences", [])
        if any(owner["uid"] not in uids for owner in owners):
            waiting.append(obj)
            continue
        metadata = {key: value for key, value in obj["metadata"].items() if key not in {"resourceVersion", "managedFields"}}
        metadata["ownerReferences"] = [{**owner, "uid": uids[owner["uid"]]} for owner in owners]
        spec = {**obj["spec"], "paused": True} if obj["kind"] == CLUSTER.kind else obj["spec"]
        made = await target.create(kinds[obj["kind"]], {"metadata": metadata, "spec": spec})
        uids[obj["metadata"]["uid"]] = made["metadata"]["uid"]


async def report(objects: Objects, target: Client, namespace: str) -> None:
    """What the providers of the other plane find out: the same."""
    for (kind, name), obj in objects.items():
        for provided in PROVIDED:
            if provided.kind == kind and "status" in obj:
                await target.patch(provided, name, {"status": obj["status"]}, namespace, subresource="status")


def lasting(obj: Object) -> Object:
    """All of an object that is not for the server or its controllers to say."""
    metadata = obj["metadata"]
    owners = [{**owner, "uid": ""} for owner in metadata.get("ownerReferences", [])]
    kept = {key: metadata.get(key) for key in ("name", "labels", "annotations", "finalizers")}
    return {"metadata": {**kept, "ownerReferences": owners}, "spec": obj["spec"]}


def told(obj: Object) -> Object:
    """Its status but for times, and for what Cluster API 1.10 says a second time in the words of the contract after its own."""
    status = {key: value for key, value in obj.get("status", {}).items() if key not in _OF_THE_MOMENT}
    if "conditions" in status:
        rows = status["conditions"]
        status["conditions"] = [{key: row[key] for key in row if key != "lastTransitionTime"} for row in rows]
    return status


_OF_THE_MOMENT = {"v1beta2", "observedGeneration", "lastUpdated"}
