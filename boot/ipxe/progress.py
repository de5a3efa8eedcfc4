"""How far a download has come: the kernel sends it, and the kernel says how much of it has arrived."""

import socket
import struct
from contextlib import suppress

from aiohttp import web

from boot.clock import Clock
from boot.notices import NoticeFeed, TransferFailed, TransferFault, TransferProgressed

NOTICE_INTERVAL = 0.25
"""Seconds between progress notices."""

_TCP_INFO_SIZE = 128
_BYTES_ACKED = struct.Struct("=Q")
_BYTES_ACKED_OFFSET = 120
"""tcpi_bytes_acked in Linux's struct tcp_info (since 4.1): what the machine's own TCP has confirmed."""


class Watch:
    """Tells first, at intervals, and last how far one GET has come; `offset` is where in the file of `size` it begins."""

    def __init__(
        self, notices: NoticeFeed, clock: Clock, request: web.Request, file: str, mac: str, size: int, offset: int
    ) -> None:
        self._notices = notices
        self._clock = clock
        self._address = request.remote or ""
        self._file = file
        self._mac = mac
        self._size = size
        self._socket = request.get_extra_info("socket")
        self._before = _acknowledged(self._socket)
        self._offset = self._known = offset

    async def keep_telling(self) -> None:
        self._tell(self._offset)
        while True:
            await self._clock.sleep(NOTICE_INTERVAL)
            self._tell(self._sent())

    def finish(self, count: int) -> None:
        """All `count` bytes have been handed to the kernel; `done` when that reaches the end of the file."""
        sent = self._offset + count
        self._tell(sent, done=sent == self._size)

    def fail(self, fault: TransferFault, reason: str) -> None:
        self._notices.publish(
            TransferFailed(
                at=self._clock.now(),
                mac=self._mac,
                address=self._address,
                protocol="http",
                file=self._file,
                fault=fault,
                reason=reason,
                sent=self._sent(),
                size=self._size,
            )
        )

    def _sent(self) -> int:
        # A socket that is closed already tells nothing: then what was known last holds.
        arrived = min(self._offset + _acknowledged(self._socket) - self._before, self._size)
        self._known = max(self._known, arrived)
        return self._known

    def _tell(self, sent: int, *, done: bool = False) -> None:
        self._notices.publish(
            TransferProgressed(
                at=self._clock.now(),
                mac=self._mac,
                address=self._address,
                protocol="http",
                file=self._file,
                sent=sent,
                size=self._size,
                done=done,
            )
        )


def _acknowledged(sock: socket.socket | None) -> int:
    if sock is None:
        return 0
    with suppress(OSError):
        info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO_SIZE)
        return int(_BYTES_ACKED.unpack_from(info, _BYTES_ACKED_OFFSET)[0])
    return 0
