"""The components over real sockets on loopback, asked through a relay agent that wants its source port (RFC 8357)."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from boot.config import DhcpMode
from boot.dhcp.answer import Site
from boot.dhcp.listener import Binding
from boot.dhcp.overrides import Overrides
from boot.dhcp.packet import MessageType, Option, Packet, parse_packet
from boot.dhcp.server import DhcpServer, PxeServer
from boot.feed import Feed
from boot.notices import (
    BootServerAnswered,
    DhcpAcknowledged,
    DhcpDiscovered,
    DhcpOffered,
    DhcpRefused,
    DhcpRequested,
    Notice,
    PacketRefused,
    Refusal,
)
from tests.boot.dhcp import frames
from tests.support.clock import FakeClock
from tests.support.dhcp import build_lessor
from tests.support.serving import serving, wait_for

RELAY = "127.0.0.9"
RELAY_OPTION = (82, b"\x13\x00")
BINDING = Binding("127.0.0.1", 0, "lo")


def _site(mode: DhcpMode) -> Site:
    return Site(mode, "127.0.0.1", "http://127.0.0.1:8081", lambda architecture: architecture.boot_files[0])


class Rack:
    """A client behind its relay."""

    def __init__(self, opened: socket.socket, server: tuple[str, int], notices: Feed[Notice]) -> None:
        self.socket = opened
        self.server = server
        self.notices = notices

    def send(self, data: bytes) -> None:
        self.socket.sendto(data, self.server)

    async def ask(self, options: frames.Options, **fields: str) -> Packet:
        self.send(frames.frame([*options, RELAY_OPTION], giaddr=RELAY, **fields))  # type: ignore[arg-type]
        return await self.receive()

    async def receive(self, within: float = 5) -> Packet:
        async with asyncio.timeout(within):
            return parse_packet(await asyncio.get_running_loop().sock_recv(self.socket, 4096))


@asynccontextmanager
async def _rack(component: DhcpServer | PxeServer, notices: Feed[Notice]) -> AsyncIterator[Rack]:
    async with serving(component) as port:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
            opened.setblocking(False)
            opened.bind((RELAY, 0))
            yield Rack(opened, ("127.0.0.1", port), notices)


@asynccontextmanager
async def _server(tmp_path: Path, pool: str = "127.0.2.1-127.0.2.9/8") -> AsyncIterator[Rack]:
    notices: Feed[Notice] = Feed(20_000)
    lessor = build_lessor(tmp_path, FakeClock(), pool)
    component = DhcpServer(BINDING, _site(DhcpMode.SERVER), notices, FakeClock(), Overrides(), lessor)
    async with _rack(component, notices) as rack:
        yield rack


def _chosen(address: str, server: str = "127.0.0.1") -> frames.Options:
    return [(50, frames.address(address)), (54, frames.address(server))]


async def test_firmware_gets_an_address_and_a_file_and_each_step_is_told(tmp_path: Path) -> None:
    async with _server(tmp_path) as rack:
        offer = await rack.ask(frames.pxe_options(1))
        assert (offer.yiaddr, offer.file) == ("127.0.2.1", b"ipxe.efi")
        ack = await rack.ask([*frames.pxe_options(3), *_chosen("127.0.2.1")])
        assert ack.options[Option.MESSAGE_TYPE] == bytes((MessageType.ACK,))
        assert (ack.yiaddr, ack.file) == ("127.0.2.1", b"ipxe.efi")
        assert "127.0.2.1" in (tmp_path / "leases.json").read_text()
        discovered = await wait_for(rack.notices, DhcpDiscovered)
        assert (discovered.mac, discovered.architecture, discovered.uuid) == (frames.MAC, 7, frames.UUID)
        assert discovered.relay == RELAY
        assert (await wait_for(rack.notices, DhcpOffered)).boot_file == "ipxe.efi"
        assert (await wait_for(rack.notices, DhcpRequested)).server == "127.0.0.1"
        assert (await wait_for(rack.notices, DhcpAcknowledged)).address == "127.0.2.1"


async def test_a_request_for_somebody_elses_address_is_refused_and_another_servers_is_left_alone(tmp_path: Path) -> None:
    async with _server(tmp_path) as rack:
        nak = await rack.ask([*frames.pxe_options(3), *_chosen("127.0.2.5")])
        assert nak.options[Option.MESSAGE_TYPE] == bytes((MessageType.NAK,))
        rack.send(frames.frame([*frames.pxe_options(3), *_chosen("127.0.2.5", "127.0.0.77"), RELAY_OPTION], giaddr=RELAY))
        offer = await rack.ask(frames.pxe_options(1))
        assert offer.options[Option.MESSAGE_TYPE] == bytes((MessageType.OFFER,))


async def test_what_does_not_boot_from_the_network_gets_a_lease_and_is_no_machine_on_screen(tmp_path: Path) -> None:
    async with _server(tmp_path) as rack:
        offer = await rack.ask([(53, b"\x01")])
        ack = await rack.ask([(53, b"\x03"), *_chosen(offer.yiaddr)])
        assert ack.options[Option.MESSAGE_TYPE] == bytes((MessageType.ACK,))
        nak = await rack.ask([(53, b"\x03"), *_chosen("127.0.2.8")])
        assert nak.options[Option.MESSAGE_TYPE] == bytes((MessageType.NAK,))
        assert rack.notices.after(0) == []


async def test_a_conflict_is_told_and_the_address_put_aside(tmp_path: Path) -> None:
    async with _server(tmp_path) as rack:
        await rack.ask(frames.pxe_options(1))
        await rack.ask([*frames.pxe_options(3), *_chosen("127.0.2.1")])
        rack.send(frames.frame([(53, b"\x04"), *_chosen("127.0.2.1"), RELAY_OPTION], giaddr=RELAY))
        assert "somebody else has 127.0.2.1" in (await wait_for(rack.notices, DhcpRefused)).reason
        assert (await rack.ask(frames.pxe_options(1))).yiaddr == "127.0.2.2"


async def test_a_lease_is_renewed_by_the_address_it_has(tmp_path: Path) -> None:
    async with _server(tmp_path) as rack:
        await rack.ask(frames.pxe_options(1))
        await rack.ask([*frames.pxe_options(3), *_chosen("127.0.2.1")])
        ack = await rack.ask([(53, b"\x03")], ciaddr="127.0.2.1")
        assert ack.options[Option.MESSAGE_TYPE] == bytes((MessageType.ACK,))


async def test_an_exhausted_pool_is_told_with_what_to_do(tmp_path: Path) -> None:
    async with _server(tmp_path, "127.0.2.1-127.0.2.1/8") as rack:
        await rack.ask(frames.pxe_options(1))
        rack.send(frames.frame([*frames.pxe_options(1), RELAY_OPTION], giaddr=RELAY, mac="52:54:00:aa:00:02"))
        refused = await wait_for(rack.notices, DhcpRefused)
        assert (refused.mac, refused.cause) == ("52:54:00:aa:00:02", Refusal.POOL_EXHAUSTED)
        assert "widen --dhcp-range" in refused.reason


async def test_an_inform_gets_the_network_and_no_address(tmp_path: Path) -> None:
    async with _server(tmp_path) as rack:
        ack = await rack.ask([(53, b"\x08")], ciaddr="127.0.2.200")
        assert (ack.yiaddr, ack.ciaddr) == ("0.0.0.0", "127.0.2.200")
        assert Option.LEASE_TIME not in ack.options


async def test_a_proxy_offers_no_address_and_answers_nobody_else() -> None:
    notices: Feed[Notice] = Feed(100)
    component = DhcpServer(BINDING, _site(DhcpMode.PROXY), notices, FakeClock(), Overrides())
    async with _rack(component, notices) as rack:
        rack.send(frames.frame([(53, b"\x01"), RELAY_OPTION], giaddr=RELAY))
        offer = await rack.ask(frames.pxe_options(1))
        assert (offer.yiaddr, offer.file) == ("0.0.0.0", b"ipxe.efi")
        assert (await wait_for(notices, DhcpOffered)).address == ""


async def test_the_second_round_is_answered_to_the_port_it_came_from() -> None:
    notices: Feed[Notice] = Feed(100)
    async with _rack(PxeServer(BINDING, _site(DhcpMode.PROXY), notices, FakeClock(), Overrides()), notices) as rack:
        rack.send(frames.frame(frames.pxe_options(3), flags=0, ciaddr=RELAY))
        ack = await rack.receive()
        assert (ack.options[Option.MESSAGE_TYPE], ack.file) == (bytes((MessageType.ACK,)), b"ipxe.efi")
        told = await wait_for(notices, BootServerAnswered)
        assert (told.address, told.boot_file) == (RELAY, "ipxe.efi")


async def test_ten_thousand_random_datagrams_are_refused_for_a_handful_of_causes_and_nothing_stops(tmp_path: Path) -> None:
    dice = random.Random(7)
    async with _server(tmp_path) as rack:
        good = frames.ovmf_discover()
        for number in range(10_000):
            noise = dice.randbytes(dice.randrange(600))
            cut = bytes(good[:240]) + dice.randbytes(dice.randrange(60)) if number % 2 else noise
            rack.send(cut)
            if number % 50 == 0:
                await asyncio.sleep(0)
        offer = None
        async with asyncio.timeout(60):
            while offer is None or offer.xid != 77:  # some of the noise is a DISCOVER by chance
                rack.send(frames.frame([*frames.pxe_options(1), RELAY_OPTION], giaddr=RELAY, xid=77))
                with suppress(TimeoutError):  # a full socket drops it, as any: whoever asks again is served
                    offer = await rack.receive(within=1)
        causes = {notice.cause for _, notice in rack.notices.after(0) if isinstance(notice, PacketRefused)}
        assert 3 <= len(causes) <= 8


async def test_a_port_in_use_is_an_os_error() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        binding = Binding("127.0.0.1", taken.getsockname()[1], "lo")
        component = PxeServer(binding, _site(DhcpMode.PROXY), Feed(1), FakeClock(), Overrides())
        with pytest.raises(OSError, match="in use"):
            await component.serve(lambda _address, _port: None)


REJECTED = Overrides(ignores=lambda mac: mac == frames.MAC)
OTHER = "52:54:00:99:99:99"


async def test_a_rejected_machine_gets_no_address_and_the_next_one_does(tmp_path: Path) -> None:
    notices: Feed[Notice] = Feed(100)
    lessor = build_lessor(tmp_path, FakeClock(), "127.0.2.1-127.0.2.9/8", overrides=REJECTED)
    component = DhcpServer(BINDING, _site(DhcpMode.SERVER), notices, FakeClock(), REJECTED, lessor)
    async with _rack(component, notices) as rack:
        rack.send(frames.frame([*frames.pxe_options(1), RELAY_OPTION], giaddr=RELAY))
        assert (await rack.ask(frames.pxe_options(1), mac=OTHER)).mac == OTHER


async def test_a_rejected_machine_has_no_second_round_and_the_next_one_does() -> None:
    notices: Feed[Notice] = Feed(100)
    async with _rack(PxeServer(BINDING, _site(DhcpMode.PROXY), notices, FakeClock(), REJECTED), notices) as rack:
        rack.send(frames.frame(frames.pxe_options(3), flags=0, ciaddr=RELAY))
        rack.send(frames.frame(frames.pxe_options(3), flags=0, ciaddr=RELAY, mac=OTHER))
        assert (await rack.receive()).mac == OTHER
