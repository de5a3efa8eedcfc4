"""What is true for all machines at once: our own components, addresses and link, other servers, the Environments' files. Pure."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from boot.component import ComponentState, ComponentStatus
from boot.config import DhcpMode
from boot.notices import ComponentChanged, DhcpRequested, Notice
from boot.resources.metal import AssetCondition

REMEMBERED = timedelta(minutes=10)
"""How long a DHCP server that was chosen, or a link that was lost, counts."""
MOST_SERVERS = 16
MOST_LOSSES = 16


@dataclass(frozen=True, slots=True)
class Network:
    """Our own IPv4 addresses with their prefix ("10.0.0.1/24"), and the link of the interface DHCP is served on."""

    addresses: tuple[str, ...] = ()
    carrier: bool = True
    mtu: int = 1500


@dataclass(frozen=True, slots=True)
class Ports:
    """Where machines reach us; for the sentences."""

    pxe: int = 4011
    tftp: int = 69
    http: int = 8081


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`network` is None until somebody has looked. Times are wall time."""

    mode: DhcpMode = DhcpMode.PROXY
    advertise: str = ""
    interface: str = ""
    ports: Ports = Ports()
    network: Network | None = None
    advertised_ours: bool = False
    """Whether an interface of ours has ever had that address; behind NAT none has."""
    losses: tuple[datetime, ...] = ()
    """When the interface lost its link."""
    components: Mapping[str, ComponentStatus] = field(default_factory=dict)
    listening_since: datetime | None = None
    """Since when DHCP is heard without a gap."""
    servers: Mapping[str, datetime] = field(default_factory=dict)
    """DHCP servers that machines chose, and when last."""
    environments: Mapping[str, tuple[AssetCondition, ...]] = field(default_factory=dict)
    """Conditions of the files that an Environment lacks; empty when it is ready."""
    twins: Mapping[str, str] = field(default_factory=dict)
    """Server -> the other one that claims its UUID."""

    def failed(self, component: str) -> str:
        """Why it does not serve, or ""."""
        status = self.components.get(component)
        return status.reason if status is not None and status.state is ComponentState.FAILED else ""

    @property
    def has_advertised(self) -> bool:
        """Whether an interface of ours has the advertised address now; True as long as nobody has looked."""
        return self.network is None or any(_address_of(own) == self.advertise for own in self.network.addresses)

    def on_our_wire(self, address: str) -> bool:
        """Whether it belongs to the network in which the advertised address is; True when that is not known."""
        if self.network is None:
            return True
        ours = next((own for own in self.network.addresses if _address_of(own) == self.advertise), None)
        return ours is None or ipaddress.IPv4Address(address) in ipaddress.IPv4Interface(ours).network

    def rivals(self, now: datetime) -> tuple[str, ...]:
        """DHCP servers that were chosen lately, sorted."""
        return tuple(sorted(server for server, at in self.servers.items() if now - at <= REMEMBERED))


def fold_surroundings(site: Surroundings, notice: Notice) -> Surroundings:
    """With what this notice says about all machines; `site` itself when it says nothing."""
    match notice:
        case ComponentChanged():
            status = notice.status
            since = site.listening_since
            if status.name == "dhcp":
                since = (since or notice.at) if status.state is ComponentState.SERVING else None
            return replace(site, components={**site.components, status.name: status}, listening_since=since)
        case DhcpRequested(server=server) if server:
            kept = dict(sorted(site.servers.items(), key=lambda item: item[1])[-(MOST_SERVERS - 1) :])
            return replace(site, servers={**kept, server: notice.at})
        case _:
            return site


def see_network(site: Surroundings, network: Network, now: datetime) -> Surroundings:
    """With how our interfaces are now."""
    if network == site.network:
        return site
    had_link = site.network is None or site.network.carrier
    losses, since = site.losses, site.listening_since
    if had_link and not network.carrier:
        losses = (*losses, now)[-MOST_LOSSES:]
        since = None
    elif network.carrier and not had_link:
        since = now
    ours = site.advertised_ours or any(_address_of(own) == site.advertise for own in network.addresses)
    return replace(site, network=network, losses=losses, listening_since=since, advertised_ours=ours)


def _address_of(interface: str) -> str:
    return interface.partition("/")[0]
