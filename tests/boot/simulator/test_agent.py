"""Simulated servers go on with the agent: the whole stack on loopback, from DHCP to a server that is clean and off."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from boot.clock import SystemClock
from boot.config import Lifecycle
from boot.lifecycle.disks import propose_plan
from boot.resources.annotations import DISK_CONTENTS, WIPE_PLAN
from boot.resources.kinds import SERVER
from boot.resources.metal import Server
from boot.resources.wiping import DiskContents, encode_record, find_record
from boot.simulator.dhcp import Wiring
from boot.simulator.hardware import build_rack
from boot.simulator.rack import SimulatedRack
from boot.simulator.server import SimulatedServer
from boot.stack import Stack, open_stack
from sidero_tui.launch.demo import build_demo_config
from sidero_tui.settings import Settings

_, HOARDER = build_rack(2)


@dataclass
class _World:
    stack: Stack
    box: SimulatedServer

    async def server(self) -> Server | None:
        listed = (await self.stack.client.list(SERVER)).items
        return Server.model_validate(listed[0]) if listed else None

    async def until(self, holds: Callable[[Server], bool]) -> Server:
        async with asyncio.timeout(60):
            while (server := await self.server()) is None or not holds(server):
                await asyncio.sleep(0.05)
        return server

    async def seen(self, boot: str = "") -> tuple[Server, DiskContents]:
        """What the agent reported, in another boot than `boot`."""
        server = await self.until(lambda one: _contents(one) not in (None, boot))
        contents = find_record(server, DISK_CONTENTS, DiskContents)
        assert contents is not None
        return server, contents

    async def off(self) -> None:
        async with asyncio.timeout(60):
            while self.box.powered:
                await asyncio.sleep(0.05)


def _contents(server: Server) -> str | None:
    contents = find_record(server, DISK_CONTENTS, DiskContents)
    return contents.boot if contents else None


@asynccontextmanager
async def _world(directory: Path) -> AsyncIterator[_World]:
    config = build_demo_config(Settings(), directory).model_copy(update={"lifecycle": Lifecycle(grace=0)})
    async with open_stack(config, SystemClock()) as stack:
        await stack.bound()
        ports = stack.config.ports
        wiring = Wiring(("127.0.0.1", ports.dhcp), "127.0.1.1", ports.pxe, ports.tftp)
        rack = SimulatedRack([HOARDER], wiring, SystemClock(), Random(3))
        running = asyncio.create_task(rack.serve())
        try:
            yield _World(stack, rack.servers[0])
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def test_accepted_it_is_wiped_and_off_until_it_is_switched_on(tmp_path: Path) -> None:
    async with _world(tmp_path) as world:
        server, contents = await world.seen()
        assert [[found.label for found in disk.contents] for disk in contents.disks] == [[], ["", "backups"]]
        hardware = server.spec.hardware
        assert hardware is not None
        assert hardware.memory is not None
        assert hardware.memory.total_size == "32 GB"
        await world.stack.client.patch(SERVER, server.name, {"spec": {"accepted": True}})
        await world.until(lambda one: one.status.is_clean)
        await world.off()
        assert [disk.contents for disk in world.box.disks.values()] == [(), ()]

        world.box.power_on()
        await world.stack.client.patch(SERVER, server.name, {"status": {"isClean": False}}, subresource="status")
        _, again = await world.seen(contents.boot)
        assert [disk.contents for disk in again.disks] == [[], []]
        await world.off()


async def test_nothing_is_wiped_of_a_server_that_is_not_accepted(tmp_path: Path) -> None:
    async with _world(tmp_path) as world:
        await world.seen()
        async with asyncio.timeout(60):
            while not any(line.startswith("wait: Not accepted") for line in world.box.screen):
                await asyncio.sleep(0.05)
        assert [bool(disk.contents) for disk in world.box.disks.values()] == [False, True]
        assert world.box.powered


async def test_a_disk_that_the_plan_keeps_is_left_as_it_is(tmp_path: Path) -> None:
    async with _world(tmp_path) as world:
        server, contents = await world.seen()
        plan = encode_record(propose_plan(contents.disks, keep=["/dev/sdb"]))
        patch = {"metadata": {"annotations": {WIPE_PLAN: plan}}, "spec": {"accepted": True}}
        await world.stack.client.patch(SERVER, server.name, patch)
        await world.off()
        assert [bool(disk.contents) for disk in world.box.disks.values()] == [False, True]
