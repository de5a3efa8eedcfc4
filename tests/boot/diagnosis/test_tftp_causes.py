"""Each cause on the way of the boot file, brought about on real sockets."""

from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from boot.config import DhcpMode
from boot.notices import TransferFailed, TransferProbed, TransferProgressed, TransferRequested
from tests.boot.diagnosis.machine import DOWNLOAD, OVMF, Machine
from tests.boot.diagnosis.rack import Rack, rack

WRITE_ONLY = Path("/sys/bus/cpu/drivers_probe")
"""A file that not even root can read."""
ABORTED = (8, "User aborted the transfer")


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncIterator[Rack]:
    async with rack(tmp_path) as running:
        yield running


@pytest.fixture
async def machine(wire: Rack) -> Machine:
    """It has its address."""
    machine = Machine(wire)
    await machine.lease()
    return machine


async def test_a_request_that_is_repeated_does_not_hear_the_answer(wire: Rack, machine: Machine) -> None:
    with machine.tftp("ipxe.efi", OVMF) as reading:
        for count in (1, 2, 3):
            reading.request()
            await wire.told(TransferRequested, count)
        hint = await wire.leading(machine.mac, "TftpAnswerLost")
    assert "firewall" in hint.message


async def test_answers_that_are_left_alone_time_after_time_are_lost_too(wire: Rack, machine: Machine) -> None:
    for _ in range(3):
        with machine.tftp("ipxe.efi", OVMF) as reading:
            await reading.ask()  # each from another port, which settles the one before
    await wire.told(TransferProbed, 2)
    await wire.leading(machine.mac, "TftpAnswerLost")


async def test_a_size_that_is_asked_for_again_and_again_and_no_file(wire: Rack, machine: Machine) -> None:
    for count in (1, 2, 3):
        with machine.tftp("ipxe.efi", OVMF) as reading:
            await reading.ask()
            reading.error(*ABORTED)
            await wire.told(TransferProbed, count)
    await wire.leading(machine.mac, "SizeProbeLoop")


async def test_refused_options_are_the_firmwares_own_fault(wire: Rack, machine: Machine) -> None:
    with machine.tftp("ipxe.efi", OVMF) as reading:
        await reading.ask()
        reading.error(4, "Malformatted OACK packet")
        await wire.told(TransferFailed)
    await wire.leading(machine.mac, "TftpOptionsRefused")


async def test_a_first_block_that_never_arrives_after_options_that_did_is_the_mtu(wire: Rack, machine: Machine) -> None:
    with machine.tftp("ipxe.efi", DOWNLOAD) as reading:
        await reading.ask()
        reading.acknowledge(0)
        await wire.told(TransferProgressed)
        for _ in range(4):
            await reading.receive()
        assert "1500" in (await wire.leading(machine.mac, "LargePacketsLost")).message


async def test_a_download_that_stops_at_the_same_byte_twice_names_the_byte(wire: Rack, machine: Machine) -> None:
    with ExitStack() as open_ports:  # all three, so that no closed port tells more than a silent machine would
        for count in (1, 2, 3):
            reading = open_ports.enter_context(machine.tftp("ipxe.efi", DOWNLOAD))
            await reading.ask()
            await reading.download(blocks=8)
            await wire.told(TransferProgressed, count, lambda notice: notice.sent == 8 * 1468 and notice.repeats == 1)
        await wire.leading(machine.mac, "TftpStopsAtSameByte")
    assert str(8 * 1468) in (await wire.leading(machine.mac, "TftpStopsAtSameByte")).message


async def test_a_download_that_stands_still_says_so_before_it_is_given_up(wire: Rack, machine: Machine) -> None:
    with machine.tftp("ipxe.efi", DOWNLOAD) as reading:
        await reading.ask()
        await reading.download(blocks=8)
        await wire.told(TransferProgressed, 1, lambda notice: notice.repeats >= 3)
        wire.clock.jump(8)
        await wire.leading(machine.mac, "TftpStalled")


async def test_a_download_that_the_firmware_breaks_off_is_its_own_doing(wire: Rack, machine: Machine) -> None:
    with machine.tftp("ipxe.efi", DOWNLOAD) as reading:
        await reading.ask()
        await reading.download(blocks=4)
        reading.error(3, "Disk full")
        await wire.told(TransferFailed)
    wire.clock.jump(10)
    await wire.leading(machine.mac, "TftpStopped")


async def test_a_download_that_needed_much_again_is_on_a_bad_cable(wire: Rack, machine: Machine) -> None:
    with machine.tftp("ipxe.efi", {"blksize": 1468}) as reading:
        await reading.ask()
        reading.acknowledge(0)
        for block in range(1, 14):
            while int.from_bytes((await reading.receive())[2:4], "big") != block:
                pass
            if block % 2:
                await reading.receive()  # the same again, for nothing came back in time
            reading.acknowledge(block)
        await wire.among(machine.mac, "PacketsLost")


@pytest.mark.parametrize(
    ("architecture", "file"), [(0, "ipxe.efi"), (7, "undionly.kpxe"), (11, "ipxe.efi"), (7, "ipxe-arm64.efi")]
)
async def test_a_file_of_another_firmware_or_cpu_is_named(tmp_path: Path, architecture: int, file: str) -> None:
    async with rack(tmp_path, DhcpMode.PROXY) as wire:
        machine = Machine(wire, 1, architecture)
        await machine.lease_elsewhere("127.0.0.50")
        await machine.fetch(file)
        assert file in (await wire.leading(machine.mac, "WrongArchitecture")).message


async def test_a_file_that_is_not_here_is_named(wire: Rack, machine: Machine) -> None:
    with machine.tftp("pxelinux.0", OVMF) as reading:
        await reading.ask()
    assert "pxelinux.0" in (await wire.leading(machine.mac, "FileNotServed")).message


async def test_what_every_loader_asks_for_on_the_off_chance_is_no_trouble(wire: Rack, machine: Machine) -> None:
    await machine.fetch("ipxe.efi")
    with machine.tftp("autoexec.ipxe", OVMF) as reading:
        await reading.ask()
    await machine.lease((77, b"iPXE"))
    await machine.get("/boot.ipxe")
    await machine.report()
    wire.clock.jump(400)
    await wire.hints(machine.mac, lambda reasons: not reasons)


async def test_a_file_that_cannot_be_read_is_to_be_installed_anew(wire: Rack, machine: Machine) -> None:
    path = wire.config.ipxe_dirs[0] / "ipxe.efi"
    path.unlink()
    path.symlink_to(WRITE_ONLY)
    with machine.tftp("ipxe.efi", OVMF) as reading:
        await reading.ask()
    await wire.leading(machine.mac, "FileUnreadable")


async def test_http_boot_that_comes_by_tftp_was_answered_by_another_server(tmp_path: Path) -> None:
    async with rack(tmp_path, DhcpMode.PROXY) as wire:
        machine = Machine(wire, 1, 16, vendor="HTTPClient")
        await machine.lease_elsewhere("127.0.0.50")
        await machine.ask_for_file("ipxe.efi")
        await wire.leading(machine.mac, "HttpBootGotTftp")
