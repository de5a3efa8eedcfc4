"""Server objects and merge patches made from reports (pure). Only what the machine reports is ever written."""

from collections.abc import Sequence

from boot.lifecycle.identity import (
    DUPLICATE_ANNOTATION,
    IDENTITY_ANNOTATION,
    MAC_ANNOTATION,
    REASON_ANNOTATION,
    Identity,
)
from boot.registration.inventory import SystemReport
from boot.resources.base import Object
from boot.resources.kinds import SERVER
from boot.resources.metal import ComputeInformation, NetworkInterface, Processor, Server


def build_server(report: SystemReport, identity: Identity, address: str, *, accepted: bool) -> Object:
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
            "hardware": {
                "system": _set_fields(report.system.wire()),
                "network": _network((), report.reported.mac, address),
            },
        },
    }


def build_refresh(server: Server, report: SystemReport, identity: Identity, address: str) -> Object:
    """Merge patch for a machine that reports again; {} when it says nothing new.

    What the operator sets (accepted, labels, hostname once it is set, ...) is not in it, and a field that the machine
    left empty this time does not erase what another source, such as the agent, filled in.
    """
    wanted: Object = {"annotations": _annotations(report, identity)}
    hardware = server.spec.hardware
    network = hardware.network if hardware else None
    spec: Object = {
        "hardware": {
            "system": _set_fields(report.system.wire()),
            "network": _network((network.interfaces if network else None) or (), report.reported.mac, address),
        }
    }
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


def _annotations(report: SystemReport, identity: Identity) -> Object:
    return {
        MAC_ANNOTATION: report.reported.mac,
        IDENTITY_ANNOTATION: identity.kind.value,
        REASON_ANNOTATION: identity.reason or None,
        DUPLICATE_ANNOTATION: identity.duplicates[0] if identity.duplicates else None,
    }


def _network(known: Sequence[NetworkInterface], mac: str, address: str) -> Object:
    """The known NICs, and the one it boots from with its address of now."""
    interfaces = [interface.wire() for interface in known]
    booted = next((interface for interface in interfaces if interface.get("mac") == mac), None)
    if booted is None:
        booted = {"index": len(interfaces), "mac": mac}
        interfaces.append(booted)
    booted["addresses"] = [address]
    return {"interfaceCount": len(interfaces), "interfaces": interfaces}


def _set_fields(wire: Object) -> Object:
    return {key: value for key, value in wire.items() if value != ""}
