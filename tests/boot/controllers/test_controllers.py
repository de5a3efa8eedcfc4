"""The controllers on a real plane, asked the way kubectl asks."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from boot.assets.cache import AssetCache
from boot.client.local import LocalClient
from boot.client.protocol import PatchType
from boot.clock import SystemClock
from boot.component import ComponentState, ComponentStatus
from boot.config import Lifecycle, PowerConfig
from boot.controllers.component import Controllers
from boot.controllers.quirks import Quirks
from boot.controllers.rejections import Rejections
from boot.diagnosis.surroundings import Network, Surroundings
from boot.feed import Feed
from boot.notices import ComponentChanged, DhcpAcknowledged, DhcpDiscovered, Notice, Registered, TransferProgressed
from boot.power.book import SpecPowerBook
from boot.resources.base import Object
from boot.resources.kinds import BOOT, CONFIG_MAP, ENVIRONMENT, SERVER, SERVER_CLASS, Kind
from tests.support.bindings import bind
from tests.support.plane import local_client

ATOM = {"manufacturer": "Intel(R) Corporation", "productName": "Intel(R) Atom(TM) CPU C3558 @ 2.20GHz"}
ACCEPT = [{"op": "replace", "path": "/spec/accepted", "value": True}]
MAC = "52:54:00:aa:00:01"


class World:
    def __init__(self, client: LocalClient, notices: Feed[Notice]) -> None:
        self.client = client
        self.notices = notices

    async def until(self, kind: Kind, name: str, holds: Callable[[Object], bool], namespace: str = "") -> Object:
        """The object once it is so; TimeoutError after ten seconds."""
        async with asyncio.timeout(10):
            listing = await self.client.list(kind, namespace)
            for obj in listing.items:
                if obj["metadata"]["name"] == name and holds(obj):
                    return obj
            async for change in self.client.watch(kind, namespace, after=listing.revision):
                if change.object["metadata"]["name"] == name and holds(change.object):
                    return change.object
        raise AssertionError("a watch does not end")

    async def add_server(self, name: str = "s1") -> None:
        hardware = {"compute": {"processors": [ATOM]}}
        await self.client.create(SERVER, {"metadata": {"name": name}, "spec": {"accepted": False, "hardware": hardware}})


@asynccontextmanager
async def _world(tmp_path: Path) -> AsyncIterator[World]:
    assets = tmp_path / "offline"
    assets.mkdir(exist_ok=True)
    for name in ("vmlinuz-amd64", "initramfs-amd64.xz"):
        (assets / name).write_bytes(b"x" * 100)
    notices: Feed[Notice] = Feed(1000)
    async with local_client(tmp_path) as client:
        cache = AssetCache(tmp_path / "assets", assets)
        quirks = Quirks(client, notices, SystemClock(), lambda _build: True)
        clock = SystemClock()
        power = SpecPowerBook(client, clock, PowerConfig())
        rejections = Rejections(client, notices, clock)
        controllers = Controllers(
            client, notices, clock, cache, {"advertise": "10.0.0.1"}, power, Surroundings(), Network, quirks,
            lifecycle=Lifecycle(), rejections=rejections, audit=None,
        )  # fmt: skip
        task = asyncio.create_task(controllers.serve(lambda _address, _port: None))
        try:
            yield World(client, notices)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def test_a_server_is_available_once_accepted_and_not_before(tmp_path: Path) -> None:
    async with _world(tmp_path) as world:
        qualifiers = {"hardware": [{"compute": {"processors": [ATOM]}}]}
        await world.client.create(SERVER_CLASS, {"metadata": {"name": "default"}, "spec": {"qualifiers": qualifiers}})
        await world.add_server()
        server = await world.until(SERVER, "s1", lambda obj: "status" in obj)
        assert server["status"] == {"ready": False, "inUse": False, "isClean": False, "power": "unknown"}
        listed = await world.until(SERVER_CLASS, "default", lambda obj: "status" in obj)
        assert listed["status"] == {"serversAvailable": [], "serversInUse": []}
        await world.client.patch(SERVER, "s1", ACCEPT, patch_type=PatchType.JSON)
        await world.until(SERVER_CLASS, "default", lambda obj: obj["status"]["serversAvailable"] == ["s1"])
        await world.client.patch(SERVER, "s1", {"spec": {"cordoned": True}})
        await world.until(SERVER_CLASS, "default", lambda obj: obj["status"]["serversAvailable"] == [])


async def test_an_allocated_server_is_in_use(tmp_path: Path) -> None:
    async with _world(tmp_path) as world:
        await world.add_server()
        await world.client.patch(SERVER, "s1", ACCEPT, patch_type=PatchType.JSON)
        await bind(world.client, "s1")
        listed = await world.until(SERVER_CLASS, "any", lambda obj: bool(obj.get("status", {}).get("serversInUse")))
        assert listed["status"] == {"serversAvailable": [], "serversInUse": ["s1"]}


async def test_the_class_any_is_always_there_and_asks_for_nothing(tmp_path: Path) -> None:
    async with _world(tmp_path) as world:
        first = await world.until(SERVER_CLASS, "any", lambda obj: "status" in obj)
        await world.client.delete(SERVER_CLASS, "any")
        second = await world.until(SERVER_CLASS, "any", lambda obj: obj["metadata"]["uid"] != first["metadata"]["uid"])
        assert second["spec"] == {}
        await world.client.patch(SERVER_CLASS, "any", {"spec": {"qualifiers": {"hardware": [{"system": {"family": "x"}}]}}})
        await world.until(SERVER_CLASS, "any", lambda obj: not obj["spec"].get("qualifiers"))


async def test_the_default_environment_is_always_there_and_becomes_ready(tmp_path: Path) -> None:
    def ready(obj: Object) -> bool:
        conditions = obj.get("status", {}).get("conditions", [])
        return [condition["status"] for condition in conditions] == ["True", "True"]

    async with _world(tmp_path) as world:
        first = await world.until(ENVIRONMENT, "default", ready)
        assert (tmp_path / "assets" / "env" / "default" / "vmlinuz").read_bytes() == b"x" * 100
        await world.client.delete(ENVIRONMENT, "default")
        await world.until(ENVIRONMENT, "default", lambda obj: obj["metadata"]["uid"] != first["metadata"]["uid"] and ready(obj))


async def test_an_environment_says_which_file_is_missing_and_why(tmp_path: Path) -> None:
    spec = {
        "kernel": {"url": "file:///nowhere/vmlinuz", "sha512": ""},
        "initrd": {"url": f"file://{tmp_path}/offline/initramfs-amd64.xz", "sha512": "00"},
    }
    async with _world(tmp_path) as world:
        await world.client.create(ENVIRONMENT, {"metadata": {"name": "bad"}, "spec": spec})
        obj = await world.until(ENVIRONMENT, "bad", lambda obj: len(obj.get("status", {}).get("conditions", [])) == 2)
        kernel, initrd = obj["status"]["conditions"]
        assert (kernel["status"], kernel["message"]) == ("False", "/nowhere/vmlinuz: there is no such file")
        assert initrd["status"] == "False"
        assert "its sha512 is" in initrd["message"]


async def test_a_boot_is_recorded_by_mac_also_when_only_the_address_was_known(tmp_path: Path) -> None:
    now = SystemClock().now()
    async with _world(tmp_path) as world:
        for notice in (
            DhcpDiscovered(at=now, mac=MAC, architecture=7),
            DhcpAcknowledged(at=now, mac=MAC, address="10.0.0.20"),
            TransferProgressed(at=now, address="10.0.0.20", protocol="tftp", file="ipxe.efi", sent=9, size=9, done=True),
            TransferProgressed(at=now, address="10.0.0.99", protocol="tftp", file="ipxe.efi", sent=9, size=9, done=True),
        ):
            world.notices.publish(notice)
        boot = await world.until(BOOT, "52-54-00-aa-00-01", lambda obj: obj.get("status", {}).get("stage") == "tftp")
        assert boot["spec"]["mac"] == MAC
        assert len((await world.client.list(BOOT)).items) == 1


async def test_acceptance_is_on_the_ladder_whichever_way_it_came(tmp_path: Path) -> None:
    now = SystemClock().now()
    async with _world(tmp_path) as world:
        await world.add_server()
        world.notices.publish(Registered(at=now, mac=MAC, uuid="u", server="s1", created=True))
        await world.until(BOOT, "52-54-00-aa-00-01", lambda obj: obj.get("status", {}).get("stage") == "registered")
        await world.client.patch(SERVER, "s1", ACCEPT, patch_type=PatchType.JSON)
        await world.until(BOOT, "52-54-00-aa-00-01", lambda obj: obj["status"]["stage"] == "accepted")


async def test_a_restart_goes_on_from_the_stored_boots(tmp_path: Path) -> None:
    now = SystemClock().now()
    async with _world(tmp_path) as world:
        world.notices.publish(DhcpDiscovered(at=now, mac=MAC, architecture=0))
        world.notices.publish(DhcpAcknowledged(at=now, mac=MAC, address="10.0.0.20"))
        await world.until(BOOT, "52-54-00-aa-00-01", lambda obj: "status" in obj)
    async with _world(tmp_path) as world:
        sent = TransferProgressed(at=now, address="10.0.0.20", protocol="tftp", file="undionly.kpxe", sent=9, size=9, done=True)
        await world.until(ENVIRONMENT, "default", lambda _: True)
        world.notices.publish(sent)
        boot = await world.until(BOOT, "52-54-00-aa-00-01", lambda obj: obj["status"]["stage"] == "tftp")
        assert [step["name"] for step in boot["status"]["steps"]] == ["discover", "tftp"]


async def test_components_and_facts_are_published_for_attached_consoles(tmp_path: Path) -> None:
    status = ComponentStatus("tftp", ComponentState.FAILED, reason="the port is in use")
    async with _world(tmp_path) as world:
        world.notices.publish(ComponentChanged(at=SystemClock().now(), status=status))
        published = await world.until(CONFIG_MAP, "components", lambda obj: "tftp" in obj["data"], "sidero-tui")
        assert json.loads(published["data"]["tftp"])["reason"] == "the port is in use"
        assert json.loads(published["data"]["stack"]) == {"advertise": "10.0.0.1"}
