"""The simulated client asks the real DHCP and boot servers over loopback."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import pytest

from boot.clock import SystemClock
from boot.config import DhcpMode
from boot.dhcp.answer import Site
from boot.dhcp.listener import Binding
from boot.dhcp.overrides import Overrides
from boot.dhcp.server import DhcpServer, PxeServer
from boot.errors import AssetError
from boot.firmware import Architecture
from boot.notices import BootServerAnswered, DhcpAcknowledged, DhcpDiscovered, NoticeFeed
from boot.simulator.dhcp import DhcpClient, Wiring
from boot.simulator.hardware import Hardware, build_rack
from tests.support.clock import FakeClock
from tests.support.dhcp import build_lessor
from tests.support.serving import serving, wait_for

RELAY = "127.0.1.1"
BINDING = Binding("127.0.0.1", 0, "lo")
BIOS, UEFI, ARM64, BLANK = build_rack(4)


def _file(architecture: Architecture) -> str:
    return architecture.boot_files[0]


SITE = Site(DhcpMode.SERVER, "127.0.0.1", "http://127.0.0.1:8081", _file, netmask="255.0.0.0")


@asynccontextmanager
async def _wired(tmp_path: Path, feed: NoticeFeed) -> AsyncIterator[Wiring]:
    lessor = build_lessor(tmp_path, SystemClock(), "127.0.2.1-127.0.2.9/8")
    async with serving(DhcpServer(BINDING, SITE, feed, SystemClock(), Overrides(), lessor)) as dhcp:
        async with serving(PxeServer(BINDING, SITE, feed, SystemClock(), Overrides())) as pxe:
            yield Wiring(("127.0.0.1", dhcp), RELAY, pxe)


def _client(hardware: Hardware, wiring: Wiring) -> DhcpClient:
    return DhcpClient(hardware, wiring, FakeClock(), Random(7))


@pytest.mark.parametrize(
    ("hardware", "code", "file"), [(BIOS, 0, "undionly.kpxe"), (UEFI, 7, "ipxe.efi"), (ARM64, 11, "ipxe-arm64.efi")]
)
async def test_firmware_gets_an_address_and_the_file_for_its_kind(
    hardware: Hardware, code: int, file: str, tmp_path: Path
) -> None:
    feed = NoticeFeed(100)
    async with _wired(tmp_path, feed) as wiring:
        leased = await _client(hardware, wiring).configure(ipxe=False)
        heard = await wait_for(feed, DhcpDiscovered)
    assert (leased.address, leased.server, leased.next_server, leased.file) == ("127.0.2.1", "127.0.0.1", "127.0.0.1", file)
    assert leased.names_file
    assert (heard.mac, heard.uuid, heard.architecture, heard.user_class) == (hardware.mac, hardware.uuid, code, "")


async def test_ipxe_keeps_the_address_and_is_sent_to_the_script(tmp_path: Path) -> None:
    feed = NoticeFeed(100)
    async with _wired(tmp_path, feed) as wiring:
        client = _client(BLANK, wiring)
        firmware = await client.configure(ipxe=False)
        ipxe = await client.configure(ipxe=True)
        await wait_for(feed, DhcpAcknowledged, lambda notice: notice.boot_file == "http://127.0.0.1:8081/boot.ipxe")
    assert ipxe.address == firmware.address
    assert ipxe.file == "http://127.0.0.1:8081/boot.ipxe"


async def test_the_boot_server_is_asked_from_the_address_that_was_leased(tmp_path: Path) -> None:
    feed = NoticeFeed(100)
    async with _wired(tmp_path, feed) as wiring:
        client = _client(UEFI, wiring)
        leased = await client.configure(ipxe=False)
        answer = await client.ask_boot_server(leased)
        told = await wait_for(feed, BootServerAnswered)
    assert (answer.file, answer.next_server) == ("ipxe.efi", "127.0.0.1")
    assert (told.mac, told.address) == (UEFI.mac, leased.address)


async def test_a_silent_boot_server_ends_the_attempt_as_on_real_firmware(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boot.simulator.dhcp._BOOT_SERVER_WAITS", (0.01, 0.01))
    async with _wired(tmp_path, NoticeFeed(100)) as wiring:
        leased = await _client(UEFI, wiring).configure(ipxe=False)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
            silent.bind(("127.0.0.1", 0))
            deaf = Wiring(wiring.dhcp, RELAY, silent.getsockname()[1])
            with pytest.raises(AssetError, match="PXE-E16"):
                await _client(UEFI, deaf).ask_boot_server(leased)


async def test_a_server_without_addresses_leaves_the_client_asking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy's OFFER has no address: the round begins anew, under another transaction number."""
    monkeypatch.setattr("boot.simulator.dhcp._FIRMWARE_WAITS", (5.0,))
    feed = NoticeFeed(100)
    proxy = Site(DhcpMode.PROXY, "127.0.0.1", "http://127.0.0.1:8081", _file)
    async with serving(DhcpServer(BINDING, proxy, feed, SystemClock(), Overrides())) as port:
        clock = _Patience(rounds=2)
        with pytest.raises(_OutOfPatienceError):
            await DhcpClient(UEFI, Wiring(("127.0.0.1", port), RELAY), clock, Random(7)).configure(ipxe=False)
        assert clock.slept == 16.0


class _OutOfPatienceError(Exception):
    pass


class _Patience(FakeClock):
    """Ends the test after some pauses."""

    def __init__(self, rounds: int) -> None:
        super().__init__()
        self.rounds = rounds
        self.slept = 0.0

    async def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.rounds -= 1
        if not self.rounds:
            raise _OutOfPatienceError
