"""The server controller on the real plane, pass by pass, with power that counts what was ordered."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from boot.client.local import LocalClient
from boot.config import Lifecycle
from boot.controllers.presence import Presence
from boot.controllers.server import FINALIZER, ServerReconciler
from boot.errors import Invalid, NotFound
from boot.lifecycle.guard import Rules
from boot.notices import AgentHeard, NoticeFeed
from boot.power.protocol import PowerError, PowerState
from boot.resources.annotations import ACCEPTED_AT, POWER_REQUEST, STOPPED, WIPE_FAILURE, WIPE_RUN
from boot.resources.base import Object
from boot.resources.kinds import EVENT, METAL_MACHINE, SERVER, SERVER_BINDING, Kind
from boot.resources.wiping import PowerAction, PowerRequest, WipeRun, encode_record
from tests.support.bindings import bind
from tests.support.clock import FakeClock
from tests.support.plane import local_client
from tests.support.power import RecordedBook, RecordedPower

ON, OFF = PowerState.ON, PowerState.OFF
LONG_AGO = "2025-12-31T00:00:00Z"


@dataclass
class World:
    client: LocalClient
    clock: FakeClock
    feed: NoticeFeed
    book: RecordedBook
    reconciler: ServerReconciler

    @property
    def power(self) -> RecordedPower:
        return self.book.powers["s1"]

    async def add(self, *, accepted: bool = True, annotations: dict[str, str] | None = None, **status: Any) -> None:
        obj = {"metadata": {"name": "s1", "annotations": annotations or {}}, "spec": {"accepted": accepted}}
        await self.client.create(SERVER, obj)
        if status:
            await self.client.patch(SERVER, "s1", {"status": status}, subresource="status")

    async def get(self) -> Object:
        return await self.client.get(SERVER, "s1")

    async def step(self, wait: float = 0.0) -> Object:
        """Time passes, then one pass."""
        self.clock.advance(wait)
        await self.reconciler.reconcile("s1")
        return await self.get()

    async def annotate(self, **values: str | None) -> None:
        patch = {f"boot.sidero-tui.dev/{key.replace('_', '-')}": value for key, value in values.items()}
        await self.client.patch(SERVER, "s1", {"metadata": {"annotations": patch}})

    def hear(self) -> None:
        self.feed.publish(AgentHeard(at=self.clock.now(), server="s1", boot="b1", action="wait", reason=""))

    async def events(self) -> list[tuple[str, str]]:
        return [(event["reason"], event["message"]) for event in (await self.client.list(EVENT)).items]


@asynccontextmanager
async def opened(tmp_path: Path, kind: str = "ipmi", state: PowerState = OFF) -> AsyncIterator[World]:
    """Listening for long enough to take silence for absence."""
    clock, feed, book = FakeClock(), NoticeFeed(1000), RecordedBook(kind, state)
    async with local_client(tmp_path, clock) as client:
        presence = Presence(feed, clock)
        clock.advance(60)
        yield World(client, clock, feed, book, ServerReconciler(client, clock, book, presence, Lifecycle(), Rules()))


async def test_an_unaccepted_server_is_looked_at_and_left_alone(tmp_path: Path) -> None:
    async with opened(tmp_path, state=ON) as world:
        await world.add(accepted=False)
        server = await world.step()
        await world.step(3600)
        assert server["status"] == {"ready": False, "inUse": False, "isClean": False, "power": "on"}
        assert world.power.orders == []


async def test_an_accepted_server_is_started_from_the_network_once_its_grace_period_is_over(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        await world.add()
        server = await world.step()
        assert ACCEPTED_AT in server["metadata"]["annotations"]
        await world.step(9)
        assert world.power.orders == []
        server = await world.step(2)
        assert world.power.orders == ["pxe uefi", "on"]
        condition = server["status"]["conditions"][0]
        assert (condition["type"], condition["status"], condition["reason"]) == ("PowerCycle", "False", "InProgress")
        await world.step(600)
        assert world.power.orders == ["pxe uefi", "on"]
        await world.step(601)
        assert world.power.orders == ["pxe uefi", "on", "pxe uefi", "cycle"]
        assert ("Power", "Power cycle: its agent was not heard of in time: once more.") in await world.events()


async def test_acceptance_taken_back_in_the_grace_period_leads_to_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path, state=ON) as world:
        await world.add()
        await world.step()
        await world.client.patch(SERVER, "s1", {"spec": {"accepted": False}})
        server = await world.step(60)
        assert ACCEPTED_AT not in server["metadata"].get("annotations", {})
        await world.client.patch(SERVER, "s1", {"spec": {"accepted": True}})
        await world.step()
        await world.step(9)
        assert world.power.orders == []


async def test_a_server_whose_agent_waits_is_not_cycled(tmp_path: Path) -> None:
    async with opened(tmp_path, state=ON) as world:
        await world.add()
        await world.step()
        for _ in range(5):
            world.clock.advance(5)
            world.hear()
            await world.step()
        assert world.power.orders == []
        await world.step(21)
        assert world.power.orders == ["pxe uefi", "cycle"]


async def test_clean_and_free_it_is_switched_off(tmp_path: Path) -> None:
    async with opened(tmp_path, state=ON) as world:
        await world.add(annotations={ACCEPTED_AT: LONG_AGO}, isClean=True)
        server = await world.step()
        assert world.power.orders == ["off"]
        await world.step()
        assert world.power.orders == ["off"]
        assert server["status"]["ready"] is True


async def test_in_use_it_is_switched_on_and_keeps_its_finalizer(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        await world.add(isClean=True)
        await bind(world.client, "s1")
        server = await world.step()
        assert server["status"] == {"ready": True, "inUse": True, "isClean": False, "power": "off"}
        assert world.power.orders == ["pxe uefi", "on"]
        assert server["metadata"]["finalizers"] == [FINALIZER]
        await world.client.delete(SERVER, "s1")
        await world.step()
        await world.client.delete(SERVER_BINDING, "s1")
        with pytest.raises(NotFound):
            await world.step()


async def test_a_server_whose_binding_is_gone_is_free_again_and_not_clean(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        await world.add(isClean=True)
        await bind(world.client, "s1", installed=True)
        server = await world.step()
        assert [condition["type"] for condition in server["status"]["conditions"]] == ["PXEBooted"]
        await world.client.delete(SERVER_BINDING, "s1")
        server = await world.step()
        assert server["status"] == {"ready": False, "inUse": False, "isClean": False, "power": "on", "conditions": []}


async def test_a_server_whose_binding_was_lost_stays_in_use_while_a_machine_has_it(tmp_path: Path) -> None:
    async with opened(tmp_path, state=ON) as world:
        await world.add()
        await bind(world.client, "s1")
        await world.step()
        has_it = {"metadata": {"name": "mm", "namespace": "default"}, "spec": {"serverRef": {"kind": "Server", "name": "s1"}}}
        await world.client.create(METAL_MACHINE, has_it)
        await world.client.delete(SERVER_BINDING, "s1")
        server = await world.step(3600)
        assert server["status"]["inUse"] is True
        assert world.power.orders == []
        await world.client.delete(METAL_MACHINE, "mm", "default")
        assert (await world.step())["status"]["inUse"] is False


async def test_a_dead_agent_is_found_out_and_the_third_time_the_server_is_stopped(tmp_path: Path) -> None:
    async with opened(tmp_path, state=ON) as world:
        await world.add(annotations={ACCEPTED_AT: LONG_AGO})
        for boot in ("one", "two", "three"):
            run = WipeRun(boot=boot, started_at="2026-01-01T00:00:00Z", deadline_seconds=10**6)
            await world.annotate(wipe_run=encode_record(run))
            since = {"type": "PowerCycle", "status": "False", "lastTransitionTime": "2026-01-01T00:00:00Z"}
            await world.client.patch(SERVER, "s1", {"status": {"conditions": [since]}}, subresource="status")
            server = await world.step(121)
        assert world.power.orders == ["pxe uefi", "cycle"] * 2
        assert WIPE_RUN not in server["metadata"]["annotations"]
        assert "failed 3 times" in server["metadata"]["annotations"][STOPPED]
        server = await world.step(3600)
        assert world.power.orders == ["pxe uefi", "cycle"] * 2
        assert [condition["type"] for condition in server["status"]["conditions"]] == ["PowerCycle", "Stopped"]
        assert "Stopped" in [reason for reason, _ in await world.events()]
        await world.annotate(stopped=None)
        await world.step()
        assert world.power.orders == ["pxe uefi", "cycle"] * 3


async def test_a_wipe_past_its_deadline_is_given_up(tmp_path: Path) -> None:
    async with opened(tmp_path, state=ON) as world:
        run = WipeRun(boot="one", started_at="2026-01-01T00:00:00Z", deadline_seconds=120)
        await world.add(annotations={ACCEPTED_AT: LONG_AGO, WIPE_RUN: encode_record(run)})
        server = await world.step(3600)
        assert WIPE_RUN not in server["metadata"]["annotations"]
        assert '"step":"deadline"' in server["metadata"]["annotations"][WIPE_FAILURE]


async def test_a_console_that_was_killed_mid_wipe_cycles_nothing_when_it_is_back(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        await world.add()
        await world.step()
        await world.step(11)
        moved = world.clock.monotonic()
    async with opened(tmp_path, state=ON) as world:
        world.clock.advance(moved)
        await world.step()
        assert world.power.orders == []


async def test_a_power_fault_is_one_event_and_tried_again(tmp_path: Path) -> None:
    async with opened(tmp_path, state=ON) as world:
        await world.add(annotations={ACCEPTED_AT: LONG_AGO}, isClean=True)
        world.power.fault = "BMC 10.0.0.9 refuses the password"
        for _ in range(3):
            with pytest.raises(PowerError):
                await world.step()
        assert (await world.get())["status"]["power"] == "unknown"
        assert (await world.events()).count(("PowerFailed", "BMC 10.0.0.9 refuses the password")) == 1
        world.power.fault = ""
        server = await world.step()
        assert (server["status"]["power"], world.power.orders) == ("on", ["off"])


@pytest.mark.parametrize(
    ("action", "orders"),
    [
        (PowerAction.CYCLE, ["cycle"]),
        (PowerAction.PXE_ONCE, ["pxe uefi"]),
        (PowerAction.IDENTIFY_ON, ["identify True"]),
        (PowerAction.OFF, ["off"]),
    ],
)
async def test_a_person_is_served_once_and_by_name(tmp_path: Path, action: PowerAction, orders: list[str]) -> None:
    async with opened(tmp_path, state=ON) as world:
        await world.add(accepted=False)
        request = PowerRequest(action=action, by="alice", confirmed=True)
        await world.annotate(power_request=encode_record(request))
        server = await world.step()
        await world.step()
        assert world.power.orders == orders
        assert POWER_REQUEST not in server["metadata"].get("annotations", {})
        events = (await world.client.list(EVENT)).items
        assert [(event["reason"], event["metadata"]["annotations"]) for event in events] == [
            ("Power", {"boot.sidero-tui.dev/user": "alice"})
        ]


async def test_a_request_that_must_not_be_served_is_refused_with_the_reason(tmp_path: Path) -> None:
    async with opened(tmp_path, state=ON) as world:
        await world.add(inUse=True)
        await bind(world.client, "s1")
        await world.annotate(power_request=encode_record(PowerRequest(action=PowerAction.OFF, by="alice")))
        await world.step()
        await world.annotate(power_request="what")
        await world.step()
        assert world.power.orders == []
        refused = sorted(message for reason, message in await world.events() if reason == "PowerRefused")
        assert "cannot be read" in refused[0]
        assert refused[1] == "Not done: it is in use: that must be confirmed."


async def test_a_person_is_asked_to_cycle_what_has_no_bmc_and_never_counted_as_failing(tmp_path: Path) -> None:
    async with opened(tmp_path, kind="manual") as world:
        await world.add()
        await world.step()
        for _ in range(5):
            server = await world.step(1201)
        assert world.power.orders == ["pxe uefi", "cycle"] * 5
        assert STOPPED not in server["metadata"]["annotations"]


async def test_a_hundred_servers_at_once_are_each_ordered_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        names = [f"n{number}" for number in range(100)]
        for name in names:
            noted = {"name": name, "annotations": {ACCEPTED_AT: LONG_AGO}}
            await world.client.create(SERVER, {"metadata": noted, "spec": {"accepted": True}})
        for _ in range(2):
            await asyncio.gather(*(world.reconciler.reconcile(name) for name in names))
        assert {tuple(world.book.powers[name].orders) for name in names} == {("pxe uefi", "on")}


async def test_the_plane_refuses_to_take_the_acceptance_of_a_server_in_use_back(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        await world.add(inUse=True)
        with pytest.raises(Invalid, match="a server in use stays accepted"):
            await world.client.patch(SERVER, "s1", {"spec": {"accepted": False}})


async def test_on_a_plane_without_that_rule_the_acceptance_is_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(tmp_path) as world:
        await world.add(inUse=True)
        await bind(world.client, "s1")
        patched: list[Any] = []
        get, patch = world.client.get, world.client.patch

        async def get_unaccepted(kind: Kind, name: str, namespace: str = "") -> Object:
            obj = await get(kind, name, namespace)
            return obj | {"spec": obj["spec"] | {"accepted": False}} if kind is SERVER else obj

        async def note(kind: Kind, name: str, change: Any, namespace: str = "", **options: Any) -> Object:
            patched.append(change)
            return await patch(kind, name, change, namespace, **options)

        monkeypatch.setattr(world.client, "get", get_unaccepted)
        monkeypatch.setattr(world.client, "patch", note)
        await world.step()
        assert patched == [{"spec": {"accepted": True}}]
        assert "AcceptanceKept" in [reason for reason, _ in await world.events()]
