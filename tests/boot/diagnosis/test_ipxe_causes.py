"""Each cause from the boot file to the registration, brought about on real sockets."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from boot.config import DhcpMode
from tests.boot.diagnosis.machine import IPXE, IPXE_FEATURES, Machine
from tests.boot.diagnosis.rack import Rack, rack


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncIterator[Rack]:
    async with rack(tmp_path) as running:
        yield running


async def _fetched(wire: Rack, architecture: int = 7) -> Machine:
    machine = Machine(wire, 1, architecture)
    await machine.lease()
    await machine.fetch("ipxe.efi" if architecture else "undionly.kpxe")
    return machine


async def test_uefi_that_fetches_all_and_asks_again_refuses_what_is_not_signed(wire: Rack) -> None:
    machine = await _fetched(wire)
    await machine.discover()
    assert "Secure Boot" in (await wire.leading(machine.mac, "SecureBootRefused")).message


async def test_bios_that_fetches_all_and_asks_again_does_not_get_on_with_this_build(wire: Rack) -> None:
    machine = await _fetched(wire, 0)
    await machine.discover()
    assert "undionly.kkpxe" in (await wire.leading(machine.mac, "IpxeRestarts")).message


async def test_a_machine_that_is_silent_after_its_boot_file_hangs(wire: Rack) -> None:
    machine = await _fetched(wire)
    wire.clock.jump(30)
    await wire.leading(machine.mac, "IpxeSilent")


async def test_ipxe_that_does_not_say_so_is_told_by_its_options(wire: Rack) -> None:
    machine = await _fetched(wire)
    for _ in range(2):
        await machine.lease(IPXE_FEATURES)
        await machine.fetch("ipxe.efi")
    assert "user-class" in (await wire.leading(machine.mac, "IpxeUnmarked")).message


async def test_ipxe_that_is_sent_ipxe_loops_until_it_gets_its_script(tmp_path: Path) -> None:
    async with rack(tmp_path, DhcpMode.PROXY) as wire:
        machine = Machine(wire)
        await machine.lease_elsewhere("127.0.0.50")
        for _ in range(3):
            await machine.fetch("ipxe.efi")
            await machine.lease_elsewhere("127.0.0.50", IPXE)
        assert "/boot.ipxe" in (await wire.leading(machine.mac, "IpxeLoop")).message
        await machine.get("/boot.ipxe")
        await machine.report()
        await wire.hints(machine.mac, lambda reasons: not {"IpxeLoop", "ProxyIgnored"} & set(reasons))


async def test_ipxe_that_gets_no_address_lost_its_link_as_it_took_the_nic(tmp_path: Path) -> None:
    async with rack(tmp_path, DhcpMode.PROXY) as wire:
        machine = Machine(wire)
        await machine.lease_elsewhere("127.0.0.50")
        await machine.fetch("ipxe.efi")
        for _ in range(4):
            await machine.discover(IPXE)
            wire.clock.jump(7)
        assert "portfast" in (await wire.leading(machine.mac, "IpxeWithoutAddress")).message


async def test_ipxe_with_an_address_that_does_not_come_for_its_script_is_before_a_firewall(wire: Rack) -> None:
    machine = await _fetched(wire)
    await machine.lease(IPXE)
    wire.clock.jump(30)
    hint = await wire.leading(machine.mac, "ScriptNotFetched")
    assert hint.command == f"curl -sS http://127.0.0.1:{wire.config.ports.http}/boot.ipxe"
    await machine.get("/boot.ipxe")
    await wire.none(machine.mac, "ScriptNotFetched")


async def test_a_script_without_a_report_failed_on_its_screen_and_a_report_ends_that(wire: Rack) -> None:
    machine = await _fetched(wire)
    await machine.lease(IPXE)
    await machine.get("/boot.ipxe")
    wire.clock.jump(30)
    await wire.leading(machine.mac, "NotReported")
    await machine.report()
    await wire.hints(machine.mac, lambda reasons: not reasons)


async def test_firmware_that_starts_over_does_not_make_the_hint_flicker(wire: Rack) -> None:
    machine = await _fetched(wire)
    await machine.discover()
    first = await wire.leading(machine.mac, "SecureBootRefused")
    for _ in range(2):
        await machine.lease()
        wire.clock.jump(20)
        assert (await wire.leading(machine.mac, "SecureBootRefused")).since == first.since
        await machine.fetch("ipxe.efi")
        await machine.discover()
    # Secure Boot is off now: it gets on, and the hint goes at once.
    await machine.lease()
    await machine.fetch("ipxe.efi")
    await machine.lease(IPXE)
    await wire.none(machine.mac, "SecureBootRefused")
