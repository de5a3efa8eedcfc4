import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual.message import Message

from boot.client.protocol import Client
from boot.clock import SystemClock
from boot.cluster_api.ownership import owner_reference
from boot.cluster_api.template import ClusterPlan
from boot.errors import ConfigError, NotFound, ServiceUnavailable
from boot.resources.base import Object
from boot.resources.kinds import CLUSTER, CONFIG_MAP, MACHINE, METAL_MACHINE, SECRET, SERVER, SERVER_BINDING, TALOS_CONFIG
from boot.talos.documents import render_documents
from boot.talos.machine_config import ClusterInput, MachineType, build_machine_config
from boot.talos.releases import parse_contract
from boot.talos.secrets import generate_bundle, render_bundle
from sidero_tui.bridge import Bridge
from sidero_tui.messages import SnapshotChanged
from sidero_tui.model.cluster_edits import apply_plan, delete_cluster, scale_cluster
from sidero_tui.model.clusters import read_cluster
from sidero_tui.model.edits import accept
from sidero_tui.model.members import Member
from sidero_tui.model.overrides import release, reserve
from sidero_tui.model.snapshot import LinkState, Snapshot
from tests.sidero_tui.builders import build_rack, build_server, mac_of, name_of
from tests.sidero_tui.clusters import build_member
from tests.sidero_tui.planes import FlakyLink, fill, open_plane, publish_components

PLAN = ClusterPlan("rack", "10.0.0.100", "masters", "workers", "v1.32.3", "v1.9", control_planes=3, workers=2)


class Screen:
    """What the console would show: the newest snapshot, and a way to wait until it looks as wanted."""

    def __init__(self) -> None:
        self.snapshot = Snapshot()
        self.seen = 0
        self._news = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()

    def post(self, message: Message) -> None:
        assert isinstance(message, SnapshotChanged)
        self.snapshot = message.snapshot
        self.seen += 1
        task = asyncio.get_running_loop().create_task(self._tell())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def until(self, wanted: Callable[[Snapshot], bool]) -> Snapshot:
        async with asyncio.timeout(10), self._news:
            await self._news.wait_for(lambda: wanted(self.snapshot))
        return self.snapshot

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()


