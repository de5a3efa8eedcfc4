"""The components `dhcp` (port 67) and `pxe` (port 4011): receive, classify, decide, reply, tell."""

import asyncio
import socket
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from boot.clock import Clock
from boot.component import Bound
from boot.config import DhcpMode
from boot.dhcp.answer import (
    Answer,
    Site,
    build_inform_answer,
    build_lease_answer,
    build_nak,
    decide_boot_server,
    decide_destination,
    decide_proxy,
    may_refuse,
)
from boot.dhcp.leases import LEASED, Leases
from boot.dhcp.packet import MessageType, Packet, encode_packet, parse_packet
from boot.dhcp.request import NO_ADDRESS, Client, DhcpRequest, read_request
from boot.dhcp.sockets import Datagram, open_socket, receive, send
from boot.errors import PacketError
from boot.notices import (
    BootServerAnswered,
    DhcpAcknowledged,
    DhcpDiscovered,
    DhcpOffered,
    DhcpRefused,
    DhcpRequested,
    NoticeFeed,
    PacketRefused,
    Refusal,
)

_PER_WAKE_UP = 64
"""Datagrams read before others have their turn on the loop."""


@dataclass(frozen=True, slots=True)
class Binding:
    """Where a component listens."""

    listen: str
    port: int
    interface: str


class _Listener(ABC):
    """A socket on the loop; each datagram goes to `_answer`, malformed ones become notices."""

    def __init__(self, binding: Binding, site: Site, notices: NoticeFeed, clock: Clock) -> None:
        self._binding = binding
        self._site = site
        self._notices = notices
        self._clock = clock

    async def serve(self, bound: Bound) -> None:
        opened = open_socket(self._binding.listen, self._binding.port, self._binding.interface)
        loop = asyncio.get_running_loop()
        try:
            loop.add_reader(opened, self._read, opened)
            address, port = opened.getsockname()
            bound(address, port)
            await asyncio.Event().wait()
        finally:
            loop.remove_reader(opened)
            opened.close()

    def _read(self, opened: socket.socket) -> None:
        for _ in range(_PER_WAKE_UP):
            datagram = receive(opened)
            if datagram is None:
                return
            try:
                request = read_request(parse_packet(datagram.data))
            except PacketError as error:
                self._notices.publish(
                    PacketRefused(at=self._clock.now(), address=datagram.source[0], protocol="dhcp", cause=str(error))
                )
                continue
            self._answer(opened, datagram, request)

    @abstractmethod
    def _answer(self, opened: socket.socket, datagram: Datagram, request: DhcpRequest) -> None:
        """Decide, reply, tell."""

    def _send(
        self, opened: socket.socket, datagram: Datagram, request: DhcpRequest, reply: Packet, *, boot_server: bool = False
    ) -> None:
        # A reply carries the request's giaddr and ciaddr on, but a NAK no ciaddr: it is broadcast (RFC 2131 section 4.1).
        destination = decide_destination(reply, relay_port=request.relay_port, source=datagram.source, boot_server=boot_server)
        try:
            send(opened, encode_packet(reply), destination, datagram.interface, self._site.address)
        except OSError as error:
            # An interface that went down or an unroutable relay: that client's trouble, not the server's.
            self._tell_refused(request, Refusal.UNSENT, f"the reply could not be sent: {error.strerror}")

    def _tell_refused(self, request: DhcpRequest, cause: Refusal, reason: str) -> None:
        """Of what does not boot from the network we tell nothing: beside the site's server we hear every phone, and each
        would be a machine on screen. A DECLINE never says what its sender is, and is told."""
        if request.client is Client.OTHER and request.type is not MessageType.DECLINE:
            return
        self._notices.publish(DhcpRefused(at=self._clock.now(), mac=request.mac, cause=cause, reason=reason))


class PxeServer(_Listener):
    """The second PXE round, on port 4011."""

    name = "pxe"

    def _answer(self, opened: socket.socket, datagram: Datagram, request: DhcpRequest) -> None:
        answer = decide_boot_server(self._site, request)
        if answer.packet is None:
            if answer.remark:
                self._tell_refused(request, answer.cause, answer.remark)
            return
        self._send(opened, datagram, request, answer.packet, boot_server=True)
        address = request.packet.ciaddr if request.packet.ciaddr != NO_ADDRESS else datagram.source[0]
        self._notices.publish(
            BootServerAnswered(at=self._clock.now(), mac=request.mac, address=address, boot_file=answer.boot_file)
        )


