"""One client's transfer: moves datagrams between its port and a Transfer, and tells how it goes."""

from collections.abc import Callable

from boot.errors import PacketError
from boot.faults import TransferFault
from boot.tftp.blocks import Burst, StretchCache
from boot.tftp.files import Content
from boot.tftp.messages import Kind, Told
from boot.tftp.packets import Request
from boot.tftp.ports import LARGEST_DATAGRAM, Address, Port
from boot.tftp.transfer import FINAL, State, Transfer

TELL_INTERVAL = 0.25
"""Seconds between two reports of progress: more than a person can read is not told."""
GONE = "the client closed its port"
_ENDS = {State.DONE: Kind.DONE, State.PROBED: Kind.PROBED, State.FAILED: Kind.FAILED}


class Session:
    """`file` and `mac` are for the reports; `content` and `port` are its own to close. Times as in Transfer."""

    def __init__(
        self,
        request: Request,
        content: Content,
        cache: StretchCache,
        port: Port,
        peer: Address,
        file: str,
        mac: str,
        tell: Callable[[Told], None],
        now: float,
    ) -> None:
        self.request = request
        self.peer = peer
        self.file = file
        self.port = port
        self.transfer = Transfer(request, content, cache, now)
        self._content = content
        self.mac = mac
        self._tell = tell
        self._told: State | None = None
        self._told_at = now

    @property
    def over(self) -> bool:
        return self.transfer.state in FINAL

    def start(self, now: float) -> None:
        """Answer the request, or answer it again."""
        self._send(self.transfer.start(now))
        self._tell_change(now)

    def read(self, now: float) -> None:
        """Take one datagram of a port of its own: a client answers a window with one, so there is no second."""
        try:
            datagram = self.port.socket.recv(LARGEST_DATAGRAM)
        except BlockingIOError:
            return
        except OSError:
            self.abandon(TransferFault.CLOSED, GONE, now)
        else:
            self.receive(datagram, now)

    def receive(self, datagram: bytes, now: float) -> None:
        try:
            bursts = self.transfer.receive(datagram, now)
        except PacketError as error:
            self._tell(Told(Kind.REFUSED, self.peer[0], reason=str(error)))
            return
        if bursts:
            self._send(bursts)
        if self.transfer.state is not self._told:
            self._tell_change(now)

    def tick(self, now: float) -> None:
        self._send(self.transfer.tick(now))
        if self.transfer.state is not self._told:
            self._tell_change(now)
        elif now - self._told_at >= TELL_INTERVAL and self.transfer.state is State.SENDING:
            self._report(Kind.PROGRESSED, now)

    def abandon(self, fault: TransferFault, reason: str, now: float) -> None:
        self.transfer.abandon(fault, reason)
        self._tell_change(now)

    def close(self) -> None:
        self._content.close()

    def _send(self, bursts: list[Burst]) -> None:
        try:
            self.port.send(bursts)
        except OSError:
            self.transfer.abandon(TransferFault.CLOSED, GONE)

    def _tell_change(self, now: float) -> None:
        state = self.transfer.state
        if state is self._told:
            return
        self._told = state
        if state is State.SENDING:
            self._report(Kind.PROGRESSED, now)
        elif state in _ENDS:
            self._report(_ENDS[state], now)

    def _report(self, kind: Kind, now: float) -> None:
        transfer = self.transfer
        self._told_at = now
        self._tell(
            Told(
                kind,
                self.peer[0],
                self.mac,
                self.file,
                transfer.sent,
                transfer.size,
                transfer.repeats,
                transfer.fault,
                transfer.reason,
                aborted=transfer.aborted,
            )
        )
