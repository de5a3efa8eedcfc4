"""The components `dhcp` (port 67) and `pxe` (port 4011): receive, classify, decide, reply, tell."""

import asyncio
import logging
from contextlib import ExitStack

from boot.client.protocol import Client as PlaneClient
from boot.clock import Clock
from boot.component import Bound
from boot.config import DhcpMode
from boot.dhcp.answer import Answer, Site, decide_boot_server, decide_proxy
from boot.dhcp.conflicts import ConflictProbe
from boot.dhcp.lessor import Lessor
from boot.dhcp.link import Link
from boot.dhcp.listener import Binding, Channel, Listener
from boot.dhcp.overrides import Overrides
from boot.dhcp.packet import MessageType, Option
from boot.dhcp.request import NO_ADDRESS, Client, DhcpRequest
from boot.dhcp.sockets import Datagram
from boot.notices import (
    BootServerAnswered,
    DhcpAcknowledged,
    DhcpDiscovered,
    DhcpOffered,
    DhcpRequested,
    NoticeFeed,
)

_LOG = logging.getLogger(__name__)

_MOST_PENDING = 1000
"""Requests under way: a flood of made-up MACs is dropped above that, a rack never gets there."""
_LOOPBACK = "lo"


class PxeServer(Listener):
    """The second PXE round, on port 4011."""

    name = "pxe"

    def _answer(self, channel: Channel, datagram: Datagram, request: DhcpRequest) -> None:
        answer = decide_boot_server(channel.site, request)
        if answer.packet is None:
            if answer.remark:
                self._tell_refused(request, answer.cause, answer.remark)
            return
        self._send(channel, datagram, request, answer.packet, boot_server=True)
        address = request.packet.ciaddr if request.packet.ciaddr != NO_ADDRESS else datagram.source[0]
        self._notices.publish(
            BootServerAnswered(at=self._clock.now(), mac=request.mac, address=address, boot_file=answer.boot_file)
        )


class DhcpServer(Listener):
    """Port 67: proxy, or with a `lessor` the rack's own server. Follows the overrides of `plane` where there is one."""

    name = "dhcp"

    def __init__(
        self,
        binding: Binding,
        site: Site,
        notices: NoticeFeed,
        clock: Clock,
        overrides: Overrides,
        lessor: Lessor | None = None,
        plane: PlaneClient | None = None,
    ) -> None:
        super().__init__(binding, site, notices, clock, overrides)
        self._lessor = lessor
        self._plane = plane
        self._probes: dict[str, ConflictProbe] = {}
        self._pending: set[asyncio.Task[None]] = set()

    async def serve(self, bound: Bound) -> None:
        following = [asyncio.create_task(self._overrides.follow(self._plane, self._clock))] if self._plane else []
        try:
            await super().serve(bound)
        finally:
            tasks = [*following, *self._pending]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _open(self, link: Link, opened: ExitStack) -> Channel:
        channel = super()._open(link, opened)
        if self._lessor is not None:
            self._lessor.keep_out(channel.site.address)
            self._lessor.keep_out(link.address)
            if link.name != _LOOPBACK:
                self._open_probe(link, opened)
        return channel

    def _open_probe(self, link: Link, opened: ExitStack) -> None:
        try:
            self._probes[link.name] = opened.enter_context(ConflictProbe(link))
        except PermissionError:
            _LOG.warning("addresses are offered on %s unasked whether somebody has them: that wants CAP_NET_RAW", link.name)
            return
        opened.callback(self._probes.pop, link.name)

    def _answer(self, channel: Channel, datagram: Datagram, request: DhcpRequest) -> None:
        self._tell_request(request)
        if self._lessor is None:
            self._reply(channel, datagram, request, decide_proxy(channel.site, request))
        elif len(self._pending) < _MOST_PENDING:
            task = asyncio.create_task(self._answer_leasing(self._lessor, channel, datagram, request))
            self._pending.add(task)
            task.add_done_callback(self._pending.discard)

    async def _answer_leasing(self, lessor: Lessor, channel: Channel, datagram: Datagram, request: DhcpRequest) -> None:
        answer = await lessor.answer(channel.site, request, self._probes.get(channel.link.name))
        self._reply(channel, datagram, request, answer)

    def _reply(self, channel: Channel, datagram: Datagram, request: DhcpRequest, answer: Answer) -> None:
        if answer.remark:
            self._tell_refused(request, answer.cause, answer.remark)
        if answer.packet is not None:
            self._send(channel, datagram, request, answer.packet)
            self._tell_answer(request, answer)

    # What the console and the log are told

    def _tell_request(self, request: DhcpRequest) -> None:
        now = self._clock.now()
        if request.client is Client.OTHER or request.probe:
            return
        if request.type is MessageType.DISCOVER:
            self._notices.publish(
                DhcpDiscovered(
                    at=now,
                    mac=request.mac,
                    architecture=request.architecture.code if request.architecture else None,
                    user_class=request.user_class,
                    vendor_class=request.vendor_class,
                    uuid=request.uuid,
                    seconds=request.packet.seconds,
                    relay="" if request.packet.giaddr == NO_ADDRESS else request.packet.giaddr,
                    ipxe_features=request.ipxe_features,
                )
            )
        elif request.type is MessageType.REQUEST:
            address = request.requested or request.packet.ciaddr
            self._notices.publish(DhcpRequested(at=now, mac=request.mac, address=address, server=request.server))

    def _tell_answer(self, request: DhcpRequest, answer: Answer) -> None:
        reply = answer.packet
        refused = reply is None or reply.options[Option.MESSAGE_TYPE] == bytes((MessageType.NAK,))
        if reply is None or refused or request.client is Client.OTHER or request.probe:
            return
        now, address = self._clock.now(), "" if reply.yiaddr == NO_ADDRESS else reply.yiaddr
        file = answer.boot_file
        if request.type is MessageType.DISCOVER:
            mode = DhcpMode.PROXY if self._lessor is None else DhcpMode.SERVER
            self._notices.publish(DhcpOffered(at=now, mac=request.mac, address=address, mode=mode, boot_file=file))
        elif request.type is MessageType.REQUEST:
            self._notices.publish(DhcpAcknowledged(at=now, mac=request.mac, address=address, boot_file=file))