class DhcpServer(_Listener):
    """Port 67: proxy, or with `leases` the rack's own server."""

    name = "dhcp"

    def __init__(self, binding: Binding, site: Site, notices: NoticeFeed, clock: Clock, leases: Leases | None = None) -> None:
        super().__init__(binding, site, notices, clock)
        self._leases = leases
        if leases is not None:
            leases.keep_out(site.address)
        self._rows: dict[MessageType, Callable[[DhcpRequest, Leases], Answer | Packet | None]] = {
            MessageType.DISCOVER: self._discover,
            MessageType.REQUEST: self._request,
            MessageType.DECLINE: self._decline,
            MessageType.RELEASE: self._release,
            MessageType.INFORM: self._inform,
        }

    def _answer(self, opened: socket.socket, datagram: Datagram, request: DhcpRequest) -> None:
        self._tell_request(request)
        if self._leases is None:
            answer: Answer | Packet | None = decide_proxy(self._site, request)
        else:
            row = self._rows.get(request.type)
            answer = row(request, self._leases) if row else None
        if isinstance(answer, Packet):
            self._send(opened, datagram, request, answer)
        elif answer is not None:
            if answer.remark:
                self._tell_refused(request, answer.cause, answer.remark)
            if answer.packet is not None:
                self._send(opened, datagram, request, answer.packet)
                self._tell_answer(request, answer.packet, answer.boot_file)

    # The rows of the full server (RFC 2131 section 4.3)

    def _discover(self, request: DhcpRequest, leases: Leases) -> Answer:
        lease = leases.offer(request.mac, request.requested)
        if lease is None:
            taken = "every address of the pool is taken: widen --dhcp-range"
            return Answer(None, remark=taken, cause=Refusal.POOL_EXHAUSTED)
        return build_lease_answer(self._site, request, MessageType.OFFER, lease, int(LEASED.total_seconds()))

    def _request(self, request: DhcpRequest, leases: Leases) -> Answer | Packet | None:
        if request.server and request.server != self._site.address:
            return None  # it took another server's offer
        address = request.requested or request.packet.ciaddr
        lease = leases.commit(request.mac, address)
        if lease is not None:
            return build_lease_answer(self._site, request, MessageType.ACK, lease, int(LEASED.total_seconds()))
        if not may_refuse(self._site, request, address, in_pool=leases.contains(address)):
            return None
        self._tell_refused(request, Refusal.NOT_ITS_ADDRESS, f"{address} is not its address: refused, it will ask anew")
        return build_nak(self._site, request)

    def _decline(self, request: DhcpRequest, leases: Leases) -> None:
        if leases.decline(request.mac, request.requested):
            told = f"it says that somebody else has {request.requested}: not handed out for a while"
            self._tell_refused(request, Refusal.DECLINED, told)

    def _release(self, request: DhcpRequest, leases: Leases) -> None:
        leases.release(request.mac)

    def _inform(self, request: DhcpRequest, _leases: Leases) -> Answer:
        return build_inform_answer(self._site, request)

    # What the console and the log are told

    def _tell_request(self, request: DhcpRequest) -> None:
        now = self._clock.now()
        if request.client is Client.OTHER:
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

    def _tell_answer(self, request: DhcpRequest, reply: Packet, file: str) -> None:
        now, address = self._clock.now(), "" if reply.yiaddr == NO_ADDRESS else reply.yiaddr
        if request.client is Client.OTHER:
            return
        if request.type is MessageType.DISCOVER:
            mode = DhcpMode.PROXY if self._leases is None else DhcpMode.SERVER
            self._notices.publish(DhcpOffered(at=now, mac=request.mac, address=address, mode=mode, boot_file=file))
        elif request.type is MessageType.REQUEST:
            self._notices.publish(DhcpAcknowledged(at=now, mac=request.mac, address=address, boot_file=file))
