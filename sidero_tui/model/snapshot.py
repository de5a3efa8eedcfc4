"""All that a screen shows, as one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from itertools import chain
from typing import Any

from boot.component import ComponentStatus
from boot.lifecycle.allocation import Choice
from boot.lifecycle.identity import DUPLICATE_ANNOTATION
from boot.resources.boots import Boot, boot_name
from boot.resources.cluster_api import Cluster, Machine, MachineDeployment
from boot.resources.infrastructure import MetalMachine, ServerBinding
from boot.resources.metal import Environment, Server, ServerClass
from boot.resources.pivots import Pivot
from boot.resources.talos_providers import TalosControlPlane
from boot.resources.tasks import Task
from sidero_tui.model.members import Member, join_members
from sidero_tui.model.network import NetworkFacts


class LinkState(StrEnum):
    """Whether what is shown is what the plane holds now."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Link:
    """Our connection to the plane; `since` is when it got into this state, `reason` one sentence when stale.

    `read_only` says why nothing may be written over it, "" where that is allowed.
    """

    state: LinkState = LinkState.CONNECTING
    plane: str = ""
    since: datetime | None = None
    reason: str = ""
    read_only: str = ""


@dataclass(frozen=True, slots=True)
class StackFacts:
    """What the stack says of itself: the address machines are told, the interface, proxy, server or off.

    `grace` is how many seconds an acceptance can be taken back, `agent` where the agent's image comes from, "" for none.
    """

    advertise: str = ""
    interface: str = ""
    dhcp: str = ""
    grace: float = 0.0
    agent: str = ""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What happened to a server: when, what, and who wanted it ("" for this program); `at` is RFC 3339."""

    server: str
    at: str
    reason: str
    message: str
    user: str = ""
    warning: bool = False
    count: int = 1


@dataclass(frozen=True)
class Snapshot:
    """Objects by name, namespaced ones by namespace/name. What is derived is worked out once per snapshot, on first use."""

    servers: Mapping[str, Server] = field(default_factory=dict)
    server_classes: Mapping[str, ServerClass] = field(default_factory=dict)
    environments: Mapping[str, Environment] = field(default_factory=dict)
    boots: Mapping[str, Boot] = field(default_factory=dict)
    tasks: Mapping[str, Task] = field(default_factory=dict)
    pivots: Mapping[str, Pivot] = field(default_factory=dict)
    clusters: Mapping[str, Cluster] = field(default_factory=dict)
    control_planes: Mapping[str, TalosControlPlane] = field(default_factory=dict)
    deployments: Mapping[str, MachineDeployment] = field(default_factory=dict)
    machines: Mapping[str, Machine] = field(default_factory=dict)
    metal_machines: Mapping[str, MetalMachine] = field(default_factory=dict)
    bindings: Mapping[str, ServerBinding] = field(default_factory=dict)
    audits: Mapping[str, AuditEntry] = field(default_factory=dict)
    """Events about Servers, by the Event's name."""
    components: Mapping[str, ComponentStatus] = field(default_factory=dict)
    stack: StackFacts = StackFacts()
    network: NetworkFacts = field(default_factory=NetworkFacts)
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
    def available(self) -> frozenset[str]:
        """Names of servers that some class lists as available."""
        classes = self.server_classes.values()
        return frozenset(name for entry in classes for name in entry.status.servers_available)

    @cached_property
    def duplicates(self) -> Mapping[str, str]:
        """Server name -> name of the other box that claims its SMBIOS UUID."""
        return {
            name: other
            for name, server in self.servers.items()
            if (other := server.metadata.annotations.get(DUPLICATE_ANNOTATION))
        }

    @cached_property
    def audit_of(self) -> Mapping[str, tuple[AuditEntry, ...]]:
        """Server name -> what happened to it, the latest first."""
        told: dict[str, list[AuditEntry]] = {}
        for entry in self.audits.values():
            told.setdefault(entry.server, []).append(entry)
        return {name: tuple(sorted(entries, key=lambda entry: entry.at, reverse=True)) for name, entries in told.items()}

    @cached_property
    def members_of(self) -> Mapping[str, tuple[Member, ...]]:
        """Cluster -> its members, control plane first."""
        return join_members(self.machines.values(), self.metal_machines)

    @cached_property
    def member_on(self) -> Mapping[str, tuple[str, Member]]:
        """Server -> key of the cluster it is in, and what it is there."""
        return {member.server: (key, member) for key, members in self.members_of.items() for member in members if member.server}

    @cached_property
    def choices(self) -> dict[str, Choice]:
        """Class -> which servers it can give and why not the others; filled by model.capacity as classes are asked for, since
        each answer looks at every server."""
        return {}

    @cached_property
    def server_order(self) -> tuple[str, ...]:
        """As they registered, so that rows stay where they are; boxes that claim one UUID stand together."""
        born = {name: (server.metadata.creation_timestamp or "", name) for name, server in self.servers.items()}
        order = {name: (own, own) for name, own in born.items()}
        for name, other in self.duplicates.items():
            if other in born:
                order[name] = (min(born[name], born[other]), born[name])
        return tuple(sorted(order, key=order.__getitem__))

    @cached_property
    def boot_order(self) -> tuple[str, ...]:
        """In the order of their servers, then those without one by name."""
        by_server: dict[str, list[str]] = {}
        for name, boot in self.boots.items():
            by_server.setdefault(boot.status.server, []).append(name)
        order: list[str] = []
        for server in self.server_order:
            order += sorted(by_server.pop(server, ()))
        return (*order, *sorted(chain.from_iterable(by_server.values())))

    def boot_from(self, mac: str) -> Boot | None:
        """What the machine with that NIC has done on the wire."""
        return self.boots.get(boot_name(mac))

    def change(self, parts: Mapping[str, Any]) -> "Snapshot":
        """A snapshot with these fields; what was derived from none of them is taken over, not worked out again."""
        changed = replace(self, **parts)
        for name, inputs in _DERIVED.items():
            if name in self.__dict__ and not inputs & parts.keys():
                changed.__dict__[name] = self.__dict__[name]
        return changed


_DERIVED: Mapping[str, frozenset[str]] = {
    "classes_of": frozenset({"server_classes"}),
    "available": frozenset({"server_classes"}),
    "duplicates": frozenset({"servers"}),
    "audit_of": frozenset({"audits"}),
    "member_on": frozenset({"machines", "metal_machines"}),
    "choices": frozenset({"servers", "server_classes", "bindings"}),
    "members_of": frozenset({"machines", "metal_machines"}),
    "server_order": frozenset({"servers"}),
    "boot_order": frozenset({"servers", "boots"}),
}
"""Each cached property and the fields it is derived from."""
