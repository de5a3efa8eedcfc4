"""Objects that are paused, and objects that came from elsewhere whole: nothing is written to either."""

from pathlib import Path

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
from tests.support.cluster_api import NAMESPACE, Stepwise, World, manifest, stepwise

KINDS = (
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


async def everything(here: World) -> dict[tuple[str, str], Object]:
    found = [obj for kind in KINDS for obj in (await here.client.list(kind, NAMESPACE)).items]
    return {(obj["kind"], obj["metadata"]["name"]): obj for obj in found}


async def provisioned(here: Stepwise) -> dict[tuple[str, str], Object]:
    """Two workers that run, and nothing left to do."""
    await here.apply(*manifest(workers=2))
    await here.open_cluster()
    await here.settle()
    await here.provision_present()
    await here.settle()
    (deployment,) = (await here.client.list(MACHINE_DEPLOYMENT, NAMESPACE)).items
    assert deployment["status"]["phase"] == "Running"
    return await everything(here)


async def test_what_is_as_it_shall_be_is_not_written_again(tmp_path: Path) -> None:
    async with stepwise(tmp_path) as here:
        before = await provisioned(here)
        await here.settle()
        assert await everything(here) == before


async def test_of_a_paused_cluster_nothing_is_touched(tmp_path: Path) -> None:
    async with stepwise(tmp_path) as here:
        name = next(name for kind, name in await provisioned(here) if kind == "Machine")
        await here.client.patch(CLUSTER, "mgmt", {"spec": {"paused": True}}, NAMESPACE)
        await here.client.patch(MACHINE_DEPLOYMENT, "mgmt-workers", {"spec": {"replicas": 5}}, NAMESPACE)
        await here.client.delete(MACHINE, name, NAMESPACE)
        before = await everything(here)
        await here.settle()
        assert await everything(here) == before
        await here.client.patch(CLUSTER, "mgmt", {"spec": {"paused": None}}, NAMESPACE)
        await here.settle()
        assert len([key for key in await everything(here) if key[0] == "Machine"]) == 5


async def test_a_machine_with_the_annotation_is_left_alone_and_the_others_are_not(tmp_path: Path) -> None:
    async with stepwise(tmp_path) as here:
        (one, other) = sorted(name for kind, name in await provisioned(here) if kind == "Machine")
        paused = {"metadata": {"annotations": {"cluster.x-k8s.io/paused": ""}}}
        await here.client.patch(MACHINE, one, paused, NAMESPACE)
        addresses = [{"type": "InternalIP", "address": "192.0.2.99"}]
        for name in (one, other):
            await here.status(METAL_MACHINE, name, addresses=addresses)
        await here.settle()
        after = await everything(here)
        assert after["Machine", other]["status"]["addresses"] == addresses
        assert after["Machine", one]["status"]["addresses"] != addresses


async def test_objects_that_were_moved_here_keep_all_but_their_status(tmp_path: Path) -> None:
    """As clusterctl moves them: created anew without status, owners with their new uids, the Cluster paused until the end."""
    async with stepwise(tmp_path / "there") as there, stepwise(tmp_path / "here") as here:
        before = await provisioned(there)
        here.workload, here.kubeconfig = there.workload, there.kubeconfig
        await _move(before, here)
        await here.open_cluster_secret()
        await here.settle()
        await here.client.patch(CLUSTER, "mgmt", {"spec": {"paused": None}}, NAMESPACE)
        await here.settle()
        await _providers(here, before)
        await here.settle()
        after = await everything(here)
    assert after.keys() == before.keys()
    for key, obj in before.items():
        assert _lasting(after[key]) == _lasting(obj), key
        assert after[key].get("status", {}).get("phase") == obj.get("status", {}).get("phase"), key


async def _move(objects: dict[tuple[str, str], Object], here: World) -> None:
    uids: dict[str, str] = {}
    kinds: dict[str, Kind] = {kind.kind: kind for kind in KINDS}
    waiting = list(objects.values())
    while waiting:
        obj = waiting.pop(0)
        owners = obj["metadata"].get("ownerReferences", [])
        if any(owner["uid"] not in uids for owner in owners):
            waiting.append(obj)
            continue
        metadata = {key: value for key, value in obj["metadata"].items() if key != "resourceVersion"}
        metadata["ownerReferences"] = [{**owner, "uid": uids[owner["uid"]]} for owner in owners]
        spec = {**obj["spec"], "paused": True} if obj["kind"] == "Cluster" else obj["spec"]
        made = await here.client.create(kinds[obj["kind"]], {"metadata": metadata, "spec": spec})
        uids[obj["metadata"]["uid"]] = made["metadata"]["uid"]


async def _providers(here: World, before: dict[tuple[str, str], Object]) -> None:
    """What Sidero's and the Talos providers find out again."""
    for (kind, name), obj in before.items():
        for provided in (METAL_CLUSTER, METAL_MACHINE, TALOS_CONFIG, TALOS_CONTROL_PLANE):
            if provided.kind == kind:
                await here.status(provided, name, **obj["status"])


def _lasting(obj: Object) -> Object:
    """What a move keeps: all that is not the server's to say."""
    metadata = obj["metadata"]
    owners = [{**owner, "uid": ""} for owner in metadata.get("ownerReferences", [])]
    kept = {key: metadata.get(key) for key in ("name", "labels", "annotations", "finalizers")}
    return {"metadata": {**kept, "ownerReferences": owners}, "spec": obj["spec"]}
