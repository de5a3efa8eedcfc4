"""What an operator sets for one machine by its MAC: what is suggested, what is refused and why, and the writes. Pure."""

import ipaddress

from boot.firmware import ARCHITECTURES as KNOWN
from boot.firmware import Architecture
from boot.resources.boots import boot_name
from boot.resources.kinds import CONFIG_MAP
from boot.resources.metal import Server
from boot.resources.overrides import ARCHITECTURES, NAMESPACE, RESERVATIONS, parse_reservation
from sidero_tui.model.edits import Edit
from sidero_tui.model.identity import read_identity
from sidero_tui.model.network import NetworkFacts
from sidero_tui.model.snapshot import Snapshot

CHOICES: tuple[Architecture, ...] = tuple(row for row in KNOWN.values() if row.boot_files)
"""What a machine can be taken for."""


def find_server(snapshot: Snapshot, mac: str) -> Server | None:
    """The server with that NIC."""
    boot = snapshot.boot_from(mac)
    if boot is not None and boot.status.server in snapshot.servers:
        return snapshot.servers[boot.status.server]
    return next((server for server in snapshot.servers.values() if read_identity(server).mac == mac), None)


def suggest_reservation(snapshot: Snapshot, mac: str) -> str:
    """What is reserved for it, else the address and the host name it has now: as ADDRESS or ADDRESS,NAME, "" for neither."""
    if reserved := snapshot.network.reservations.get(mac):
        return _write(reserved.address, reserved.hostname)
    boot, server = snapshot.boot_from(mac), find_server(snapshot, mac)
    seen = list(boot.status.addresses) if boot else []
    told = list(server.status.addresses or ()) if server else []
    seen += [entry.address for entry in told if entry.type == "InternalIP"]
    names = [server.spec.hostname] if server else []
    names += [entry.address for entry in told if entry.type == "Hostname"]
    address = next((entry for entry in seen if not _refuse_address(entry)), "")
    hostname = next((name for name in names if name), "")
    return _write(address, hostname if address and not refuse_reservation(snapshot, mac, _write(address, hostname)) else "")


def refuse_reservation(snapshot: Snapshot, mac: str, text: str) -> str:
    """Why ADDRESS or ADDRESS,NAME cannot be reserved for this MAC, "" when it can."""
    address = text.partition(",")[0].strip()
    if reason := _refuse_address(address):
        return reason
    try:
        reservation = parse_reservation(mac, text)
    except ValueError as error:
        return str(error)
    if reservation.address == snapshot.stack.advertise:
        return f"{reservation.address} is our own address"
    for other in snapshot.network.reservations.values():
        if other.mac == mac:
            continue
        if other.address == reservation.address:
            return f"{other.address} is reserved for {_write(other.mac, other.hostname)} already"
        if reservation.hostname and other.hostname == reservation.hostname:
            return f"{other.hostname} is the name of {other.mac}, {other.address}"
    return ""


def reserve(network: NetworkFacts, mac: str, text: str) -> Edit:
    """`text` is one that refuse_reservation has nothing against."""
    reserved = parse_reservation(mac, text)
    value = _write(reserved.address, reserved.hostname)
    return _set(network, RESERVATIONS, mac, value, f"{reserved.address} is reserved for {mac}")


def release(network: NetworkFacts, mac: str) -> Edit:
    return _set(network, RESERVATIONS, mac, None, f"nothing is reserved for {mac}")


def take_for(network: NetworkFacts, mac: str, architecture: Architecture | None) -> Edit:
    """Whatever its firmware says; None: as it says."""
    if architecture is None:
        return _set(network, ARCHITECTURES, mac, None, f"{mac} is taken for what its firmware says")
    return _set(network, ARCHITECTURES, mac, str(architecture.code), f"{mac} is taken for {architecture.title}")


def _set(network: NetworkFacts, name: str, mac: str, value: str | None, done: str) -> Edit:
    """One key of a ConfigMap; another spelling of it that somebody used goes."""
    data: dict[str, str | None] = dict.fromkeys(network.keys_of(name, mac))
    data[boot_name(mac)] = value
    return Edit(CONFIG_MAP, name, {"data": data}, done, namespace=NAMESPACE, creates=name not in network.maps and bool(value))


def _write(first: str, second: str) -> str:
    return f"{first},{second}" if second else first


def _refuse_address(text: str) -> str:
    try:
        address = ipaddress.IPv4Address(text)
    except ValueError:
        return f"{text!r} is no IPv4 address such as 192.168.254.2" if text else "type an address such as 192.168.254.2"
    unusable = address.is_loopback or address.is_multicast or address.is_unspecified or address.is_reserved
    return f"{address} is no address of a machine" if unusable else ""
