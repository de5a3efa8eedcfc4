"""A machine in bytes: it puts on the wire what a test says, whether sensible or not."""

import asyncio
import socket
import struct
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import aiohttp

from boot.dhcp.packet import Packet, parse_packet
from boot.notices import DhcpDiscovered, DhcpRequested, TransferProgressed, TransferRequested
from tests.boot.dhcp import frames
from tests.boot.diagnosis.rack import SERVER, Rack

RELAY = "127.0.0.9"
FOREIGN = "127.0.0.2"
"""Another DHCP server, which nobody plays: only its name is on the wire."""
_ANSWERS_TO_PORT = (82, b"\x13\x00")
_DISCOVER, _REQUEST, _DECLINE = 1, 3, 4
IPXE = (77, b"iPXE")
IPXE_FEATURES = (175, frames.IPXE_FEATURES)

OVMF: Mapping[str, int] = {"tsize": 0, "blksize": 1468, "windowsize": 4}
DOWNLOAD: Mapping[str, int] = {"blksize": 1468, "windowsize": 4}


class Machine:
    """Behind a relay agent, as loopback has no broadcast. `address` is that of its lease."""

    def __init__(
        self,
        rack: Rack,
        number: int = 1,
        architecture: int | None = 7,
        *,
        vendor: str = "PXEClient",
        relay: str = RELAY,
        giaddr: str = "",
        smbios: str = frames.UUID,
    ) -> None:
        self.rack = rack
        self.mac = f"52:54:00:aa:00:{number:02x}"
        self.address = ""
        self.smbios = smbios
        self._architecture = architecture
        self._vendor = vendor
        self._relay = relay
        self._giaddr = giaddr or relay

    # DHCP

    async def discover(self, *extra: tuple[int, bytes], seconds: int = 0) -> Packet:
        """The OFFER."""
        return await self._ask(_DISCOVER, extra, seconds)

    async def discover_unanswered(self, *extra: tuple[int, bytes], times: int = 1, seconds: int = 0) -> None:
        for _ in range(times):
            before = self.rack.count(DhcpDiscovered)
            self._send(_DISCOVER, extra, seconds)
            await self.rack.told(DhcpDiscovered, before + 1)

    async def lease(self, *extra: tuple[int, bytes]) -> None:
        """DISCOVER to ACK with our server."""
        offer = await self.discover(*extra)
        self.address = offer.yiaddr
        await self._ask(_REQUEST, (*extra, *_chosen(offer.yiaddr, SERVER)), 0)

    async def lease_elsewhere(self, address: str, *extra: tuple[int, bytes]) -> None:
        """DISCOVER, our offer, and a REQUEST to another server, which we hear."""
        await self.discover(*extra)
        self.address = address
        await self.request_unanswered(address, FOREIGN, *extra)

    async def request_unanswered(self, address: str, server: str, *extra: tuple[int, bytes]) -> None:
        before = self.rack.count(DhcpRequested)
        self._send(_REQUEST, (*extra, *_chosen(address, server)), 0)
        await self.rack.told(DhcpRequested, before + 1)

    async def request(self, address: str) -> Packet:
        """Our ACK or NAK."""
        return await self._ask(_REQUEST, _chosen(address, SERVER), 0)

    def decline(self, address: str) -> None:
        self._send(_DECLINE, _chosen(address, SERVER), 0)

    async def ask_boot_server(self) -> Packet:
        """The second PXE round, from its own address."""
        message = frames.frame(self._options(_REQUEST), flags=0, ciaddr=self.address, mac=self.mac)
        with _socket(self.address) as opened:
            opened.sendto(message, (SERVER, self.rack.config.ports.pxe))
            return parse_packet((await _receive(opened))[0])

    async def _ask(self, kind: int, extra: tuple[tuple[int, bytes], ...], seconds: int) -> Packet:
        with _socket(self._relay) as opened:
            opened.sendto(self._message(kind, extra, seconds), (SERVER, self.rack.config.ports.dhcp))
            return parse_packet((await _receive(opened))[0])

    def _send(self, kind: int, extra: tuple[tuple[int, bytes], ...], seconds: int) -> None:
        with _socket(self._relay) as opened:
            opened.sendto(self._message(kind, extra, seconds), (SERVER, self.rack.config.ports.dhcp))

    def _message(self, kind: int, extra: tuple[tuple[int, bytes], ...], seconds: int) -> bytes:
        options = [*self._options(kind), *extra, _ANSWERS_TO_PORT]
        return frames.frame(options, giaddr=self._giaddr, mac=self.mac, secs=seconds)

    def _options(self, kind: int) -> frames.Options:
        own = [(97, b"\0" + uuid.UUID(self.smbios).bytes_le), (60, f"{self._vendor}:Arch:00007:UNDI:003000".encode())]
        if self._architecture is not None:
            own.append((93, struct.pack("!H", self._architecture)))
        replaced = {97, 60, 93}
        return [option for option in frames.pxe_options(kind) if option[0] not in replaced] + own

    # TFTP

    @contextmanager
    def tftp(self, file: str, options: Mapping[str, int]) -> Iterator["Reading"]:
        with _socket(self.address) as opened:
            yield Reading(opened, file, options, (SERVER, self.rack.config.ports.tftp))

    async def fetch(self, file: str) -> None:
        """As firmware does it: the whole file, told."""
        before = self.rack.count(TransferProgressed, _whole)
        with self.tftp(file, DOWNLOAD) as reading:
            await reading.ask()
            await reading.download()
            await self.rack.told(TransferProgressed, before + 1, _whole)

    async def ask_for_file(self, file: str) -> None:
        """A read request and nothing more, told."""
        before = self.rack.count(TransferRequested)
        with self.tftp(file, OVMF) as reading:
            reading.request()
            await self.rack.told(TransferRequested, before + 1)

    # HTTP

    async def get(self, path: str) -> str:
        """As iPXE does it, from its own address; with what it reports where `path` has no query."""
        connector = aiohttp.TCPConnector(local_addr=(self.address, 0))
        async with aiohttp.ClientSession(connector=connector) as session:
            async with session.get(f"http://{SERVER}:{self.rack.config.ports.http}{path}") as response:
                return await response.text()

    async def report(self) -> str:
        """What iPXE reports of the system, and nothing of processors."""
        return await self.get(f"/register/system?{self.who}&1.1=1b&1.4=ACME&1.7={self.mac[-2:]}")

    @property
    def who(self) -> str:
        return f"uuid={self.smbios}&mac={self.mac.replace(':', '-')}"


