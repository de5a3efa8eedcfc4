"""UDP sockets that know which interface and address a datagram came to, and answer from there (ip(7), IP_PKTINFO)."""

import socket
import struct
from dataclasses import dataclass

from boot.dhcp.answer import Destination

_IP_PKTINFO = 8
"""Linux; Python 3.11 has no name for it."""
_PKTINFO = struct.Struct("@i4s4s")
LARGEST = 4096
_FORCED_RECEIVE_BUFFER = 33
"""SO_RCVBUFFORCE: above the system's limit, where this user may."""
_RECEIVE_BUFFER = 1 << 19
_LOOPBACK = "lo"


@dataclass(frozen=True, slots=True)
class Datagram:
    """`interface` is the index it came in by."""

    data: bytes
    source: tuple[str, int]
    interface: int


def open_socket(listen: str, port: int, interface: str) -> socket.socket:
    """Bound, non-blocking. Bound to the device too, so that it coexists with a libvirt dnsmasq on another one.

    OSError when the port is taken, the interface is missing, or this user may not.
    """
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        opened.setblocking(False)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        _enlarge_buffer(opened)
        opened.setsockopt(socket.IPPROTO_IP, _IP_PKTINFO, 1)
        if interface != _LOOPBACK:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
        opened.bind((listen, port))
    except OSError:
        opened.close()
        raise
    return opened


def _enlarge_buffer(opened: socket.socket) -> None:
    """Room for every DISCOVER of a rack that is switched on at once: the kernel's default holds about 160 of them."""
    try:
        opened.setsockopt(socket.SOL_SOCKET, _FORCED_RECEIVE_BUFFER, _RECEIVE_BUFFER)
    except PermissionError:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)


def receive(opened: socket.socket) -> Datagram | None:
    """None when there is nothing more to read now."""
    try:
        data, ancillary, _, source = opened.recvmsg(LARGEST, 256)
    except BlockingIOError:
        return None
    interface = 0
    for level, kind, content in ancillary:
        if level == socket.IPPROTO_IP and kind == _IP_PKTINFO:
            interface = _PKTINFO.unpack_from(content)[0]
    return Datagram(data, source, interface)


def send(opened: socket.socket, data: bytes, destination: Destination, interface: int, source: str) -> None:
    """Broadcasts leave by `interface` with `source`: without it they would follow the default route, into the Wi-Fi."""
    if destination.broadcast:
        info = _PKTINFO.pack(interface, socket.inet_aton(source), socket.inet_aton("0.0.0.0"))
        opened.sendmsg([data], [(socket.IPPROTO_IP, _IP_PKTINFO, info)], 0, (destination.address, destination.port))
    else:
        opened.sendto(data, (destination.address, destination.port))
