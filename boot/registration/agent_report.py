"""An agent's CreateServer as a report (boot.registration.servers.Report): who it is, its hardware, what is on its disks. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from boot.clock import rfc3339
from boot.errors import PacketError
from boot.lifecycle.identity import Reported, parse_mac, parse_uuid
from boot.registration.hardware import build_hardware
from boot.registration.inventory import parse_text
from boot.registration.messages import CreateServerRequest, Interface
from boot.resources.annotations import DISK_CONTENTS
from boot.resources.base import Object
from boot.resources.wiping import CONTENTS_KEPT, DISKS_KEPT, Disk, DiskContents, encode_record


@dataclass(frozen=True, slots=True)
class AgentReport:
    reported: Reported
    hostname: str
    uuid: str
    hardware: Object
    annotations: Object

    told = "Server auto-registered via API."


def parse_agent_report(request: CreateServerRequest, address: str, now: datetime) -> AgentReport:
    """PacketError when it names no NIC: by it a machine is known."""
    system = request.hardware.system
    reported_uuid = system.uuid.strip().lower() if system else ""
    interfaces = request.hardware.network.interfaces if request.hardware.network else []
    mac = parse_mac(request.mac) if request.mac else find_nic(interfaces, address)
    serial = parse_text(system.serial_number) if system else ""
    return AgentReport(
        Reported(mac, parse_uuid(reported_uuid), serial),
        request.hostname or address,
        reported_uuid,
        build_hardware(request.hardware),
        _contents(request, now),
    )


def find_nic(interfaces: Iterable[Interface], address: str) -> str:
    """The MAC of the NIC that has this address, else of the first one there is; PacketError without any."""
    usable = []
    for interface in interfaces:
        try:
            mac = parse_mac(interface.mac)
        except PacketError:
            continue  # loopback and tunnels
        usable.append(mac)
        if any(own.partition("/")[0] == address for own in interface.addresses):
            return mac
    if not usable:
        raise PacketError("no network interface with a MAC is reported")
    return usable[0]


def _contents(request: CreateServerRequest, now: datetime) -> Object:
    if request.disks is None or request.agent is None:
        return {}
    seen = DiskContents(at=rfc3339(now), boot=request.agent.boot, agent=request.agent.version, disks=cut_disks(request.disks))
    return {DISK_CONTENTS: encode_record(seen)}


def cut_disks(disks: Iterable[Disk]) -> list[Disk]:
    """At most as many as an annotation can hold, each with its first contents.

    A disk beyond the limit is not known, and what is not known is never wiped.
    """
    return [disk.model_copy(update={"contents": disk.contents[:CONTENTS_KEPT]}) for disk in list(disks)[:DISKS_KEPT]]
