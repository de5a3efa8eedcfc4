"""ARP over Ethernet (RFC 826): the probe of RFC 5227, and what an answer says about an address. Pure."""

import ipaddress
import struct
from dataclasses import dataclass

ETHERTYPE = 0x0806
REQUEST, REPLY = 1, 2
NO_ADDRESS = "0.0.0.0"
_HEAD = struct.pack("!HHBB", 1, 0x0800, 6, 4)
"""Hardware type Ethernet, protocol IPv4, and the lengths of their addresses."""
_BODY = struct.Struct("!H6s4s6s4s")


@dataclass(frozen=True, slots=True)
class Arp:
    """`operation` is REQUEST or REPLY; MACs are lower case with colons."""

    operation: int
    sender_mac: str
    sender: str
    target_mac: str
    target: str


def encode_arp(packet: Arp) -> bytes:
    macs = (bytes.fromhex(mac.replace(":", "")) for mac in (packet.sender_mac, packet.target_mac))
    sender_mac, target_mac = macs
    sender, target = (ipaddress.IPv4Address(address).packed for address in (packet.sender, packet.target))
    return _HEAD + _BODY.pack(packet.operation, sender_mac, sender, target_mac, target)


def parse_arp(data: bytes) -> Arp | None:
    """None for what is no ARP of IPv4 over Ethernet; padding behind it is passed over."""
    if len(data) < len(_HEAD) + _BODY.size or data[: len(_HEAD)] != _HEAD:
        return None
    operation, sender_mac, sender, target_mac, target = _BODY.unpack_from(data, len(_HEAD))
    return Arp(
        operation,
        sender_mac.hex(":"),
        str(ipaddress.IPv4Address(sender)),
        target_mac.hex(":"),
        str(ipaddress.IPv4Address(target)),
    )


def encode_probe(mac: str, address: str) -> bytes:
    """Who has `address`? Asked by nobody (sender 0.0.0.0), so that no cache learns anything from it (RFC 5227 2.1.1)."""
    return encode_arp(Arp(REQUEST, mac, NO_ADDRESS, "00:00:00:00:00:00", address))


def find_holder(packet: Arp, address: str, own_mac: str) -> str:
    """MAC of who has the address, or is probing for it as we are; "" where this says nothing of that (RFC 5227 2.1.1)."""
    if packet.sender_mac == own_mac:
        return ""
    probes_too = packet.operation == REQUEST and packet.sender == NO_ADDRESS and packet.target == address
    return packet.sender_mac if packet.sender == address or probes_too else ""
