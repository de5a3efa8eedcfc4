"""Our own test: two marked DISCOVERs, as a plain client and as UEFI, and what of them and of our OFFER was on the wire."""

import random
import socket
import struct
from dataclasses import dataclass, field

from boot.dhcp.link import Link
from boot.dhcp.packet import BROADCAST_FLAG, REPLY, REQUEST, MessageType, Option, Packet, encode_packet, parse_packet
from boot.dhcp.request import PROBE_ID
from boot.errors import PacketError
from boot.wire.tap import Heard

LISTENS = 4.0
"""Seconds: dnsmasq asks around for three before it offers."""
_UEFI_X64 = 7
_ASKED = bytes((1, 3, 6, 43, 54, 60, 66, 67))


@dataclass
class Trial:
    """One test of one interface; `see` takes whatever the tap hears."""

    link: Link
    ours: frozenset[str]
    """Server identifiers that are us."""
    raw: bool
    """Whether what leaves can be seen."""
    xids: frozenset[int] = field(default_factory=lambda: frozenset(random.getrandbits(32) for _ in range(2)))
    error: str = ""
    left: bool = False
    offered: bool = False

    def see(self, heard: Heard) -> None:
        try:
            packet = parse_packet(heard.data)
        except PacketError:
            return
        if packet.xid not in self.xids:
            return
        if packet.op == REQUEST:
            self.left |= heard.outgoing
        elif packet.op == REPLY and packet.address(Option.SERVER_ID) in self.ours:
            self.offered |= heard.outgoing

    def send(self, port: int) -> None:
        """Broadcast both from the interface; why it could not is kept in `error`."""
        mac = (0x02_00_00_00_00_00 | random.getrandbits(40)).to_bytes(6, "big").hex(":")
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
                opened.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
                opened.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, self.link.name.encode())
                for xid, pxe in zip(sorted(self.xids), (False, True), strict=True):
                    opened.sendto(encode_discover(xid, mac, pxe=pxe), ("255.255.255.255", port))
        except OSError as error:
            self.error = error.strerror or str(error)

    def judge(self) -> str:
        """What is wrong, "" when our OFFER was seen on the wire."""
        name = self.link.name
        if self.error:
            return f"our test DISCOVER cannot be sent on {name}: {self.error}: a firewall of this machine refuses it"
        if self.raw and not self.left:
            return f"our test DISCOVER was sent and never left by {name}: a firewall of this machine drops what goes to UDP 67"
        if not self.offered:
            return (
                f"our test DISCOVER is on {name}, our OFFER is not: a firewall of this machine drops UDP to 67 or from 67 to 68 "
                "(sidero-tui doctor looks for the rule)"
            )
        return ""


def encode_discover(xid: int, mac: str, *, pxe: bool) -> bytes:
    """A DISCOVER that no server takes for a machine of this rack: its client identifier says whose test it is."""
    options = {
        int(Option.MESSAGE_TYPE): bytes((MessageType.DISCOVER,)),
        55: _ASKED,
        int(Option.CLIENT_ID): PROBE_ID,
    }
    if pxe:
        options |= {
            int(Option.VENDOR_CLASS): b"PXEClient:Arch:00007:UNDI:003000",
            int(Option.ARCHITECTURE): struct.pack("!H", _UEFI_X64),
            94: bytes((1, 3, 0)),
            int(Option.CLIENT_UUID): bytes(17),
        }
    return encode_packet(Packet(op=REQUEST, xid=xid, mac=mac, flags=BROADCAST_FLAG, options=options))
