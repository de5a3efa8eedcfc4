"""Each cause between the address and the first request for a file, brought about on real sockets."""

import socket
from pathlib import Path

import pytest

from boot.config import DhcpMode, Ports
from boot.diagnosis.surroundings import Network
from boot.notices import BootServerAnswered
from tests.boot.diagnosis.machine import FOREIGN, Machine
from tests.boot.diagnosis.rack import ANY, SERVER, rack


def _held(kind: socket.SocketKind) -> socket.socket:
    """A port that somebody else has."""
    held = socket.socket(socket.AF_INET, kind)
    held.bind((SERVER, 0))
    if kind is socket.SOCK_STREAM:
        held.listen()
    return held


def _ports(**taken: int) -> Ports:
    return ANY.model_copy(update=taken)


async def test_an_address_that_is_no_longer_ours_explains_the_silence(tmp_path: Path) -> None:
    async with rack(tmp_path) as wire:
        machine = Machine(wire)
        await machine.lease()
        await wire.none(machine.mac, "AdvertisedAddressGone")
        wire.network = Network(("10.0.0.7/24",))
        assert SERVER in (await wire.leading(machine.mac, "AdvertisedAddressGone")).message


async def test_an_address_that_never_was_ours_is_told_when_nobody_comes(tmp_path: Path) -> None:
    async with rack(tmp_path, advertise="127.0.0.77") as wire:
        machine = Machine(wire)
        await machine.discover()
        await machine.request_unanswered("127.0.0.20", "127.0.0.77")
        wire.clock.jump(15)
        assert "127.0.0.77" in (await wire.leading(machine.mac, "AdvertisedAddressForeign")).message


async def test_a_machine_in_another_network_than_the_one_it_is_told_to_come_to(tmp_path: Path) -> None:
    async with rack(tmp_path, DhcpMode.PROXY) as wire:
        machine = Machine(wire)
        await machine.lease_elsewhere("127.7.0.5")
        wire.clock.jump(15)
        assert "127.7.0.5" in (await wire.leading(machine.mac, "AdvertisedAddressElsewhere")).message


async def test_a_taken_tftp_port_is_the_reason_with_what_mends_it(tmp_path: Path) -> None:
    with _held(socket.SOCK_DGRAM) as held:
        async with rack(tmp_path, ports=_ports(tftp=held.getsockname()[1]), failing=["tftp"]) as wire:
            machine = Machine(wire)
            await machine.discover()
            hint = await wire.leading(machine.mac, "TftpDown")
            assert "in use by another program" in hint.message
            held.close()
            wire.clock.jump(20)
            await wire.none(machine.mac, "TftpDown")


async def test_a_taken_http_port_is_the_reason_once_http_is_wanted(tmp_path: Path) -> None:
    with _held(socket.SOCK_STREAM) as held:
        async with rack(tmp_path, ports=_ports(http=held.getsockname()[1]), failing=["http"]) as wire:
            machine = Machine(wire, 1, 16, vendor="HTTPClient")
            await machine.discover()
            await wire.leading(machine.mac, "HttpDown")


async def test_a_taken_boot_server_port_is_the_reason_when_firmware_falls_silent(tmp_path: Path) -> None:
    with _held(socket.SOCK_DGRAM) as held:
        async with rack(tmp_path, ports=_ports(pxe=held.getsockname()[1]), failing=["pxe"]) as wire:
            machine = Machine(wire)
            await machine.lease()
            wire.clock.jump(15)
            await wire.leading(machine.mac, "BootServerDown")


async def test_a_boot_server_that_is_asked_over_and_over_is_not_heard(tmp_path: Path) -> None:
    async with rack(tmp_path) as wire:
        machine = Machine(wire)
        await machine.lease()
        for _ in range(3):
            await machine.ask_boot_server()
        await wire.told(BootServerAnswered, 3)
        wire.clock.jump(5)
        await wire.leading(machine.mac, "BootServerUnanswered")


async def test_http_boot_that_does_not_fetch_forbids_plain_http(tmp_path: Path) -> None:
    async with rack(tmp_path) as wire:
        machine = Machine(wire, 1, 16, vendor="HTTPClient")
        await machine.lease()
        wire.clock.jump(15)
        assert "https" in (await wire.leading(machine.mac, "HttpBootNotFetched")).message


async def test_the_server_that_answered_first_is_named(tmp_path: Path) -> None:
    async with rack(tmp_path) as wire:
        machine = Machine(wire)
        await machine.lease_elsewhere("127.0.0.50")
        wire.clock.jump(15)
        assert FOREIGN in (await wire.leading(machine.mac, "OtherServerWon")).message
        assert FOREIGN in (await wire.among(machine.mac, "TwoDhcpServers")).message


async def test_a_proxy_that_is_passed_by_says_whom_the_machine_listens_to(tmp_path: Path) -> None:
    async with rack(tmp_path, DhcpMode.PROXY) as wire:
        machine = Machine(wire)
        await machine.lease_elsewhere("127.0.0.50")
        wire.clock.jump(15)
        assert FOREIGN in (await wire.leading(machine.mac, "ProxyIgnored")).message


async def test_a_lease_of_ours_and_no_request_is_a_firewall(tmp_path: Path) -> None:
    async with rack(tmp_path) as wire:
        machine = Machine(wire)
        await machine.lease()
        wire.clock.jump(14)
        await wire.none(machine.mac, "TftpUnreachable")
        wire.clock.jump(2)
        hint = await wire.leading(machine.mac, "TftpUnreachable")
        assert str(wire.config.ports.tftp) in hint.message
        await machine.fetch("ipxe.efi")
        await wire.none(machine.mac, "TftpUnreachable")


@pytest.mark.parametrize("mode", [DhcpMode.PROXY, DhcpMode.SERVER])
async def test_two_servers_that_both_give_out_addresses_are_named_and_one_is_not(tmp_path: Path, mode: DhcpMode) -> None:
    async with rack(tmp_path, mode) as wire:
        first, second = Machine(wire, 1), Machine(wire, 2)
        if mode is DhcpMode.PROXY:
            await first.lease_elsewhere("127.0.0.50")
            wire.clock.jump(2)
            await wire.none(first.mac, "TwoDhcpServers")
            await second.discover()
            await second.request_unanswered("127.0.0.51", "127.0.0.3")
        else:
            await first.lease()
            await second.lease_elsewhere("127.0.0.50")
        assert FOREIGN in (await wire.among(first.mac, "TwoDhcpServers")).message
