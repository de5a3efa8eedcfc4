"""A server that is taken out of service or replaced is wiped, switched off and let go, and never while a cluster has it."""

from pathlib import Path
from typing import Any

import pytest

from boot.client.local import LocalClient
from boot.controllers.retirement import RetirementReconciler
from boot.resources.annotations import OUT_OF_SERVICE, REPLACE_WITH
from boot.resources.base import Object
from boot.resources.kinds import CLUSTER, EVENT, MACHINE, METAL_MACHINE, SERVER, SERVER_BINDING, Kind
from tests.support.clock import FakeClock
from tests.support.objects import reference
from tests.support.plane import local_client


async def passes(client: LocalClient, **status: Any) -> Object:
    """The server after that status came in and the controller has looked at it again and again."""
    if status:
        await client.patch(SERVER, "s1", {"status": status}, subresource="status")
    reconciler = RetirementReconciler(client, FakeClock())
    for _ in range(4):
        await reconciler.reconcile("s1")
    return await client.get(SERVER, "s1")


async def retired(client: LocalClient) -> None:
    noted = {"name": "s1", "annotations": {OUT_OF_SERVICE: '{"by":"alice","reason":"fan broken"}'}}
    await client.create(SERVER, {"metadata": noted, "spec": {"accepted": True}})


async def replaced(client: LocalClient) -> None:
    noted = {"name": "s1", "labels": {"rack": "a"}, "annotations": {REPLACE_WITH: "s2"}}
    await client.create(SERVER, {"metadata": noted, "spec": {"accepted": True}})


async def test_released_wiped_and_off_it_is_let_go(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        await retired(client)
        server = await passes(client, isClean=False, power="on")
        assert (server["spec"]["cordoned"], server["spec"]["accepted"]) == (True, True)
        assert (await passes(client, isClean=True, power="on"))["spec"]["accepted"] is True
        server = await passes(client, isClean=True, power="off")
        assert server["spec"]["accepted"] is False
        assert "fan broken" in server["metadata"]["annotations"][OUT_OF_SERVICE]
        assert [event["reason"] for event in (await client.list(EVENT)).items] == ["OutOfService"]


async def test_in_use_by_a_machine_whose_binding_is_lost_it_is_cordoned_and_otherwise_left_alone(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        await retired(client)
        claim = {"metadata": {"name": "mm1", "namespace": "default"}, "spec": {"serverRef": {"kind": "Server", "name": "s1"}}}
        await client.create(METAL_MACHINE, claim)
        server = await passes(client, inUse=True, power="on")
        assert server["spec"] == {"accepted": True, "cordoned": True}
        assert server["status"]["inUse"] is True


async def test_others_are_not_touched(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        await client.create(SERVER, {"metadata": {"name": "s1"}, "spec": {"accepted": True}})
        assert (await passes(client, isClean=True))["spec"] == {"accepted": True}


MEMBER = {
    "clusterName": "c1",
    "bootstrap": {"dataSecretName": "m1-bootstrap-data"},
    "infrastructureRef": {"apiVersion": METAL_MACHINE.api_version, "kind": METAL_MACHINE.kind, "name": "mm1"},
}


SPEC = {"clusterName": "c1", "bootstrap": {"dataSecretName": "m1-bootstrap-data"}, "infrastructureRef": {"name": "mm1"}}


async def add_member(client: LocalClient, cluster: Object | None) -> None:
    """s1 in use by Machine m1 of cluster c1, bound to it as Sidero does it; `cluster` is c1's status, None for no c1."""
    place = {"namespace": "default"}
    if cluster is not None:
        await client.create(CLUSTER, {"metadata": {"name": "c1", **place}})
        await client.patch(CLUSTER, "c1", {"status": cluster}, "default", subresource="status")
    held = {"name": "m1", **place, "finalizers": ["machine.cluster.x-k8s.io"]}
    machine = await client.create(MACHINE, {"metadata": held, "spec": MEMBER})
    metal = {"metadata": {"name": "mm1", **place, "ownerReferences": [reference(machine)]}, "spec": {}}
    await client.create(METAL_MACHINE, metal)
    taken = {"kind": "MetalMachine", "name": "mm1", **place}
    await client.create(SERVER_BINDING, {"metadata": {"name": "s1"}, "spec": {"metalMachineRef": taken}})
    await client.patch(SERVER, "s1", {"status": {"inUse": True, "power": "on"}}, subresource="status")


async def names(client: LocalClient, kind: Kind) -> list[str]:
    return [obj["metadata"]["name"] for obj in (await client.list(kind)).items]


async def test_its_cluster_drains_a_member_and_nothing_is_taken_from_it_before_it_lets_go(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        await retired(client)
        await add_member(client, {})
        server = await passes(client)
        assert "deletionTimestamp" in (await client.get(MACHINE, "m1", "default"))["metadata"]
        assert await names(client, SERVER_BINDING) == ["s1"]
        assert server["status"]["inUse"] is True
        assert [event["reason"] for event in (await client.list(EVENT)).items] == ["LeavesCluster"]
        # Sidero's provider, while the Machine is deleted.
        await client.delete(SERVER_BINDING, "s1")
        await passes(client, inUse=False, isClean=True, power="off")
        assert (await passes(client))["spec"]["accepted"] is False


@pytest.mark.parametrize(
    "cluster",
    [None, {"conditions": [{"type": "RemoteConnectionProbe", "status": "False", "lastTransitionTime": "2026-01-02T03:04:05Z"}]}],
)
async def test_without_a_cluster_that_answers_it_is_released_and_wiped_all_the_same(
    tmp_path: Path, cluster: Object | None
) -> None:
    async with local_client(tmp_path) as client:
        await retired(client)
        await add_member(client, cluster)
        server = await passes(client)
        assert await names(client, SERVER_BINDING) == []
        assert "deletionTimestamp" not in (await client.get(MACHINE, "m1", "default"))["metadata"]
        assert (server["status"]["inUse"], server["spec"]["accepted"]) == (False, True)
        told = [(event["reason"], event["type"]) for event in (await client.list(EVENT)).items]
        assert told == [("LeavesCluster", "Warning")]
        await passes(client, isClean=True, power="off")
        assert (await client.get(SERVER, "s1"))["spec"]["accepted"] is False


async def test_replaced_it_stays_in_service_until_its_successor_is_clean(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        await replaced(client)
        await client.create(SERVER, {"metadata": {"name": "s2"}, "spec": {"accepted": False}})
        server = await passes(client, isClean=True, power="off")
        successor = await client.get(SERVER, "s2")
        assert successor["metadata"]["labels"] == {"rack": "a"}
        assert successor["spec"]["accepted"] is True
        assert (server["spec"]["accepted"], server["spec"].get("cordoned", False)) == (True, False)
        await client.patch(SERVER, "s2", {"status": {"isClean": True}}, subresource="status")
        server = await passes(client)
        assert (server["spec"]["accepted"], server["spec"]["cordoned"]) == (False, True)
        noted = server["metadata"]["annotations"]
        assert REPLACE_WITH not in noted
        assert "replaced with s2" in noted[OUT_OF_SERVICE]


async def test_who_cannot_be_its_successor_is_told_once_and_nothing_is_done(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        await replaced(client)
        server = await passes(client, isClean=True, power="off")
        assert server["spec"] == {"accepted": True}
        assert [event["message"] for event in (await client.list(EVENT)).items] == [
            "It is not replaced with s2: There is no server s2."
        ]
