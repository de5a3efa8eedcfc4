"""The client's side of DHCP, behind a relay agent of its own so that it needs no privileged port.

The relay's replies come back to its source port (RFC 8357): that is how DHCP crosses loopback.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from boot.clock import Clock
from boot.errors import AssetError
from boot.simulator.datagrams import Endpoint
from boot.simulator.hardware import Hardware
from boot.simulator.messages import (
    ACK,
    NO_ADDRESS,
    OFFER,
    Exchange,
    Reply,
    decode_reply,
    encode_boot_server_request,
    encode_discover,
    encode_request,
)

_FIRMWARE_WAITS, _IPXE_WAITS, _BOOT_SERVER_WAITS = (4.0, 8.0, 16.0, 32.0), (1.0, 2.0, 4.0, 8.0), (1.0, 2.0, 3.0, 3.0)
"""Seconds until an unanswered message is sent again (EDK2: at 0, 4, 12, 28 s; port 4011: at 0, 1, 3, 6 s)."""
_PAUSE = 8.0
"""Seconds until a round nobody answered begins anew."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """Where the boot services are: DHCP's address, the relay agent's own loopback address, the ports of the others."""

    dhcp: tuple[str, int]
    relay: str
    pxe_port: int = 4011
    tftp_port: int = 69


class DhcpClient:
    """One server's firmware, or the iPXE it loaded."""

    def __init__(self, hardware: Hardware, wiring: Wiring, clock: Clock, random: Random) -> None:
        self._hardware = hardware
        self._wiring = wiring
        self._clock = clock
        self._random = random

    async def configure(self, *, ipxe: bool) -> Reply:
        """DISCOVER, OFFER, REQUEST, ACK; patient, as firmware is: it waits for a server as long as it takes."""
        async with Endpoint.open(self._wiring.relay) as endpoint:
            while True:
                leased = await self._round(endpoint, ipxe=ipxe)
                if leased is not None:
                    return leased
                await self._clock.sleep(_PAUSE)

    async def ask_boot_server(self, leased: Reply) -> Reply:
        """The second PXE round, unicast to port 4011; AssetError when nobody answers."""
        exchange = self._begin(ipxe=False)
        message = encode_boot_server_request(exchange, leased)
        async with Endpoint.open(leased.address) as endpoint:
            dialogue = _Dialogue(endpoint, (leased.next_server, self._wiring.pxe_port), exchange, _BOOT_SERVER_WAITS)
            answer = await dialogue.ask(lambda _secs: message, ACK)
        if answer is None:
            raise AssetError("PXE-E16: No valid offer received.")
        return answer

    async def _round(self, endpoint: Endpoint, *, ipxe: bool) -> Reply | None:
        exchange = self._begin(ipxe=ipxe)
        dialogue = _Dialogue(endpoint, self._wiring.dhcp, exchange, _IPXE_WAITS if ipxe else _FIRMWARE_WAITS)
        offer = await dialogue.ask(lambda secs: encode_discover(exchange, secs), OFFER)
        if offer is None or offer.address == NO_ADDRESS:
            return None
        return await dialogue.ask(lambda secs: encode_request(exchange, offer, secs), ACK)

    def _begin(self, *, ipxe: bool) -> Exchange:
        return Exchange(self._hardware, self._random.getrandbits(32), self._wiring.relay, ipxe)


@dataclass(frozen=True, slots=True)
class _Dialogue:
    """Messages to one server under one transaction number."""

    endpoint: Endpoint
    server: tuple[str, int]
    exchange: Exchange
    waits: Sequence[float]

    async def ask(self, encode: Callable[[int], bytes], wanted: int) -> Reply | None:
        """The first answer of the wanted kind; sent again after each wait, with the seconds since it was sent first."""
        elapsed = 0.0
        for wait in self.waits:
            self.endpoint.send(encode(int(elapsed)), self.server)
            try:
                async with asyncio.timeout(wait):
                    return await self._receive(wanted)
            except TimeoutError:
                elapsed += wait
        return None

    async def _receive(self, wanted: int) -> Reply:
        while True:
            data, _ = await self.endpoint.receive()
            reply = decode_reply(data, self.exchange)
            if reply is not None and reply.kind == wanted:
                return reply
