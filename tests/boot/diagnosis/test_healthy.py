"""A healthy rack gives no hint at any moment of its boots, nor while it waits for a person."""

import asyncio
from pathlib import Path
from random import Random

from boot.clock import SystemClock
from boot.resources.boots import Boot
from boot.resources.kinds import BOOT
from boot.simulator.dhcp import Wiring
from boot.simulator.hardware import build_rack
from boot.simulator.rack import SimulatedRack
from tests.boot.diagnosis.rack import SERVER, Rack, rack

SERVERS = 6
REMARKS = {"DuplicateUuid", "NamedByMac"}
"""What is true of two of the boxes and keeps nobody from booting."""


async def test_the_simulated_rack_boots_and_waits_without_a_hint(tmp_path: Path) -> None:
    async with rack(tmp_path) as wire:
        ports = wire.config.ports
        wiring = Wiring((SERVER, ports.dhcp), "127.0.0.9", ports.pxe, ports.tftp)
        simulated = SimulatedRack(build_rack(SERVERS), wiring, SystemClock(), Random(1))
        seen: set[str] = set()
        following = asyncio.create_task(_follow(wire, seen))
        running = asyncio.create_task(simulated.serve())
        async with asyncio.timeout(60):
            while not await _all_wait(wire):
                await asyncio.sleep(0.05)
        for _ in range(40):
            wire.clock.jump(10)
            await asyncio.sleep(0.02)
        for task in (running, following):
            task.cancel()
        await asyncio.gather(running, following, return_exceptions=True)
    assert seen <= REMARKS


async def _follow(wire: Rack, seen: set[str]) -> None:
    async for change in wire.client.watch(BOOT, after=(await wire.client.list(BOOT)).revision):
        seen.update(hint.reason for hint in Boot.model_validate(change.object).status.hints)


async def _all_wait(wire: Rack) -> bool:
    boots = [Boot.model_validate(obj).status for obj in (await wire.client.list(BOOT)).items]
    waiting = [boot for boot in boots if any(step.name == "script" and step.detail == "wait" for step in boot.steps)]
    return len(waiting) == SERVERS
