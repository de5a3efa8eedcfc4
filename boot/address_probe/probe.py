"""Asks for an address on the wire: three probes, and a wait for whoever answers.

Raw ARP wants CAP_NET_RAW. Without it the kernel asks in our place: a datagram to the address has it resolve that, and its table
of neighbours says whether anybody answered.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from boot.address_probe.arp import ETHERTYPE, encode_probe, find_holder, parse_arp
from boot.clock import Clock, rfc3339
from boot.interfaces import Interface, list_interfaces
from boot.resources.address_probes import Finding, Probe

PROBES, INTERVAL, LAST_WAIT = 3, 0.3, 1.2
"""RFC 5227 has 1 to 2 s between three probes and 2 s after the last, for a bus full of machines that start together; here one
asks, and a switch answers within milliseconds."""
_KERNEL_WAIT = 3.5
"""Three requests a second apart before the kernel gives up (net.ipv4.neigh.*.mcast_solicit)."""
_NEIGHBOURS = Path("/proc/net/arp")
_COMPLETE = 0x2
_DISCARD = 9
_LARGEST = 128


@dataclass(frozen=True, slots=True)
class Networks:
    """Interfaces among `names` that are up, and the network each is in."""

    names: Sequence[str]

    def list(self) -> list[tuple[Interface, ipaddress.IPv4Network]]:
        return [
            (found, ipaddress.IPv4Network(f"{found.address}/{found.prefix}", strict=False))
            for found in list_interfaces()
            if found.name in self.names and found.up and found.address and found.prefix
        ]


class AddressProber:
    """Implements `probe` for whoever wants to know: the component of this package, and the control plane before its bootstrap."""

    def __init__(self, interfaces: Sequence[str], clock: Clock) -> None:
        self._networks = Networks(interfaces)
        self._clock = clock

    def list_networks(self) -> list[str]:
        """Those that can be probed, as CIDR."""
        return sorted({str(network) for _, network in self._networks.list()})

    async def probe(self, address: str) -> Probe:
        """Never an error: what cannot be found out is Finding.UNKNOWN, with the reason."""
        try:
            wanted = ipaddress.IPv4Address(address)
        except ValueError:
            return self._say(Finding.UNKNOWN, f"{address!r} is no IPv4 address")
        found = self._networks.list()
        link = next((interface for interface, network in found if wanted in network), None)
        if link is None:
            known = ", ".join(str(network) for _, network in found) or "no network"
            return self._say(
                Finding.UNKNOWN, f"{address} is in none of the networks this machine is in ({known}): ARP does not reach it"
            )
        if address in {interface.address for interface, _ in found}:
            return self._say(Finding.TAKEN, f"{address} is this machine's own address", link.name, (link.mac,))
        try:
            holders = await self._ask(link, address)
        except PermissionError:
            holders = await self._ask_kernel(link, address)
        except OSError as error:
            return self._say(Finding.UNKNOWN, f"{address} cannot be asked for on {link.name}: {error.strerror}", link.name)
        if holders:
            return self._say(
                Finding.TAKEN, f"{address} is taken: {' and '.join(holders)} answers for it on {link.name}", link.name, holders
            )
        return self._say(Finding.FREE, f"{address} is free: nobody answers for it on {link.name}", link.name)

    async def _ask(self, link: Interface, address: str) -> tuple[str, ...]:
        """MACs of those that have it, in the order in which they answered; returns with the first."""
        with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETHERTYPE)) as opened:
            opened.setblocking(False)
            opened.bind((link.name, ETHERTYPE))
            listening = asyncio.create_task(_listen(opened, address, link.mac))
            try:
                for number in range(PROBES):
                    opened.sendto(encode_probe(link.mac, address), (link.name, ETHERTYPE, 0, 0, b"\xff" * 6))
                    wait = INTERVAL if number < PROBES - 1 else LAST_WAIT
                    sleeping = asyncio.ensure_future(self._clock.sleep(wait))
                    done, _ = await asyncio.wait({listening, sleeping}, return_when=asyncio.FIRST_COMPLETED)
                    sleeping.cancel()
                    if listening in done:
                        return (listening.result(),)
            finally:
                listening.cancel()
        return ()

    async def _ask_kernel(self, link: Interface, address: str) -> tuple[str, ...]:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
            opened.setblocking(False)
            try:
                opened.sendto(b"", (address, _DISCARD))
            except OSError:  # unreachable is an answer of sorts: nobody resolved it
                return ()
        await self._clock.sleep(_KERNEL_WAIT)
        table = _NEIGHBOURS.read_text()  # noqa: ASYNC240 -- a file of the kernel: it never waits for a disk
        mac = read_neighbour(table, address, link.name)
        return (mac,) if mac else ()

    def _say(self, finding: Finding, reason: str, interface: str = "", holders: tuple[str, ...] = ()) -> Probe:
        return Probe(finding=finding, reason=reason, at=rfc3339(self._clock.now()), interface=interface, holders=holders)


async def _listen(opened: socket.socket, address: str, own_mac: str) -> str:
    loop = asyncio.get_running_loop()
    while True:
        packet = parse_arp(await loop.sock_recv(opened, _LARGEST))
        if packet is not None and (holder := find_holder(packet, address, own_mac)):
            return holder


def read_neighbour(table: str, address: str, interface: str) -> str:
    """MAC of a resolved neighbour in the text of /proc/net/arp, "" where there is none. Pure."""
    for line in table.splitlines()[1:]:
        columns = line.split()
        if len(columns) == 6 and columns[0] == address and columns[5] == interface and int(columns[2], 16) & _COMPLETE:
            return columns[3]
    return ""
