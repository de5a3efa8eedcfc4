"""A machine that never fetches its script is given another build; what works is kept for its model, and applied."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from boot.client.local import LocalClient
from boot.clock import SystemClock
from boot.controllers.quirks import NAME, NAMESPACE_NAME, Quirks
from boot.lifecycle.quirks import STARTS
from boot.notices import BuildReplaced, NoticeFeed, Registered, ScriptServed, TransferProgressed
from boot.resources.kinds import CONFIG_MAP, SERVER
from tests.support.plane import local_client
from tests.support.serving import wait_for

MAC, ADDRESS, OTHER_MAC, OTHER_ADDRESS = "52:54:00:aa:00:01", "10.0.0.9", "52:54:00:aa:00:02", "10.0.0.10"
SYSTEM = {"manufacturer": "ACME Inc", "productName": "Rack Box"}
CLOCK = SystemClock()


class World:
    def __init__(self, client: LocalClient) -> None:
        self.client = client
        self.feed = NoticeFeed(1000)
        self.quirks = Quirks(client, self.feed, CLOCK, lambda _build: True)

    def fetches(self, file: str) -> None:
        self.feed.publish(
            TransferProgressed(at=CLOCK.now(), mac=MAC, address=ADDRESS, protocol="tftp", file=file, sent=5, size=5, done=True)
        )

    async def registers(self, name: str, mac: str, address: str) -> None:
        await self.client.create(
            SERVER, {"metadata": {"name": name}, "spec": {"accepted": False, "hardware": {"system": SYSTEM}}}
        )
        self.feed.publish(ScriptServed(at=CLOCK.now(), mac=mac, address=address, script="register"))
        self.feed.publish(Registered(at=CLOCK.now(), mac=mac, address=address, uuid=name, server=name, created=True))

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not holds():
                await asyncio.sleep(0.01)

    async def kept(self) -> Any:
        data = (await self.client.get(CONFIG_MAP, NAME, NAMESPACE_NAME))["data"]
        return json.loads(data["ACME-Inc.Rack-Box"])


@asynccontextmanager
async def running(tmp_path: Path) -> AsyncIterator[World]:
    async with local_client(tmp_path) as client:
        world = World(client)
        task = asyncio.create_task(world.quirks.run())
        yield world
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_another_build_is_given_told_kept_for_the_model_and_applied_to_its_twin(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        assert world.quirks.stand_in("undionly.kpxe", ADDRESS) == "undionly.kpxe"
        for _ in range(STARTS):
            world.fetches("undionly.kpxe")
        told = await wait_for(world.feed, BuildReplaced)
        assert (told.mac, told.build, told.instead_of) == (MAC, "ipxe.pxe", "undionly.kpxe")
        assert world.quirks.stand_in("undionly.kpxe", ADDRESS) == "ipxe.pxe"
        world.fetches("ipxe.pxe")
        await world.registers("first", MAC, ADDRESS)
        await world.registers("second", OTHER_MAC, OTHER_ADDRESS)
        await world.until(lambda: world.quirks.stand_in("undionly.kpxe", OTHER_ADDRESS) == "ipxe.pxe")
        kept = {"manufacturer": "ACME Inc", "product": "Rack Box", "build": "ipxe.pxe", "dhcp": "67", "exit": ""}
        assert await world.kept() == kept


async def test_a_machine_that_fetches_its_script_keeps_its_build(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        for _ in range(STARTS * 2):
            world.fetches("ipxe.efi")
            world.feed.publish(ScriptServed(at=CLOCK.now(), mac=MAC, address=ADDRESS, script="boot.ipxe"))
        await world.registers("first", MAC, ADDRESS)
        await world.until(lambda: world.feed.last == STARTS * 4 + 2)
        assert world.quirks.stand_in("ipxe.efi", ADDRESS) == "ipxe.efi"
        assert not [notice for _, notice in world.feed.after(0) if isinstance(notice, BuildReplaced)]


async def test_what_a_person_writes_holds_from_then_on(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        await world.registers("first", MAC, ADDRESS)
        async with asyncio.timeout(10):
            while not (await world.client.list(CONFIG_MAP, NAMESPACE_NAME)).items:
                await asyncio.sleep(0.01)
        written = {"manufacturer": "ACME Inc", "product": "Rack Box", "build": "snponly.efi", "exit": "ipxe-sanboot"}
        await world.client.patch(CONFIG_MAP, NAME, {"data": {"ACME-Inc.Rack-Box": json.dumps(written)}}, NAMESPACE_NAME)
        await world.quirks.reconcile(NAME)
        assert world.quirks.exit_of(MAC) == "ipxe-sanboot"
        assert world.quirks.stand_in("ipxe.efi", ADDRESS) == "snponly.efi"
        await world.client.delete(CONFIG_MAP, NAME, NAMESPACE_NAME)
        await world.quirks.reconcile(NAME)
        assert world.quirks.exit_of(MAC) == ""