class Reading:
    """One TFTP read, step by step."""

    def __init__(self, opened: socket.socket, file: str, options: Mapping[str, int], server: tuple[str, int]) -> None:
        words = [file, "octet", *(word for name, value in options.items() for word in (name, str(value)))]
        self._request = b"\0\1" + b"".join(word.encode() + b"\0" for word in words)
        self._opened = opened
        self._server = server
        self._block_size = options.get("blksize", 512)
        self._window = options.get("windowsize", 1)
        self.peer = server

    def request(self) -> None:
        self._opened.sendto(self._request, self._server)

    async def ask(self) -> bytes:
        """The first answer."""
        self.request()
        return await self.receive()

    async def receive(self) -> bytes:
        data, self.peer = await _receive(self._opened)
        return data

    def acknowledge(self, block: int) -> None:
        self._opened.sendto(b"\0\4" + block.to_bytes(2, "big"), self.peer)

    def error(self, code: int, text: str) -> None:
        self._opened.sendto(b"\0\5" + code.to_bytes(2, "big") + text.encode() + b"\0", self.peer)

    async def download(self, blocks: int | None = None) -> None:
        """To the end, or to a block; a window is acknowledged with one packet."""
        self.acknowledge(0)
        expected = 1
        while True:
            data = await self.receive()
            if data[:2] != b"\0\3" or int.from_bytes(data[2:4], "big") != expected:
                continue
            last = len(data) - 4 < self._block_size
            if last or expected % self._window == 0:
                self.acknowledge(expected)
            if last or expected == blocks:
                return
            expected += 1


def _whole(notice: TransferProgressed) -> bool:
    return notice.done


def _chosen(address: str, server: str) -> tuple[tuple[int, bytes], ...]:
    return ((50, frames.address(address)), (54, frames.address(server)))


@contextmanager
def _socket(address: str) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.setblocking(False)
        opened.bind((address, 0))
        yield opened


async def _receive(opened: socket.socket) -> tuple[bytes, tuple[str, int]]:
    async with asyncio.timeout(10):
        return await asyncio.get_running_loop().sock_recvfrom(opened, 4096)
