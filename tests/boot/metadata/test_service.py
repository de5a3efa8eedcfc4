"""The machine config goes to the server it is for, whole, and to nobody else; whatever is refused is told."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from aiohttp import web

from boot.client.local import LocalClient
from boot.lifecycle.guard import Rules
from boot.metadata.server import MetadataServer
from boot.metadata.service import ConfigService
from boot.notices import ConfigRefused, ConfigServed, NoticeFeed, ScriptServed
from boot.resources.annotations import ACCEPTED_AT, CONFIG_ADDRESS
from boot.resources.base import Object
from boot.resources.kinds import EVENT, MACHINE, METAL_MACHINE, SECRET, SERVER, SERVER_BINDING, SERVER_CLASS
from boot.resources.metal import Server
from boot.talos.documents import render_documents
from boot.talos.machine_config import ClusterInput, MachineType, build_machine_config
from boot.talos.releases import NEWEST_CONTRACT
from boot.talos.secrets import generate_bundle
from tests.support.clock import FakeClock
from tests.support.objects import reference
from tests.support.plane import local_client
from tests.support.serving import serving

UUID = "11223344-5566-7788-99aa-bbccddeeff00"
MAC = "52:54:00:aa:00:01"
PLACE = "default"
LOOPBACK = "127.0.0.1"
DISK = {"deviceName": "/dev/sda", "name": "/dev/sda", "type": "SSD", "size": 480 * 10**9, "productName": "SSD"}


def bootstrap() -> str:
    cluster = ClusterInput("c1", "https://10.0.0.1:6443", "1.35.0", NEWEST_CONTRACT)
    bundle = generate_bundle(NEWEST_CONTRACT, datetime.now().astimezone())
    return render_documents(build_machine_config(cluster, bundle, MachineType.WORKER))


BOOTSTRAP = bootstrap()


class Known:
    """Servers as the registrar finds them; tests/boot/registration holds the registrar itself against clones."""

    def __init__(self, client: LocalClient) -> None:
        self._client = client

    async def find(self, uuid: str, mac: str) -> Server | None:
        found = await self.find_by_uuid(uuid)
        return found[0] if found and mac == MAC else None

    async def find_by_uuid(self, uuid: str) -> list[Server]:
        listed = [Server.model_validate(obj) for obj in (await self._client.list(SERVER)).items]
        return [server for server in listed if server.name == uuid]


@dataclass
class World:
    client: LocalClient
    feed: NoticeFeed
    clock: FakeClock
    session: aiohttp.ClientSession
    url: str

    async def get(self, uuid: str = UUID) -> tuple[int, str]:
        async with self.session.get(f"{self.url}/configdata?uuid={uuid}") as answer:
            return answer.status, await answer.text()

    async def add_server(self, *disks: Object, **spec: Any) -> None:
        network = {"interfaceCount": 1, "interfaces": [{"index": 1, "name": "eth0", "mac": MAC}]}
        hardware = {"system": {"uuid": UUID}, "network": network, "storage": {"deviceCount": len(disks), "devices": list(disks)}}
        noted = {"name": UUID, "annotations": {ACCEPTED_AT: "2025-12-31T00:00:00Z"}}
        wanted = {"accepted": True, "hardware": hardware, **spec}
        await self.client.create(SERVER, {"metadata": noted, "spec": wanted})
        await self.client.patch(SERVER, UUID, {"status": {"inUse": True}}, subresource="status")

    async def bind(self, *, secret: bool = True) -> None:
        """As the controllers do it: Machine m1, its bootstrap data, MetalMachine m1, and the binding."""
        if secret:
            data = {"value": base64.b64encode(BOOTSTRAP.encode()).decode()}
            await self.client.create(SECRET, {"metadata": {"name": "m1-bootstrap-data", "namespace": PLACE}, "data": data})
        spec = {"clusterName": "c1", "bootstrap": {"dataSecretName": "m1-bootstrap-data"}, "infrastructureRef": {"name": "m1"}}
        machine = await self.client.create(MACHINE, {"metadata": {"name": "m1", "namespace": PLACE}, "spec": spec})
        owned = {"name": "m1", "namespace": PLACE, "ownerReferences": [reference(machine)]}
        await self.client.create(METAL_MACHINE, {"metadata": owned, "spec": {}})
        taken = {"kind": "MetalMachine", "namespace": PLACE, "name": "m1"}
        spec = {"metalMachineRef": taken, "serverClassRef": {"kind": "ServerClass", "name": "rack"}}
        await self.client.create(SERVER_BINDING, {"metadata": {"name": UUID}, "spec": spec})

    def boot(self, mac: str = MAC) -> None:
        """A machine with that NIC fetched its script from here."""
        self.feed.publish(ScriptServed(at=self.clock.now(), mac=mac, address=LOOPBACK, script="environment"))

    def told(self, kind: type[Any]) -> list[Any]:
        return [notice for _, notice in self.feed.after(self.feed.floor) if isinstance(notice, kind)]

    async def events(self) -> list[tuple[str, str]]:
        return [(event["reason"], event["message"]) for event in (await self.client.list(EVENT)).items]


@asynccontextmanager
async def opened(tmp_path: Path) -> AsyncIterator[World]:
    clock, feed = FakeClock(), NoticeFeed(1000)
    async with local_client(tmp_path, clock) as client, aiohttp.ClientSession() as session:
        service = ConfigService(client, Known(client), feed, clock, Rules())
        server = MetadataServer(LOOPBACK, 0, service, _answer_all)
        async with serving(server) as port:
            yield World(client, feed, clock, session, f"http://{LOOPBACK}:{port}")


@web.middleware
async def _answer_all(request: web.Request, handler: Any) -> web.StreamResponse:
    response: web.StreamResponse = await handler(request)
    return response


async def test_an_allocated_server_that_booted_from_here_gets_its_config(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        await world.add_server(DISK)
        await world.bind()
        world.boot()
        status, text = await world.get()
        assert status == 200
        main = next(yaml.safe_load_all(text))
        assert main["machine"]["kubelet"]["extraArgs"]["node-labels"] == f"metal.sidero.dev/uuid={UUID}"
        assert main["machine"]["install"]["disk"] == "/dev/sda"
        binding = await world.client.get(SERVER_BINDING, UUID)
        assert binding["spec"]["addresses"] == [LOOPBACK]
        assert [(one["type"], one["status"]) for one in binding["status"]["conditions"]] == [("TalosConfigValidated", "True")]
        (served,) = world.told(ConfigServed)
        assert (served.mac, served.server, served.machine) == (MAC, UUID, "default/m1")
        assert await world.events() == [("ConfigServed", "Its config, of Machine default/m1, for /dev/sda, went to 127.0.0.1.")]


async def test_patches_come_in_the_order_of_sidero_class_before_server(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        sysctl = "machine:\n  sysctls:\n    net.core.somaxconn: '{}'\n    {}: '1'\n"
        of_class = {"strategicPatches": [sysctl.format(1, "kernel.panic")]}
        await world.client.create(SERVER_CLASS, {"metadata": {"name": "rack"}, "spec": of_class})
        await world.add_server(DISK, strategicPatches=[sysctl.format(2, "vm.swappiness")])
        await world.bind()
        world.boot()
        main = next(yaml.safe_load_all((await world.get())[1]))
        assert main["machine"]["sysctls"] == {"net.core.somaxconn": "2", "kernel.panic": "1", "vm.swappiness": "1"}


@pytest.mark.parametrize(
    ("booted", "annotated", "status"),
    [(MAC, False, 200), ("52:54:00:bb:00:09", False, 403), ("", False, 403), ("", True, 200)],
)
async def test_only_the_server_itself_gets_it(tmp_path: Path, booted: str, annotated: bool, status: int) -> None:
    async with opened(tmp_path) as world:
        await world.add_server(DISK)
        await world.bind()
        if booted:
            world.boot(booted)
        if annotated:
            patch = {"metadata": {"annotations": {CONFIG_ADDRESS: LOOPBACK}}}
            await world.client.patch(SERVER, UUID, patch)
        answered, text = await world.get()
        assert answered == status
        if status == 403:
            assert f"kubectl annotate server {UUID} --overwrite boot.sidero-tui.dev/config-address=127.0.0.1" in text
            assert "token" not in text


async def test_before_its_acceptance_and_after_its_installation_nothing_is_served(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        await world.add_server(DISK)
        await world.bind()
        world.boot()
        booted = [{"type": "PXEBooted", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}]
        await world.client.patch(SERVER, UUID, {"status": {"conditions": booted}}, subresource="status")
        status, text = await world.get()
        assert (status, "it is installed" in text) == (403, True)
        await world.client.patch(SERVER, UUID, {"spec": {"pxeBootAlways": True}})
        assert (await world.get())[0] == 200
        await world.client.patch(SERVER, UUID, {"status": {"inUse": False}}, subresource="status")
        await world.client.patch(SERVER, UUID, {"spec": {"accepted": False}})
        status, text = await world.get()
        assert (status, "not accepted" in text) == (403, True)


@pytest.mark.parametrize("lacking", ["binding", "secret"])
async def test_what_is_not_there_yet_is_asked_for_again_and_told_once_a_minute(tmp_path: Path, lacking: str) -> None:
    async with opened(tmp_path) as world:
        await world.add_server(DISK)
        if lacking == "secret":
            await world.bind(secret=False)
        world.boot()
        for _ in range(5):
            assert (await world.get())[0] == 404
        assert [reason for reason, _ in await world.events()] == ["ConfigRefused"]
        assert len(world.told(ConfigRefused)) == 5
        world.clock.advance(61)
        await world.get()
        assert len(await world.events()) == 2


@pytest.mark.parametrize(
    ("disks", "patch", "told"),
    [
        ((DISK, {**DISK, "deviceName": "/dev/sdb"}), "", "2 disks fit for Talos"),
        ((), "", "no disk of its inventory"),
        ((DISK,), "machine: {install: {disk: /dev/sdz}}", "no such disk"),
        ((DISK,), "machine: {install: {diskSelector: {size: '> 1TB'}}}", "matches no disk"),
        ((DISK,), "machine: {nonsense: 1}", "nonsense"),
        ((DISK,), "machine: [", "patch 1"),
    ],
)
async def test_a_config_that_would_fail_is_refused_with_the_reason(
    tmp_path: Path, disks: tuple[Object, ...], patch: str, told: str
) -> None:
    async with opened(tmp_path) as world:
        await world.add_server(*disks)
        if patch:
            await world.client.create(SERVER_CLASS, {"metadata": {"name": "rack"}, "spec": {"strategicPatches": [patch]}})
        await world.bind()
        world.boot()
        status, text = await world.get()
        assert (status, told in text) == (500, True), text
        binding = await world.client.get(SERVER_BINDING, UUID)
        condition = binding["status"]["conditions"][0]
        assert (condition["reason"], told in condition["message"]) == ("TalosConfigValidationFailed", True)


@pytest.mark.parametrize(("uuid", "status"), [("", 500), ("nonsense", 500), ("00000000-1111-2222-3333-444444444444", 404)])
async def test_a_stranger_learns_nothing(tmp_path: Path, uuid: str, status: int) -> None:
    async with opened(tmp_path) as world:
        assert (await world.get(uuid))[0] == status
        assert await world.events() == []
