"""The interfaces DHCP is served on as they are now, and a wake-up when one of them changes (rtnetlink(7))."""

import asyncio
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from boot.dhcp.link import Link
from boot.errors import NotReady
from boot.interfaces import Interface, list_interfaces

_LINK_GROUP, _ADDRESS_GROUP = 0x1, 0x10
"""RTMGRP_LINK and RTMGRP_IPV4_IFADDR."""


class LinkChanges:
    """Tells that something about interfaces or their addresses changed, never what: read it anew."""

    def __init__(self, opened: socket.socket) -> None:
        self._opened = opened

    async def next(self) -> None:
        try:
            await asyncio.get_running_loop().sock_recv(self._opened, 1 << 16)
        except OSError:  # ENOBUFS: more changes than fit; that something changed is known all the same
            return


@contextmanager
def open_link_changes() -> Iterator[LinkChanges]:
    """Needs no privilege."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as opened:
        opened.setblocking(False)
        opened.bind((0, _LINK_GROUP | _ADDRESS_GROUP))
        yield LinkChanges(opened)


def read_links(names: Sequence[str]) -> list[Link]:
    """Those of `names` that are there, up and have an address; NotReady, saying of the first why not, when none is."""
    found = {interface.name: interface for interface in list_interfaces()}
    ready = [link for name in names if (link := _read_link(found.get(name))) is not None]
    if not ready:
        raise NotReady(explain_unready(names[0], found.get(names[0])))
    return ready


def explain_unready(name: str, interface: Interface | None) -> str:
    """One sentence for the header. Pure."""
    if interface is None:
        return f"interface {name} is gone: plug it in again, or name another with --interface"
    if not interface.up:
        return f"interface {name} is down: ip link set {name} up"
    return f"interface {name} has no IPv4 address any more: give it one"


def _read_link(interface: Interface | None) -> Link | None:
    if interface is None or not interface.up or not interface.address:
        return None
    try:
        index = socket.if_nametoindex(interface.name)
    except OSError:  # it went away between the two readings
        return None
    return Link(interface.name, index, interface.address, interface.netmask)
