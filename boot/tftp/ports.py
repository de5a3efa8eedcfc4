"""Where a transfer's datagrams leave: a port of its own, as RFC 1350 has it, or the well-known one for all.

A window leaves in one call where the kernel segments UDP (UDP_SEGMENT, Linux 4.18): a third of the work.
"""

import errno
import socket
import struct
from collections.abc import Sequence

from boot.tftp.blocks import Burst

Address = tuple[str, int]
Ancillary = tuple[int, int, bytes]

LARGEST_DATAGRAM = 2048

PKTINFO = struct.Struct("@i4s4s")
PKTINFO_OPTION = 8
"""IP_PKTINFO of Linux; Python's socket module names it from 3.12 on."""

_SOL_UDP, _UDP_SEGMENT = 17, 103
_SEGMENT = struct.Struct("=H")
_MTU_DISCOVER, _MTU_DISCOVER_NEVER = 10, 0
"""IP_MTU_DISCOVER: boot ROMs do not answer a "fragmentation needed", so none of our packets forbids it."""
_NOT_SEGMENTED = frozenset({errno.EIO, errno.EINVAL, errno.EMSGSIZE, errno.ENOPROTOOPT, errno.EOPNOTSUPP})


class Offload:
    """Whether the kernel segments here; learned from its first refusal, and then true of every transfer."""

    def __init__(self) -> None:
        self.works = True


class Port:
    """Sends to one peer. `to` is the peer where the socket is shared, None where it is connected."""

    def __init__(
        self, sock: socket.socket, offload: Offload, to: Address | None = None, source: Sequence[Ancillary] = ()
    ) -> None:
        self.socket = sock
        self._offload = offload
        self._to = to
        self._source = source

    def send(self, bursts: Sequence[Burst]) -> None:
        """OSError when the peer is gone. What a full buffer takes no more is repeated later, as if the wire had lost it."""
        try:
            for burst in bursts:
                self._send_burst(burst)
        except BlockingIOError:
            return

    def _send_burst(self, burst: Burst) -> None:
        packets, segment = burst
        if len(packets) <= segment:
            self._send_one(packets)
            return
        if self._offload.works:
            try:
                self.socket.sendmsg([packets], [*self._source, (_SOL_UDP, _UDP_SEGMENT, _SEGMENT.pack(segment))], 0, self._to)
            except OSError as error:
                if error.errno not in _NOT_SEGMENTED:
                    raise
                self._offload.works = False
            else:
                return
        for start in range(0, len(packets), segment):
            self._send_one(packets[start : start + segment])

    def _send_one(self, packet: bytes | memoryview) -> None:
        if self._to is None:
            self.socket.send(packet)
        else:
            self.socket.sendmsg([packet], self._source, 0, self._to)


def open_port(local: str, peer: Address, offload: Offload) -> Port:
    """A port of the transfer's own, on the address the request came to.

    Connected, the kernel keeps strangers out (RFC 1350's wrong transfer ID) and reports a client that closed its port.
    """
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        _prepare(sock)
        sock.bind((local, 0))
        sock.connect(peer)
    except OSError:
        sock.close()
        raise
    return Port(sock, offload)


def share_port(requests: socket.socket, local: str, peer: Address, offload: Offload) -> Port:
    """The well-known port, from the address the request came to."""
    info = PKTINFO.pack(0, socket.inet_aton(local or "0.0.0.0"), bytes(4))
    return Port(requests, offload, peer, ((socket.IPPROTO_IP, PKTINFO_OPTION, info),))


def open_requests(listen: str, port: int) -> socket.socket:
    """The well-known port, which learns the address each request came to; OSError when it cannot be had."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        _prepare(sock)
        # Before the process that reads it starts: what comes meanwhile waits with its address.
        sock.setsockopt(socket.IPPROTO_IP, PKTINFO_OPTION, 1)
        sock.bind((listen, port))
    except OSError:
        sock.close()
        raise
    return sock


def _prepare(sock: socket.socket) -> None:
    """Never wait on it, never forbid fragments."""
    sock.setblocking(False)
    sock.setsockopt(socket.IPPROTO_IP, _MTU_DISCOVER, _MTU_DISCOVER_NEVER)
