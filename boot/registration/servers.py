"""Server objects and merge patches made from reports (pure). Only what the machine reports is ever written."""

from collections.abc import Sequence
from typing import Protocol

from boot.lifecycle.identity import (
    DUPLICATE_ANNOTATION,
    IDENTITY_ANNOTATION,
    MAC_ANNOTATION,
    REASON_ANNOTATION,
    Identity,
    Reported,
)
from boot.resources.base import Object
from boot.resources.kinds import SERVER
from boot.resources.metal import ComputeInformation, Processor, Server


class Report(Protocol):
    """What a machine says about itself. `uuid` is as reported; `hardware` holds the parts of spec.hardware it knows.

    `annotations` are to be set beside those of its identity; `told` is the sentence of the event of a new Server.
    """

    @property
    def reported(self) -> Reported: ...
    @property
    def hostname(self) -> str: ...
    @property
    def uuid(self) -> str: ...
    @property
    def hardware(self) -> Object: ...
    @property
    def annotations(self) -> Object: ...
    @property
    def told(self) -> str: ...


def build_server(report: Report, identity: Identity, address: str, *, accepted: bool) -> Object:
    """The Server of a machine seen for the first time."""
    return {
        "apiVersion": SERVER.api_version,
        "kind": SERVER.kind,
        "metadata": {
            "name": identity.name,
            "annotations": {key: value for key, value in _annotations(report, identity).items() if value is not None},
        },
        "spec": {
            "hostname": report.hostname,
            "accepted": accepted,
            "hardware": _hardware(report, (), address),
        },
    }


def build_refresh(server: Server, report: Report, identity: Identity, address: str) -> Object:
    """Merge patch for a machine that reports again; {} when it says nothing new.

    What the operator sets (accepted, labels, hostname once it is set, ...) is not in it, and a field that the machine
    left empty this time does not erase what another source, such as the agent, filled in.
    """
    wanted: Object = {"annotations": _annotations(report, identity)}
    hardware = server.spec.hardware
    network = hardware.network if hardware else None
    known = [interface.wire() for interface in (network.interfaces if network else None) or ()]
    spec: Object = {"hardware": _hardware(report, known, address)}
    if not server.spec.hostname:
        spec["hostname"] = report.hostname
    return find_news(server.wire(), {"metadata": wanted, "spec": spec})


def build_processors(server: Server, processors: Sequence[Processor]) -> Object:
    """Merge patch that makes these the CPUs of the Server; {} when they are already."""
    compute = ComputeInformation(
        total_core_count=sum(processor.core_count for processor in processors),
        total_thread_count=sum(processor.thread_count for processor in processors),
        processor_count=len(processors),
        processors=list(processors),
    )
    return find_news(server.wire(), {"spec": {"hardware": {"compute": compute.wire()}}})


def build_duplicate_mark(server: str) -> Object:
    """Merge patch for the other box that claims the same SMBIOS UUID as `server`."""
    return {"metadata": {"annotations": {DUPLICATE_ANNOTATION: server}}}


def find_news(current: Object, patch: Object) -> Object:
    """The part of a merge patch that changes `current` (RFC 7396: null removes, a list replaces)."""
    news: Object = {}
    for key, value in patch.items():
        present = current.get(key)
        if isinstance(value, dict):
            if inner := find_news(present if isinstance(present, dict) else {}, value):
                news[key] = inner
        elif value != present:
            news[key] = value
    return news


def _annotations(report: Report, identity: Identity) -> Object:
    return {
        MAC_ANNOTATION: report.reported.mac,
        IDENTITY_ANNOTATION: identity.kind.value,
        REASON_ANNOTATION: identity.reason or None,
        DUPLICATE_ANNOTATION: identity.duplicates[0] if identity.duplicates else None,
        **report.annotations,
    }


def _hardware(report: Report, known: Sequence[Object], address: str) -> Object:
    hardware = report.hardware
    interfaces = hardware.get("network", {}).get("interfaces") or known
    return hardware | {"network": _network(interfaces, report.reported.mac, address)}


def _network(known: Sequence[Object], mac: str, address: str) -> Object:
    """The known NICs, and the one it boots from with its address of now."""
    interfaces = [dict(interface) for interface in known]
    booted = next((interface for interface in interfaces if interface.get("mac") == mac), None)
    if booted is None:
        booted = {"index": len(interfaces), "mac": mac}
        interfaces.append(booted)
    # An agent says the length of the network's prefix too: that is the same address.
    if all(known.partition("/")[0] != address for known in booted.get("addresses") or ()):
        booted["addresses"] = [address]
    return {"interfaceCount": len(interfaces), "interfaces": interfaces}