class QuickClock(SystemClock):
    """Waits a tenth as long, so that a retry does not hold up the tests."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / 10)


@asynccontextmanager
async def bridged(directory: Path) -> AsyncIterator[tuple[Bridge, FlakyLink, Client, Screen]]:
    """A bridge that runs over a real plane through a link that can be cut."""
    screen = Screen()
    async with open_plane(directory) as local:
        link = FlakyLink(local)

        @asynccontextmanager
        async def connect() -> AsyncIterator[Client]:
            yield link

        bridge = Bridge(connect, QuickClock(), "https://127.0.0.1:16443")
        running = asyncio.create_task(bridge.run(screen.post))
        try:
            yield bridge, link, local, screen
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


def connected(snapshot: Snapshot) -> bool:
    return snapshot.link.state is LinkState.CONNECTED


async def test_what_the_plane_holds_and_what_changes_in_it_reaches_the_screen(tmp_path: Path) -> None:
    async with bridged(tmp_path) as (_, _, client, screen):
        await screen.until(connected)
        rack = build_rack()
        await fill(client, rack)
        await publish_components(client, {"stack": '{"advertise": "10.0.0.1", "interface": "eth0", "dhcp": "proxy"}'})
        shown = await screen.until(lambda s: len(s.boots) == 8 and bool(s.stack.advertise))
        assert set(shown.servers) == set(rack.servers)
        await client.delete(SERVER, name_of(1))
        await screen.until(lambda s: name_of(1) not in s.servers)


async def test_a_burst_of_changes_is_gathered_into_few_snapshots(tmp_path: Path) -> None:
    async with bridged(tmp_path) as (_, _, client, screen):
        await screen.until(connected)
        before = screen.seen
        kind = {"apiVersion": SERVER.api_version, "kind": "Server"}
        await asyncio.gather(*(client.create(SERVER, build_server(number).wire() | kind) for number in range(100)))
        await screen.until(lambda s: len(s.servers) == 100)
        assert screen.seen - before < 20


async def test_accepting_is_the_guides_patch_and_shows_in_the_plane(tmp_path: Path) -> None:
    async with bridged(tmp_path) as (bridge, link, client, screen):
        await fill(client, build_rack())
        await screen.until(lambda s: connected(s) and len(s.servers) == 6)
        done = await bridge.apply("Accept", (accept(name_of(1)), accept("nobody")))
        assert [edit.name for edit in done.done] == [name_of(1)]
        assert len(done.refused) == 1
        assert "nobody" in done.refused[0]
        body = [{"op": "replace", "path": "/spec/accepted", "value": True}]
        assert (name_of(1), "application/json-patch+json", body) in [
            (name, content, list(patch)) for name, content, patch in link.patches
        ]
        assert (await client.get(SERVER, name_of(1)))["spec"]["accepted"] is True
        await screen.until(lambda s: s.servers[name_of(1)].spec.accepted)


async def test_the_first_reservation_makes_the_config_map_and_the_next_ones_are_patched_into_it(tmp_path: Path) -> None:
    async with bridged(tmp_path) as (bridge, _, plane, screen):
        await screen.until(lambda seen: seen.link.state is LinkState.CONNECTED)
        for number in (1, 2):
            edit = reserve(screen.snapshot.network, mac_of(number), f"192.168.1.{number}")
            finished = await bridge.apply("Reserve", [edit])
            assert (len(finished.done), finished.refused) == (1, ())
            await screen.until(lambda seen, count=number: len(seen.network.reservations) == count)  # type: ignore[misc]
        await bridge.apply("Reserve", [release(screen.snapshot.network, mac_of(1))])
        found = await plane.get(CONFIG_MAP, "reservations", "sidero-tui")
    assert found["data"] == {"52-54-00-aa-00-02": "192.168.1.2"}


async def test_a_config_map_that_somebody_made_meanwhile_is_patched_and_one_that_went_is_told(tmp_path: Path) -> None:
    async with bridged(tmp_path) as (bridge, _, plane, screen):
        await screen.until(lambda seen: seen.link.state is LinkState.CONNECTED)
        first = reserve(screen.snapshot.network, mac_of(1), "192.168.1.1")
        await bridge.apply("Reserve", [first])
        again = await bridge.apply("Reserve", [first])
        assert (again.done, again.refused) == ((first,), ())
        await plane.delete(CONFIG_MAP, "reservations", "sidero-tui")
        gone = await bridge.apply("Reserve", [release(screen.snapshot.network, mac_of(1))])
    assert gone.done == ()
    assert "reservations" in gone.refused[0]


async def test_a_plane_that_does_not_answer_leaves_stale_data_with_its_reason_until_it_is_back(tmp_path: Path) -> None:
    async with bridged(tmp_path) as (_, link, client, screen):
        await fill(client, build_rack())
        await screen.until(lambda s: connected(s) and len(s.servers) == 6)
        link.down = True
        await client.create(SERVER, build_server(20).wire() | {"apiVersion": SERVER.api_version, "kind": "Server"})
        stale = await screen.until(lambda s: s.link.state is LinkState.STALE)
        assert stale.link.reason == "connection refused"
        assert len(stale.servers) == 6
        link.down = False
        back = await screen.until(lambda s: connected(s) and len(s.servers) == 7)
        assert back.link.since is not None
        assert stale.link.since is not None
        assert back.link.since >= stale.link.since


async def test_reading_gives_the_object_as_it_is_now_or_the_planes_own_error(tmp_path: Path) -> None:
    async with bridged(tmp_path) as (bridge, _, client, screen):
        await fill(client, build_rack())
        await screen.until(connected)
        assert (await bridge.read(SERVER, name_of(1)))["metadata"]["uid"]
        with pytest.raises(NotFound):
            await bridge.read(SERVER, "nobody")


async def test_before_the_plane_is_up_nothing_is_accepted_and_it_is_said() -> None:
    @asynccontextmanager
    async def never() -> AsyncIterator[Client]:
        raise AssertionError("not connected in this test")
        yield

    bridge = Bridge(never, SystemClock(), "")
    done = await bridge.apply("Accept", (accept("a"),))
    assert done.done == ()
    assert "not up yet" in done.refused[0]
    with pytest.raises(ServiceUnavailable):
        await bridge.read(SERVER, "a")


async def test_a_manifest_is_applied_seen_scaled_and_deleted(tmp_path: Path) -> None:
    async with bridged(tmp_path) as (bridge, _, _, screen):
        applied = await bridge.apply("Apply", apply_plan(PLAN, ""))
        assert (len(applied.done), applied.refused) == (7, ())
        snapshot = await screen.until(lambda seen: bool(seen.clusters and seen.control_planes and seen.deployments))
        facts = read_cluster(snapshot, "default/rack")
        assert facts is not None
        assert (facts.control_planes.wanted, facts.workers.wanted) == (3, 2)
        await bridge.apply("Scale", scale_cluster(facts, 5, 1))
        await screen.until(lambda seen: _wanted(seen) == (5, 1))
        again = await bridge.apply("Apply", apply_plan(replace(PLAN, workers=4), ""))
        assert any("rack" in refusal for refusal in again.refused)
        deleted = await bridge.apply("Delete", [delete_cluster(facts)])
        assert deleted.refused == ()
        await screen.until(lambda seen: not seen.clusters or all(c.metadata.deletion_timestamp for c in seen.clusters.values()))


async def test_a_plane_that_does_not_know_clusters_is_followed_for_the_rest(tmp_path: Path) -> None:
    async with bridged(tmp_path) as (_, link, client, screen):
        link.absent = frozenset({CLUSTER, MACHINE})
        await client.create(SERVER, build_server(1).wire() | {"apiVersion": SERVER.api_version, "kind": "Server"})
        shown = await screen.until(lambda seen: connected(seen) and bool(seen.servers))
        assert shown.clusters == {}


async def test_the_config_of_a_member_is_read_from_all_that_it_is_made_of(tmp_path: Path) -> None:
    machine, metal = build_member("m", name_of(1))
    contract = parse_contract("v1.9")
    bundle = generate_bundle(contract, datetime(2026, 1, 1, tzinfo=UTC))
    cluster = ClusterInput("rack-one", "https://10.0.0.100:6443", "1.32.3", contract)
    documents = render_documents(build_machine_config(cluster, bundle, MachineType.CONTROL_PLANE))
    meta = {"namespace": "default"}
    server = {"accepted": True, "strategicPatches": ["machine:\n  install:\n    disk: /dev/sda\n"]}
    config = {"generateType": "controlplane", "talosVersion": "v1.9"}
    endpoint = {"controlPlaneEndpoint": {"host": "10.0.0.100", "port": 6443}}
    async with bridged(tmp_path) as (bridge, _, client, screen):
        await screen.until(connected)
        await client.create(SERVER, {"metadata": {"name": name_of(1)}, "spec": server})
        with pytest.raises(ConfigError, match="not allocated"):
            await bridge.read_config(Member(machine, metal))
        made = await client.create(MACHINE, {"metadata": {"name": "m", **meta}, "spec": machine.spec.wire()})
        owner = owner_reference(made, controller=True)
        await client.create(
            METAL_MACHINE, {"metadata": {"name": "m", **meta, "ownerReferences": [owner]}, "spec": metal.spec.wire()}
        )
        binding = {"metalMachineRef": {"kind": "MetalMachine", "name": "m", **meta}}
        await client.create(SERVER_BINDING, {"metadata": {"name": name_of(1)}, "spec": binding})
        await client.create(SECRET, _secret("m-bootstrap-data", "value", documents))
        await client.create(SECRET, _secret("rack-one-talos", "bundle", render_bundle(bundle)))
        await client.create(CLUSTER, {"metadata": {"name": "rack-one", **meta}, "spec": endpoint})
        await client.create(TALOS_CONFIG, {"metadata": {"name": "m", **meta}, "spec": config})
        lines = list((await bridge.read_config(Member(machine, metal))).lines())
        assert ("    disk: /dev/sda", f"Server {name_of(1)}") in lines
        assert ("  type: controlplane", "generated") in lines


def _secret(name: str, key: str, text: str) -> Object:
    return {"metadata": {"name": name, "namespace": "default"}, "data": {key: base64.b64encode(text.encode()).decode()}}


def _wanted(snapshot: Snapshot) -> tuple[int, int]:
    facts = read_cluster(snapshot, "default/rack")
    return (facts.control_planes.wanted, facts.workers.wanted) if facts else (0, 0)
