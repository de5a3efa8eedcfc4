"""A server that is taken out of service is wiped, switched off and let go, and never while a cluster has it."""

from pathlib import Path
from typing import Any

from boot.client.local import LocalClient
from boot.controllers.retirement import RetirementReconciler
from boot.resources.annotations import OUT_OF_SERVICE
from boot.resources.base import Object
from boot.resources.kinds import EVENT, SERVER
from tests.support.clock import FakeClock
from tests.support.plane import local_client


async def passes(client: LocalClient, **status: Any) -> Object:
    """The server after that status came in and the controller has looked at it twice."""
    if status:
        await client.patch(SERVER, "s1", {"status": status}, subresource="status")
    reconciler = RetirementReconciler(client, FakeClock())
    for _ in range(2):
        await reconciler.reconcile("s1")
    return await client.get(SERVER, "s1")


async def retired(client: LocalClient) -> None:
    noted = {"name": "s1", "annotations": {OUT_OF_SERVICE: '{"by":"alice","reason":"fan broken"}'}}
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


async def test_in_use_it_is_cordoned_and_otherwise_left_alone(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        await retired(client)
        server = await passes(client, inUse=True, power="on")
        assert server["spec"] == {"accepted": True, "cordoned": True}
        assert server["status"]["inUse"] is True


async def test_others_are_not_touched(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        await client.create(SERVER, {"metadata": {"name": "s1"}, "spec": {"accepted": True}})
        assert (await passes(client, isClean=True))["spec"] == {"accepted": True}
