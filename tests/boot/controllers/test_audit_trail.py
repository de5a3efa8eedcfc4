"""Who wrote what is an Event on the Server, whichever way it came in."""

import asyncio
from pathlib import Path

from boot.client.local import LocalClient
from boot.clock import SystemClock
from boot.controllers.audit_trail import AuditTrail
from boot.plane.plane import Plane
from boot.resources.kinds import CONFIG_MAP, EVENT, SERVER
from boot.store.store import open_store
from tests.boot.apiserver.served import open_session, served_plane


async def test_people_are_named_and_the_program_is_not(tmp_path: Path) -> None:
    store = open_store(tmp_path / "state.db")
    try:
        plane = Plane(store, SystemClock())
        await plane.start()
        own, alice = LocalClient(plane), LocalClient(plane, "alice")
        task = asyncio.create_task(AuditTrail(own, SystemClock(), plane.audit).run())
        await alice.create(SERVER, {"metadata": {"name": "s1"}, "spec": {"accepted": False}})
        await alice.create(CONFIG_MAP, {"metadata": {"name": "c", "namespace": "default"}})
        await own.patch(SERVER, "s1", {"spec": {"cordoned": True}})
        await alice.patch(SERVER, "s1", {"spec": {"accepted": True}})
        await alice.delete(SERVER, "s1")
        async with asyncio.timeout(10):
            while len(events := (await own.list(EVENT)).items) < 3:
                await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    finally:
        await store.close()
    assert sorted(event["message"] for event in events) == [
        "Accepted: every disk is to be wiped (by alice).",
        "Created (by alice).",
        "Deleted (by alice).",
    ]
    assert {event["metadata"]["annotations"]["boot.sidero-tui.dev/user"] for event in events} == {"alice"}


async def test_over_https_the_certificate_says_who_it_was(tmp_path: Path) -> None:
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path) as session:
        own = LocalClient(served.plane)
        task = asyncio.create_task(AuditTrail(own, SystemClock(), served.plane.audit).run())
        body = {"metadata": {"name": "s1"}, "spec": {"accepted": False}}
        async with session.post("/apis/metal.sidero.dev/v1alpha2/servers", json=body) as response:
            assert response.status == 201
        async with asyncio.timeout(10):
            while not (events := (await own.list(EVENT)).items):
                await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert [event["message"] for event in events] == ["Created (by sidero-tui-admin)."]
