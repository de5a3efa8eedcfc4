"""The members of each cluster: a Machine, the MetalMachine under it and the Server that one got, taken together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from boot.cluster_api.names import CONTROL_PLANE_LABEL, DELETE_MACHINE_ANNOTATION
from boot.resources.cluster_api import Machine
from boot.resources.infrastructure import MetalMachine


@dataclass(frozen=True, slots=True)
class Member:
    """`server` is the Server's name, "" until it got one."""

    machine: Machine
    metal: MetalMachine | None = None

    @property
    def key(self) -> str:
        return key_of(self.machine.metadata.namespace, self.machine.name)

    @property
    def server(self) -> str:
        reference = self.metal.spec.server_ref if self.metal else None
        return reference.name or "" if reference else ""

    @property
    def control_plane(self) -> bool:
        return CONTROL_PLANE_LABEL in self.machine.metadata.labels

    @property
    def node(self) -> str:
        reference = self.machine.status.node_ref
        return reference.name or "" if reference else ""

    @property
    def address(self) -> str:
        """Where its Talos API is asked, "" while nobody knows it: the first internal address, else any."""
        known = self.machine.status.addresses or (self.metal.status.addresses if self.metal else None) or ()
        order = sorted(known, key=lambda entry: entry.type != "InternalIP")
        return next((entry.address for entry in order if entry.type in ("InternalIP", "ExternalIP")), "")

    @property
    def leaving(self) -> bool:
        meta = self.machine.metadata
        return meta.deletion_timestamp is not None or DELETE_MACHINE_ANNOTATION in meta.annotations


def key_of(namespace: str, name: str) -> str:
    """How a namespaced object is found in a snapshot."""
    return f"{namespace}/{name}"


def join_members(machines: Iterable[Machine], metals: Mapping[str, MetalMachine]) -> Mapping[str, tuple[Member, ...]]:
    """Cluster's key -> its members: control plane first, then as they came to be."""
    found: dict[str, list[Member]] = {}
    for machine in machines:
        namespace = machine.metadata.namespace
        metal = metals.get(key_of(namespace, machine.spec.infrastructure_ref.name or ""))
        found.setdefault(key_of(namespace, machine.spec.cluster_name), []).append(Member(machine, metal))
    return {key: tuple(sorted(members, key=_order)) for key, members in found.items()}


def _order(member: Member) -> tuple[bool, str, str]:
    meta = member.machine.metadata
    return not member.control_plane, meta.creation_timestamp or "", meta.name
