"""One transfer on its own socket: bound to the address the request came to, connected to the client that sent it.

Connected, the kernel keeps strangers out (RFC 1350's wrong transfer ID) and reports a client that closed its port.
"""

import socket
from collections.abc import Iterable

from boot.clock import Clock
from boot.errors import PacketError
from boot.notices import NoticeFeed, PacketRefused, TransferFailed, TransferProbed, TransferProgressed
from boot.tftp.files import Content
from boot.tftp.packets import Request
from boot.tftp.transfer import FINAL, State, Transfer

Address = tuple[str, int]

DATAGRAMS_PER_WAKE = 64
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
        self._mac = mac
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
        """Take what has arrived, several datagrams at once."""
        for _ in range(DATAGRAMS_PER_WAKE):
            try:
                datagram = self.socket.recv(LARGEST_DATAGRAM)
            except BlockingIOError:
                break
            except OSError:
                self.transfer.abandon(GONE)
                break
            try:
                self._send(self.transfer.receive(datagram, self._clock.monotonic()))
            except PacketError as error:
                self._notices.publish(
                    PacketRefused(at=self._clock.now(), address=self.peer[0], protocol="tftp", cause=str(error))
                )
            if self.over:
                break
        self._tell()

    def tick(self) -> None:
        self._send(self.transfer.tick(self._clock.monotonic()))
        self._tell()

    def abandon(self, reason: str) -> None:
        self.transfer.abandon(reason)
        self._tell()

    def close(self) -> None:
        self.socket.close()
        self._content.close()

    def _send(self, datagrams: Iterable[bytes]) -> None:
        try:
            for datagram in datagrams:
                self.socket.send(datagram)
        except BlockingIOError:
            pass  # the socket's buffer is full: what is missing is repeated on timeout, as if the wire had lost it
        except OSError:
            self.transfer.abandon(GONE)

    def _tell(self) -> None:
        transfer = self.transfer
        at, address = self._clock.now(), self.peer[0]
        if transfer.state is State.PROBED:
            self._notices.publish(
                TransferProbed(at=at, mac=self._mac, address=address, file=self.file, size=transfer.size)
            )
        elif transfer.state is State.FAILED:
            self._notices.publish(
                TransferFailed(
                    at=at,
                    mac=self._mac,
                    address=address,
                    protocol="tftp",
                    file=self.file,
                    reason=transfer.reason,
                    sent=transfer.sent,
                    size=transfer.size,
                )
            )
        elif transfer.state is State.DONE:
            self._progress(done=True)
        elif transfer.state is State.SENDING and self._due():
            self._progress(done=False)

    def _due(self) -> bool:
        return self._told_at is None or self._clock.monotonic() - self._told_at >= NOTICE_INTERVAL

    def _progress(self, *, done: bool) -> None:
        transfer = self.transfer
        self._notices.publish(
            TransferProgressed(
                at=self._clock.now(),
                mac=self._mac,
                address=self.peer[0],
                protocol="tftp",
                file=self.file,
                sent=0 if self._told_at is None and not done else transfer.size if done else transfer.sent,
                size=transfer.size,
                done=done,
            )
        )
        self._told_at = self._clock.monotonic()
