"""Turns "any port" into a port number before anything advertises it."""

import socket
from contextlib import ExitStack

from boot.config import Ports

_DATAGRAM = frozenset({"dhcp", "pxe", "tftp"})


def choose_ports(ports: Ports, listen: str) -> Ports:
    """`ports` with each 0 replaced by a free one on `listen`.

    URLs and DHCP replies name the HTTP and PXE ports before those components are up, so the choice is made here and not
    by bind. All probes stay open until the last is chosen, so the numbers differ.
    """
    chosen: dict[str, int] = {}
    with ExitStack() as probes:
        for name, port in ports:
            if port == 0:
                kind = socket.SOCK_DGRAM if name in _DATAGRAM else socket.SOCK_STREAM
                probe = probes.enter_context(socket.socket(socket.AF_INET, kind))
                probe.bind((listen, 0))
                port = probe.getsockname()[1]
            chosen[name] = port
    return Ports(**chosen)
