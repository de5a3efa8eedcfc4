"""What both DHCP components share: sockets on every served interface, made anew when an address or a card changes."""

import asyncio
import socket
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from boot.clock import Clock
from boot.component import Bound
from boot.dhcp.answer import Site, decide_destination
from boot.dhcp.link import Link
from boot.dhcp.links import open_link_changes, read_links
from boot.dhcp.overrides import Overrides
from boot.dhcp.packet import MessageType, Packet, encode_packet, parse_packet
from boot.dhcp.request import Client, DhcpRequest, read_request
from boot.dhcp.sockets import Datagram, open_socket, receive, send
from boot.errors import NotReady, PacketError
from boot.notices import DhcpRefused, NoticeFeed, PacketRefused, Refusal

_PER_WAKE_UP = 16
"""Datagrams read before others have their turn on the loop: a few milliseconds of work."""


@dataclass(frozen=True, slots=True)
class Binding:
    """Where a component listens; on `more` interfaces as well."""

    listen: str
    port: int
    interface: str
    more: tuple[str, ...] = ()
    tests_only: bool = False

    @property
    def interfaces(self) -> Sequence[str]:
        return (self.interface, *self.more)


@dataclass(frozen=True, slots=True)
class Channel:
    """One socket, the interface it is bound to, and what machines on that side are told."""

    opened: socket.socket
    link: Link
    site: Site


class Listener(ABC):
    """Each datagram goes to `_answer`, malformed ones become notices."""

    def __init__(self, binding: Binding, site: Site, notices: NoticeFeed, clock: Clock, overrides: Overrides) -> None:
        self._binding = binding
        self._site = site
        self._notices = notices
        self._clock = clock
        self._overrides = overrides

    async def serve(self, bound: Bound) -> None:
        """NotReady when no interface has an address to answer from."""
        with open_link_changes() as changes:
            while True:
                links = read_links(self._binding.interfaces)
                with ExitStack() as opened:
                    channels = [self._open(link, opened) for link in links]
                    bound(*channels[0].opened.getsockname())
                    while _read_ready(self._binding.interfaces) == links:
                        await changes.next()

    def _open(self, link: Link, opened: ExitStack) -> Channel:
        site = self._site.on(link, first=link.name == self._binding.interface)
        channel = Channel(open_socket(self._binding.listen, self._binding.port, link.name), link, site)
        opened.callback(channel.opened.close)
        loop = asyncio.get_running_loop()
        loop.add_reader(channel.opened, self._read, channel)
        opened.callback(loop.remove_reader, channel.opened)
        return channel

    def _read(self, channel: Channel) -> None:
        for _ in range(_PER_WAKE_UP):
            try:
                datagram = receive(channel.opened)
            except OSError:  # ENETDOWN: told once after the interface went down, and not our concern
                return
            if datagram is None:
                return
            try:
                request = read_request(parse_packet(datagram.data))
            except PacketError as error:
                self._notices.publish(
                    PacketRefused(at=self._clock.now(), address=datagram.source[0], protocol="dhcp", cause=str(error))
                )
                continue
            answered = request.probe or not self._binding.tests_only
            if answered and not self._overrides.ignores(request.mac):
                self._answer(channel, datagram, self._overrides.apply(request))

    @abstractmethod
    def _answer(self, channel: Channel, datagram: Datagram, request: DhcpRequest) -> None:
        """Decide, reply, tell."""

    def _send(
        self, channel: Channel, datagram: Datagram, request: DhcpRequest, reply: Packet, *, boot_server: bool = False
    ) -> None:
        # A reply carries the request's giaddr and ciaddr on, but a NAK no ciaddr: it is broadcast (RFC 2131 section 4.1).
        destination = decide_destination(reply, relay_port=request.relay_port, source=datagram.source, boot_server=boot_server)
        try:
            send(channel.opened, encode_packet(reply), destination, datagram.interface, channel.site.address)
        except OSError as error:
            # An interface that went down, a firewall or an unroutable relay: that client's trouble, not the server's.
            self._tell_refused(request, Refusal.UNSENT, f"the reply could not be sent: {error.strerror}")

    def _tell_refused(self, request: DhcpRequest, cause: Refusal, reason: str) -> None:
        """Of what does not boot from the network we tell nothing: beside the site's server we hear every phone, and each
        would be a machine on screen. A DECLINE never says what its sender is, and is told."""
        if request.probe or (request.client is Client.OTHER and request.type is not MessageType.DECLINE):
            return
        self._notices.publish(DhcpRefused(at=self._clock.now(), mac=request.mac, cause=cause, reason=reason))


def _read_ready(names: Sequence[str]) -> list[Link]:
    try:
        return read_links(names)
    except NotReady:
        return []
