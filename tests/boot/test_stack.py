"""Every part together: the simulated rack boots off the real stack over loopback."""

import asyncio
import json
from pathlib import Path
from random import Random

import pytest

from boot.client.protocol import Client
from boot.clock import SystemClock
from boot.config import StackConfig
from boot.errors import AssetError, ConfigError
from boot.notices import ScriptServed
from boot.resources.annotations import REJECTED
from boot.resources.kinds import BOOT, SERVER
from boot.resources.metal import Server
from boot.simulator.dhcp import Wiring
from boot.simulator.hardware import Kind, build_rack
from boot.simulator.rack import SimulatedRack
from boot.simulator.tftp import fetch
from boot.stack import open_stack
from sidero_tui.launch.demo import RELAY, Demo, build_demo_config, open_demo, wait_until
from sidero_tui.settings import Settings

CLOCK = SystemClock()


GUIDE = "00000000-0000-0000-0000-d05099d33360"


@pytest.fixture
def config(tmp_path: Path) -> StackConfig:
    return build_demo_config(Settings(), tmp_path)


async def _servers(client: Client, demo: Demo) -> dict[str, Server]:
    async with asyncio.timeout(60):
        async for servers in wait_until(client, demo, CLOCK):
            found = {server.name: server for server in servers}
    return found


def _complete(servers: dict[str, Server]) -> bool:
    hardware = servers[GUIDE].spec.hardware
    marked = [server for server in servers.values() if "sidero-tui.dev/duplicate-of" in server.metadata.annotations]
    return hardware is not None and hardware.compute is not None and len(marked) == 2


async def test_a_mixed_rack_registers_whole_and_nobody_is_dropped(config: StackConfig) -> None:
    demo = Demo(6, "registered", tui=False)
    async with open_demo(config, demo, CLOCK) as running:
        stack = running.stack
        servers = await _servers(stack.client, demo)
        boots = (await stack.client.list(BOOT)).items
        async with asyncio.timeout(60):
            # A box counts as registered with its first report; its processors, its twin's mark and its Boot come after that.
            while not _complete(servers) or len(boots) < demo.servers:
                await asyncio.sleep(0.02)
                listed = (await stack.client.list(SERVER)).items
                servers = {server.name: server for server in map(Server.model_validate, listed)}
                boots = (await stack.client.list(BOOT)).items
    assert len(servers) == 6
    guide = servers[GUIDE]
    assert guide.metadata.annotations["sidero-tui.dev/identity"] == "mac"
    hardware = guide.spec.hardware
    assert hardware is not None
    assert hardware.compute is not None
    (processor,) = hardware.compute.processors or []
    assert (processor.manufacturer, processor.product_name) == ("Intel(R) Corporation", "Intel(R) Atom(TM) CPU C3558 @ 2.20GHz")
    assert (processor.speed, processor.core_count, processor.thread_count) == (2200, 4, 4)
    twins = [server for server in servers.values() if "sidero-tui.dev/duplicate-of" in server.metadata.annotations]
    assert {twin.metadata.annotations["sidero-tui.dev/duplicate-of"] for twin in twins} == {twin.name for twin in twins}
    assert len(twins) == 2
    assert not any(server.spec.accepted for server in servers.values())
    assert len(boots) == 6


async def test_every_box_waits_in_ipxe_showing_who_it_is_and_that_nothing_is_written(config: StackConfig) -> None:
    no_agent = config.model_copy(update={"agent_dir": config.state_dir / "no-agent"})
    async with open_stack(no_agent, CLOCK) as stack:
        await stack.bound()
        ports = stack.config.ports
        rack = SimulatedRack(build_rack(3), Wiring(("127.0.0.1", ports.dhcp), RELAY, ports.pxe, ports.tftp), CLOCK, Random(1))
        running = asyncio.create_task(rack.serve())
        names = set(await _servers(stack.client, Demo(3, "registered", tui=False)))
        async with asyncio.timeout(30):
            while not all("nothing will be written" in text for text in _screens(rack)):
                await asyncio.sleep(0.05)
        assert {name for name in names for text in _screens(rack) if name in text} == names
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def _screens(rack: SimulatedRack) -> list[str]:
    return [" ".join(lines) for lines in rack.screens.values()]


async def test_ready_json_names_every_component_while_it_serves_and_is_gone_after(config: StackConfig) -> None:
    ready = config.state_dir / "ready.json"
    async with open_stack(config, CLOCK) as stack:
        await stack.bound()
        async with asyncio.timeout(5):
            while not ready.exists():
                await asyncio.sleep(0)
        content = json.loads(ready.read_text())
        assert set(content) == {"plane", "dhcp", "pxe", "tftp", "http", "api", "metadata", "controllers"}
        assert all(component["state"] == "serving" for component in content.values())
        assert content["http"]["port"] == stack.config.ports.http
    assert not ready.exists()


async def test_a_second_stack_on_the_same_state_is_refused(config: StackConfig) -> None:
    async with open_stack(config, CLOCK):
        with pytest.raises(ConfigError, match="attach"):
            async with open_stack(config, CLOCK):
                pass


async def test_what_was_registered_is_there_after_a_restart(config: StackConfig) -> None:
    async with open_stack(config, CLOCK) as stack:
        await stack.client.create(SERVER, {"metadata": {"name": "s"}, "spec": {"accepted": False}})
    async with open_stack(config, CLOCK) as stack:
        assert (await stack.client.get(SERVER, "s"))["metadata"]["name"] == "s"


async def test_a_rejected_box_is_left_standing_by_dhcp_and_tftp_and_its_neighbour_registers(config: StackConfig) -> None:
    rejected, neighbour = build_rack(2)
    hardware = {"network": {"interfaces": [{"mac": rejected.mac}]}}
    obj = {"metadata": {"name": "s", "annotations": {REJECTED: "{}"}}, "spec": {"accepted": False, "hardware": hardware}}
    async with open_stack(config, CLOCK) as stack:
        await stack.client.create(SERVER, obj)
    async with open_stack(config, CLOCK) as stack:
        await stack.bound()
        ports = stack.config.ports
        wiring = Wiring(("127.0.0.1", ports.dhcp), RELAY, ports.pxe, ports.tftp)
        rack = SimulatedRack([rejected, neighbour], wiring, CLOCK, Random(1))
        running = asyncio.create_task(rack.serve())
        found = await _servers(stack.client, Demo(2, "registered", tui=False))
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        # It took an address by itself: TFTP has no file there, and has it elsewhere.
        stack.notices.publish(ScriptServed(at=CLOCK.now(), mac=rejected.mac, address="127.0.9.1", script="wait"))
        with pytest.raises(AssetError, match="PXE-E23"):
            await fetch("undionly.kpxe", ("127.0.0.1", ports.tftp), "127.0.9.1", Kind.BIOS)
        assert await fetch("undionly.kpxe", ("127.0.0.1", ports.tftp), "127.0.9.2", Kind.BIOS)
    assert set(found) == {"s", neighbour.uuid}
    assert list(rack.screens[rejected.mac]) == []
