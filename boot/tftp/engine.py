"""The transfer process: a plain selector loop that takes read requests and moves every transfer on.

It has no asyncio: fewer steps from a datagram to its answer, and less to import at the start.
"""

import selectors
import socket
import time
from dataclasses import dataclass

from boot.errors import PacketError
from boot.faults import TransferFault
from boot.tftp.blocks import StretchCache
from boot.tftp.control import ControlLine
from boot.tftp.files import TftpFile, open_content
from boot.tftp.messages import Ask, Kind, Told
from boot.tftp.names import Asked, is_expected_miss, parse_name, show_name
from boot.tftp.packets import ACCESS_VIOLATION, NOT_DEFINED, NOT_FOUND, Request, encode_error, is_request, parse_request
from boot.tftp.ports import LARGEST_DATAGRAM, PKTINFO, PKTINFO_OPTION, Address, Offload, open_port, share_port
from boot.tftp.session import Session

DATAGRAMS_PER_WAKE = 64
"""Requests taken at once: a rack that powers on asks all together."""
MOST_TRANSFERS = 256
"""Beyond it, the oldest one that was never acknowledged makes room: forged requests cannot shut real clients out."""
MOST_ASKED = 1024
"""Requests whose file is being looked up; what comes beyond is asked again by its client."""
TICK = 0.02
"""Seconds between looks at the retransmission timers, while there are transfers."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    number: int
    request: Request
    asked: Asked
    local: str


class Engine:
    """`requests` is from ports.open_requests; over `control` the component is asked which file a name is.

    `single_port`: every transfer leaves from the port of `requests`.
    """

    def __init__(self, requests: socket.socket, control: ControlLine, *, single_port: bool) -> None:
        self._requests = requests
        self._control = control
        self._single_port = single_port
        self._selector = selectors.DefaultSelector()
        self._sessions: dict[Address, Session] = {}
        self._waiting: dict[Address, _Waiting] = {}
        self._asked: dict[int, Address] = {}
        self._number = 0
        self._cache = StretchCache()
        self._offload = Offload()

    def run(self) -> None:
        """Serve until the component is gone."""
        self._selector.register(self._requests, selectors.EVENT_READ, self._read_requests)
        self._selector.register(self._control.socket, selectors.EVENT_READ, self._read_control)
        next_tick = 0.0
        while not self._control.ended:
            ready = self._selector.select(TICK if self._sessions else None)
            now = time.monotonic()
            for key, _events in ready:
                if isinstance(key.data, Session):
                    self._read_session(key.data, now)
                else:
                    key.data(now)
            if now >= next_tick:
                self._tick(now)
                next_tick = now + TICK
            self._watch_control()

    def _watch_control(self) -> None:
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if self._control.waiting else 0)
        if self._selector.get_key(self._control.socket).events != events:
            self._selector.modify(self._control.socket, events, self._read_control)

    def _tick(self, now: float) -> None:
        for session in list(self._sessions.values()):
            session.tick(now)
            if session.over:
                self._end(session)

    def _read_session(self, session: Session, now: float) -> None:
        if self._sessions.get(session.peer) is not session:
            return  # a request read in this same wake-up ended it
        session.read(now)
        if session.over:
            self._end(session)

    def _read_requests(self, now: float) -> None:
        for _ in range(DATAGRAMS_PER_WAKE):
            try:
                datagram, ancillary, _flags, peer = self._requests.recvmsg(LARGEST_DATAGRAM, socket.CMSG_SPACE(PKTINFO.size))
            except BlockingIOError:
                return
            except OSError:
                continue  # an ICMP error of an earlier reply, reported here by the kernel
            local = next((_local_address(data) for _, kind, data in ancillary if kind == PKTINFO_OPTION), "")
            try:
                self._receive(datagram, peer, local, now)
            except PacketError as error:
                self._control.say(Told(Kind.REFUSED, peer[0], reason=str(error)))

    def _receive(self, datagram: bytes, peer: Address, local: str, now: float) -> None:
        known = self._sessions.get(peer)
        if known is not None and self._single_port and not is_request(datagram):
            known.receive(datagram, now)
            if known.over:
                self._end(known)
            return
        request = parse_request(datagram)
        if request.write:
            self._send_error(peer, ACCESS_VIOLATION, "this server is read-only")
            raise PacketError("write request")
        if known is not None and known.request == request:
            self._control.say(Told(Kind.ASKED_AGAIN, peer[0], known.mac, known.file))
            known.start(now)
            return
        if known is not None:
            known.abandon(TransferFault.OVERTAKEN, "the client asked for something else from the same port", now)
            self._end(known)
        try:
            asked = parse_name(request.name)
        except PacketError:
            self._send_error(peer, ACCESS_VIOLATION, "no such name here")
            raise
        self._settle_probes(peer[0], asked.name, now)
        self._ask(peer, _Waiting(self._number, request, asked, local))

    def _ask(self, peer: Address, waiting: _Waiting) -> None:
        if peer in self._waiting or len(self._waiting) >= MOST_ASKED:
            return
        self._waiting[peer] = waiting
        self._asked[self._number] = peer
        self._number += 1
        self._control.say(Ask(waiting.number, waiting.asked.name, peer[0], waiting.asked.mac))

    def _read_control(self, now: float) -> None:
        self._control.flush()
        for answer in self._control.answers():
            peer = self._asked.pop(answer.number)
            waiting = self._waiting.pop(peer)
            if answer.file is None:
                self._miss(peer, waiting.asked)
                continue
            self._control.say(Told(Kind.REQUESTED, peer[0], waiting.asked.mac, answer.file.name))
            try:
                self._begin(waiting, answer.file, peer, now)
            except OSError as error:
                self._send_error(peer, NOT_DEFINED, "cannot read the file")
                reason = f"cannot be served: {error.strerror or error}"
                self._fail(peer, waiting.asked.mac, answer.file.name, TransferFault.UNREADABLE, reason)
            except PacketError as error:
                self._control.say(Told(Kind.REFUSED, peer[0], reason=str(error)))

    def _settle_probes(self, host: str, name: str, now: float) -> None:
        # Some ROMs drop a size probe without the ERROR and ask again from the next port.
        for session in list(self._sessions.values()):
            if session.peer[0] == host and session.file == name and session.transfer.may_be_probe:
                session.abandon(TransferFault.OVERTAKEN, "asked again from another port", now)
                self._end(session)

    def _begin(self, waiting: _Waiting, file: TftpFile, peer: Address, now: float) -> None:
        self._make_room(now)
        content = open_content(file)
        try:
            if self._single_port:
                port = share_port(self._requests, waiting.local, peer, self._offload)
            else:
                port = open_port(waiting.local, peer, self._offload)
        except OSError:
            content.close()
            raise
        request, mac = waiting.request, waiting.asked.mac
        session = Session(request, content, self._cache, port, peer, file.name, mac, self._control.say, now)
        self._sessions[peer] = session
        if not self._single_port:
            self._selector.register(port.socket, selectors.EVENT_READ, session)
        session.start(now)

    def _make_room(self, now: float) -> None:
        if len(self._sessions) < MOST_TRANSFERS:
            return
        victim = next((session for session in self._sessions.values() if not session.transfer.sent), None)
        if victim is None:
            raise PacketError("too many transfers at once")
        victim.abandon(TransferFault.OVERTAKEN, "made room for another client", now)
        self._end(victim)

    def _end(self, session: Session) -> None:
        del self._sessions[session.peer]
        if not self._single_port:
            self._selector.unregister(session.port.socket)
            session.port.socket.close()
        session.close()

    def _miss(self, peer: Address, asked: Asked) -> None:
        self._send_error(peer, NOT_FOUND, "file not found")
        expected = is_expected_miss(asked.name)
        self._fail(peer, asked.mac, show_name(asked.name), TransferFault.NO_SUCH_FILE, "no such file", expected=expected)

    def _fail(self, peer: Address, mac: str, name: str, fault: TransferFault, reason: str, *, expected: bool = False) -> None:
        self._control.say(Told(Kind.FAILED, peer[0], mac, name, fault=fault, reason=reason, expected=expected))

    def _send_error(self, peer: Address, code: int, message: str) -> None:
        try:
            self._requests.sendto(encode_error(code, message), peer)
        except OSError:
            return  # a forged sender or a full buffer: the client asks again


def _local_address(pktinfo: bytes) -> str:
    _interface, local, _destination = PKTINFO.unpack(pktinfo)
    return socket.inet_ntoa(local)
