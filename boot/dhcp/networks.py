"""Which network a client is on, and which addresses may be leased there. Pure.

A relay names the client's network by its own address in giaddr, or by link selection (RFC 3527) where that is elsewhere.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from boot.config import AddressRange
from boot.dhcp.request import NO_ADDRESS, DhcpRequest


@dataclass(frozen=True, slots=True)
class Network:
    """`router` is "" where machines need none; `relayed` when we cannot see its machines ourselves."""

    network: ipaddress.IPv4Network
    ranges: tuple[AddressRange, ...]
    router: str
    relayed: bool

    @property
    def netmask(self) -> str:
        return str(self.network.netmask)

    def covers(self, address: str) -> bool:
        return ipaddress.IPv4Address(address) in self.network


def decide_network(
    request: DhcpRequest, ours: ipaddress.IPv4Network, router: str, ranges: Sequence[AddressRange]
) -> Network | None:
    """`ours` is the network of the interface; None when no range is of the network that the relay names."""
    relay = request.packet.giaddr
    if relay == NO_ADDRESS:
        fitting = tuple(found for found in ranges if ipaddress.IPv4Address(found.first) in ours)
        return Network(ours, fitting, router, relayed=False)
    where = ipaddress.IPv4Address(request.link_selection or relay)
    fitting = tuple(found for found in ranges if where in _network_of(found, ours))
    if not fitting:
        return None
    network = _network_of(fitting[0], ours)
    # Who relays for a network is its router, nearly always; on our own network it is known better.
    own = network == ours
    return Network(network, fitting, router if own else str(where), relayed=True)


def _network_of(found: AddressRange, ours: ipaddress.IPv4Network) -> ipaddress.IPv4Network:
    return _network(found.first, found.prefix or ours.prefixlen)


@lru_cache(maxsize=256)
def _network(address: str, prefix: int) -> ipaddress.IPv4Network:
    """Asked for with every packet, of the few ranges there are."""
    return ipaddress.IPv4Network(f"{address}/{prefix}", strict=False)
