"""Component `tftp`: takes read requests on the well-known port and gives each its own socket."""

import asyncio
import socket
import struct
from collections.abc import Callable

from boot.clock import Clock
from boot.component import Bound
from boot.errors import PacketError
from boot.notices import NoticeFeed, PacketRefused, TransferFailed, TransferFault, TransferRequested
from boot.tftp.files import TftpFile, open_content
from boot.tftp.names import is_expected_miss, parse_name, show_name
from boot.tftp.packets import (
    ACCESS_VIOLATION,
    NOT_DEFINED,
    NOT_FOUND,
    Request,
    encode_error,
    parse_request,
)
from boot.tftp.session import LARGEST_DATAGRAM, Address, Session

DATAGRAMS_PER_WAKE = 64
"""Requests taken at once: a rack that powers on asks all together."""

MOST_TRANSFERS = 256
"""Beyond it, the oldest one that was never acknowledged makes room: forged requests cannot shut real clients out."""
TICK = 0.05
"""Seconds between looks at the retransmission timers, while there are transfers."""

_PKTINFO_OPTION = 8
"""IP_PKTINFO of Linux; Python's socket module names it from 3.12 on."""
_PKTINFO = struct.Struct("@i4s4s")


class TftpServer:
    """Serves `files(name)` read-only; `name` is clean and relative, None means there is no such file."""

    name = "tftp"

    def __init__(
        self, listen: str, port: int, files: Callable[[str], TftpFile | None], notices: NoticeFeed, clock: Clock
    ) -> None:
        self._listen = listen
        self._port = port
        self._files = files
        self._notices = notices
        self._clock = clock
        self._sessions: dict[Address, Session] = {}
        self._busy = asyncio.Event()

    async def serve(self, bound: Bound) -> None:
        """Serve until cancelled; OSError when the port cannot be had."""
        loop = asyncio.get_running_loop()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as requests:
            requests.setblocking(False)
            requests.setsockopt(socket.IPPROTO_IP, _PKTINFO_OPTION, 1)
            requests.bind((self._listen, self._port))
            loop.add_reader(requests, self._read_requests, requests)
            try:
                bound(*requests.getsockname())
                await self._keep_time()
            finally:
                loop.remove_reader(requests)
                for session in list(self._sessions.values()):
                    self._end(session)

    async def _keep_time(self) -> None:
        while True:
            await self._busy.wait()
            await self._clock.sleep(TICK)
            for session in list(self._sessions.values()):
                session.tick()
                if session.over:
                    self._end(session)

    def _read_requests(self, requests: socket.socket) -> None:
        for _ in range(DATAGRAMS_PER_WAKE):
            try:
                datagram, ancillary, _flags, peer = requests.recvmsg(LARGEST_DATAGRAM, socket.CMSG_SPACE(_PKTINFO.size))
            except BlockingIOError:
                return
            except OSError:
                continue  # an ICMP error of an earlier reply, reported here by the kernel
            local = next((_local_address(data) for level, kind, data in ancillary if kind == _PKTINFO_OPTION), "")
            try:
                self._receive(datagram, peer, local, requests)
            except PacketError as error:
                self._refuse(peer, str(error))

    def _receive(self, datagram: bytes, peer: Address, local: str, requests: socket.socket) -> None:
        request = parse_request(datagram)
        if request.write:
            _send_error(requests, peer, ACCESS_VIOLATION, "this server is read-only")
            raise PacketError("write request")
        known = self._sessions.get(peer)
        if known is not None:
            self._tell_requested(peer, known.mac, known.file, again=True)
            known.start()
            return
        try:
            asked = parse_name(request.name)
        except PacketError:
            _send_error(requests, peer, ACCESS_VIOLATION, "no such name here")
            raise
        self._settle_probes(peer[0], asked.name)
        file = self._files(asked.name)
        if file is None:
            _send_error(requests, peer, NOT_FOUND, "file not found")
            expected = is_expected_miss(asked.name)
            self._fail(peer, asked.mac, show_name(asked.name), TransferFault.NO_SUCH_FILE, "no such file", expected=expected)
            return
        self._tell_requested(peer, asked.mac, file.name)
        try:
            self._begin(request, file, peer, local, asked.mac)
        except OSError as error:
            _send_error(requests, peer, NOT_DEFINED, "cannot read the file")
            self._fail(peer, asked.mac, file.name, TransferFault.UNREADABLE, f"cannot be served: {error.strerror or error}")

    def _settle_probes(self, host: str, name: str) -> None:
        # Some ROMs drop a size probe without the ERROR and ask again from the next port.
        for session in list(self._sessions.values()):
            if session.peer[0] == host and session.file == name and session.transfer.may_be_probe:
                session.abandon(TransferFault.OVERTAKEN, "asked again from another port")
                self._end(session)

    def _begin(self, request: Request, file: TftpFile, peer: Address, local: str, mac: str) -> None:
        self._make_room()
        content = open_content(file)
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            sock.setblocking(False)
            sock.bind((local, 0))
            sock.connect(peer)
        except OSError:
            sock.close()
            content.close()
            raise
        session = Session(request, content, sock, peer, file.name, mac, self._notices, self._clock)
        self._sessions[peer] = session
        self._busy.set()
        asyncio.get_running_loop().add_reader(sock, self._read_session, session)
        session.start()

    def _make_room(self) -> None:
        if len(self._sessions) < MOST_TRANSFERS:
            return
        victim = next((session for session in self._sessions.values() if not session.transfer.sent), None)
        if victim is None:
            raise PacketError("too many transfers at once")
        victim.abandon(TransferFault.OVERTAKEN, "made room for another client")
        self._end(victim)

    def _read_session(self, session: Session) -> None:
        session.read()
        if session.over:
            self._end(session)

    def _end(self, session: Session) -> None:
        del self._sessions[session.peer]
        asyncio.get_running_loop().remove_reader(session.socket)
        session.close()
        if not self._sessions:
            self._busy.clear()

    def _tell_requested(self, peer: Address, mac: str, file: str, *, again: bool = False) -> None:
        self._notices.publish(TransferRequested(at=self._clock.now(), mac=mac, address=peer[0], file=file, again=again))

    def _fail(self, peer: Address, mac: str, name: str, fault: TransferFault, reason: str, *, expected: bool = False) -> None:
        self._notices.publish(
            TransferFailed(
                at=self._clock.now(),
                mac=mac,
                address=peer[0],
                protocol="tftp",
                file=name,
                fault=fault,
                reason=reason,
                expected=expected,
            )
        )

    def _refuse(self, peer: Address, cause: str) -> None:
        self._notices.publish(PacketRefused(at=self._clock.now(), address=peer[0], protocol="tftp", cause=cause))


def _local_address(pktinfo: bytes) -> str:
    _interface, local, _destination = _PKTINFO.unpack(pktinfo)
    return socket.inet_ntoa(local)


def _send_error(requests: socket.socket, peer: Address, code: int, message: str) -> None:
    try:
        requests.sendto(encode_error(code, message), peer)
    except OSError:
        return  # a forged sender or a full buffer: the client asks again
