"""One transfer on its own socket: bound to the address the request came to, connected to the client that sent it.

Connected, the kernel keeps strangers out (RFC 1350's wrong transfer ID) and reports a client that closed its port.
"""

import socket
from collections.abc import Iterable

from boot.clock import Clock
from boot.errors import PacketError
from boot.notices import NoticeFeed, PacketRefused, TransferFailed, TransferFault, TransferProbed, TransferProgressed
from boot.tftp.files import Content
from boot.tftp.packets import Request
from boot.tftp.transfer import FINAL, State, Transfer

Address = tuple[str, int]

LARGEST_DATAGRAM = 2048
NOTICE_INTERVAL = 0.25
"""Seconds between progress notices: more than a person can read is not told."""
GONE = "the client closed its port"


class Session:
    """Moves datagrams between a socket and a Transfer, and tells how it goes. `file` and `mac` are for the notices."""

    def __init__(
        self,
        request: Request,
        content: Content,
        sock: socket.socket,
        peer: Address,
        file: str,
        mac: str,
        notices: NoticeFeed,
        clock: Clock,
    ) -> None:
        self.peer = peer
        self.file = file
        self.socket = sock
        self.transfer = Transfer(request, content, clock.monotonic())
        self._content = content
        self.mac = mac
        self._notices = notices
        self._clock = clock
        self._told_at: float | None = None

    @property
    def over(self) -> bool:
        return self.transfer.state in FINAL

    def start(self) -> None:
        """Answer the request, or answer it again."""
        self._send(self.transfer.start(self._clock.monotonic()))

    def read(self) -> None:
        """Take one datagram: a client answers a window with one, so a second look would find nothing."""
        try:
            datagram = self.socket.recv(LARGEST_DATAGRAM)
        except BlockingIOError:
            return
        except OSError:
            self.transfer.abandon(TransferFault.CLOSED, GONE)
        else:
            self._receive(datagram)
        self._tell()

    def tick(self) -> None:
        self._send(self.transfer.tick(self._clock.monotonic()))
        self._tell()

    def abandon(self, fault: TransferFault, reason: str) -> None:
        self.transfer.abandon(fault, reason)
        self._tell()

    def close(self) -> None:
        self.socket.close()
        self._content.close()

    def _receive(self, datagram: bytes) -> None:
        try:
            self._send(self.transfer.receive(datagram, self._clock.monotonic()))
        except PacketError as error:
            self._notices.publish(PacketRefused(at=self._clock.now(), address=self.peer[0], protocol="tftp", cause=str(error)))

    def _send(self, datagrams: Iterable[bytes]) -> None:
        try:
            for datagram in datagrams:
                self.socket.send(datagram)
        except BlockingIOError:
            pass  # the socket's buffer is full: what is missing is repeated on timeout, as if the wire had lost it
        except OSError:
            self.transfer.abandon(TransferFault.CLOSED, GONE)

    def _tell(self) -> None:
        state = self.transfer.state
        if state is State.SENDING:
            if self._told_at is None or self._clock.monotonic() - self._told_at >= NOTICE_INTERVAL:
                self._progress(0 if self._told_at is None else self.transfer.sent)
        elif state is State.DONE:
            self._progress(self.transfer.size, done=True)
        elif state is State.PROBED:
            self._notices.publish(
                TransferProbed(
                    at=self._clock.now(),
                    mac=self.mac,
                    address=self.peer[0],
                    file=self.file,
                    size=self.transfer.size,
                    aborted=self.transfer.aborted,
                )
            )
        elif state is State.FAILED:
            self._notices.publish(
                TransferFailed(
                    at=self._clock.now(),
                    mac=self.mac,
                    address=self.peer[0],
                    protocol="tftp",
                    file=self.file,
                    fault=self.transfer.fault,
                    reason=self.transfer.reason,
                    sent=self.transfer.sent,
                    size=self.transfer.size,
                    repeats=self.transfer.repeats,
                )
            )

    def _progress(self, sent: int, *, done: bool = False) -> None:
        self._notices.publish(
            TransferProgressed(
                at=self._clock.now(),
                mac=self.mac,
                address=self.peer[0],
                protocol="tftp",
                file=self.file,
                sent=sent,
                size=self.transfer.size,
                done=done,
                repeats=self.transfer.repeats,
            )
        )
        self._told_at = self._clock.monotonic()
