"""Objects that are paused, and objects that came from elsewhere whole: nothing is written to either."""

from pathlib import Path

from boot.resources.kinds import CLUSTER, MACHINE, MACHINE_DEPLOYMENT, METAL_MACHINE
from tests.support.cluster_api import NAMESPACE, provisioned, stepwise
from tests.support.moving import Objects, everything, lasting, move, report


async def test_what_is_as_it_shall_be_is_not_written_again(tmp_path: Path) -> None:
    async with stepwise(tmp_path) as here:
        before = await provisioned(here)
        await here.settle()
        assert await everything(here.client, NAMESPACE) == before


async def test_of_a_paused_cluster_nothing_is_touched(tmp_path: Path) -> None:
    async with stepwise(tmp_path) as here:
        (name, _) = _workers(await provisioned(here))
        await here.client.patch(CLUSTER, "mgmt", {"spec": {"paused": True}}, NAMESPACE)
        await here.client.patch(MACHINE_DEPLOYMENT, "mgmt-workers", {"spec": {"replicas": 5}}, NAMESPACE)
        await here.client.delete(MACHINE, name, NAMESPACE)
        before = await everything(here.client, NAMESPACE)
        await here.settle()
        assert await everything(here.client, NAMESPACE) == before
        await here.client.patch(CLUSTER, "mgmt", {"spec": {"paused": None}}, NAMESPACE)
        await here.settle()
        assert len(_workers(await everything(here.client, NAMESPACE))) == 5


async def test_a_machine_with_the_annotation_is_left_alone_and_the_others_are_not(tmp_path: Path) -> None:
    async with stepwise(tmp_path) as here:
        (one, other) = _workers(await provisioned(here))
        paused = {"metadata": {"annotations": {"cluster.x-k8s.io/paused": ""}}}
        await here.client.patch(MACHINE, one, paused, NAMESPACE)
        addresses = [{"type": "InternalIP", "address": "192.0.2.99"}]
        for name in (one, other):
            await here.status(METAL_MACHINE, name, addresses=addresses)
        await here.settle()
        after = await everything(here.client, NAMESPACE)
        assert after["Machine", other]["status"]["addresses"] == addresses
        assert after["Machine", one]["status"]["addresses"] != addresses


async def test_objects_that_were_moved_here_keep_all_but_their_status(tmp_path: Path) -> None:
    """As clusterctl moves them: created anew without status, owners with their new uids, the Cluster paused until the end."""
    async with stepwise(tmp_path / "there") as there, stepwise(tmp_path / "here") as here:
        before = await provisioned(there)
        here.workload, here.kubeconfig = there.workload, there.kubeconfig
        await move(before, here.client)
        await here.open_cluster_secret()
        await here.settle()
        await here.client.patch(CLUSTER, "mgmt", {"spec": {"paused": None}}, NAMESPACE)
        await here.settle()
        await report(before, here.client, NAMESPACE)
        await here.settle()
        after = await everything(here.client, NAMESPACE)
    assert after.keys() == before.keys()
    for key, obj in before.items():
        assert lasting(after[key]) == lasting(obj), key
        assert after[key].get("status", {}).get("phase") == obj.get("status", {}).get("phase"), key


def _workers(objects: Objects) -> list[str]:
    return sorted(name for kind, name in objects if kind == "Machine" and name != "mgmt-cp-1")
