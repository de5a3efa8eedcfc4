"""All that a screen shows, as one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from boot.component import ComponentStatus
from boot.resources.boots import Boot, boot_name
from boot.resources.metal import Environment, Server, ServerClass
from sidero_tui.model.identity import read_identity


class LinkState(StrEnum):
    """Whether what is shown is what the plane holds now."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Link:
    """Our connection to the plane; `since` is when it got into this state, `reason` one sentence when stale."""

    state: LinkState = LinkState.CONNECTING
    plane: str = ""
    since: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StackFacts:
    """What the stack says of itself: the address machines are told, the interface, proxy, server or off."""

    advertise: str = ""
    interface: str = ""
    dhcp: str = ""


@dataclass(frozen=True)
class Snapshot:
    """Objects by name. What is derived is worked out once per snapshot, on first use."""

    servers: Mapping[str, Server] = field(default_factory=dict)
    server_classes: Mapping[str, ServerClass] = field(default_factory=dict)
    environments: Mapping[str, Environment] = field(default_factory=dict)
    boots: Mapping[str, Boot] = field(default_factory=dict)
    components: Mapping[str, ComponentStatus] = field(default_factory=dict)
    stack: StackFacts = StackFacts()
    link: Link = Link()
    unreadable: Mapping[str, str] = field(default_factory=dict)
    """kind/name -> why it is not shown: an object that does not have its kind's shape."""

    @cached_property
    def classes_of(self) -> Mapping[str, tuple[str, ...]]:
        """Server name -> names of the classes whose status lists it, sorted."""
        listed: dict[str, list[str]] = {}
        for name in sorted(self.server_classes):
            status = self.server_classes[name].status
            for server in (*status.servers_available, *status.servers_in_use):
                listed.setdefault(server, []).append(name)
        return {server: tuple(classes) for server, classes in listed.items()}

    @cached_property
    def boot_of(self) -> Mapping[str, Boot]:
        """Server name -> its Boot: that of the NIC it registered from, else the one seen last."""
        newest: dict[str, Boot] = {}
        for boot in self.boots.values():
            server = boot.status.server
            if server and (server not in newest or _last_seen(boot) > _last_seen(newest[server])):
                newest[server] = boot
        for name, server_ in self.servers.items():
            mac = read_identity(server_).mac
            if mac and (own := self.boots.get(boot_name(mac))):
                newest[name] = own
        return newest

    @cached_property
    def server_order(self) -> tuple[str, ...]:
        """As they registered, so that rows stay where they are; boxes that claim one UUID stand together."""

        def key(name: str) -> tuple[str, str, str, str]:
            server = self.servers[name]
            twin = self.servers.get(read_identity(server).duplicate_of)
            born = server.metadata.creation_timestamp or ""
            if twin is None:
                return born, name, born, name
            first = min((born, name), (twin.metadata.creation_timestamp or "", twin.name))
            return *first, born, name

        return tuple(sorted(self.servers, key=key))

    @cached_property
    def boot_order(self) -> tuple[str, ...]:
        """In the order of their servers, then those without one by name."""
        place = {name: index for index, name in enumerate(self.server_order)}
        return tuple(sorted(self.boots, key=lambda name: (place.get(self.boots[name].status.server, len(place)), name)))

    def available(self, server: str) -> bool:
        classes = (self.server_classes[name] for name in self.classes_of.get(server, ()))
        return any(server in entry.status.servers_available for entry in classes)


def _last_seen(boot: Boot) -> str:
    return boot.status.last_seen or ""
