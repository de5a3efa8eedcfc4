"""Files over HTTP with their progress: the kernel sends them (sendfile), the kernel says how much has arrived."""

import asyncio
import socket
import struct
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from boot.clock import Clock
from boot.notices import NoticeFeed, TransferFailed, TransferFault, TransferProgressed

NOTICE_INTERVAL = 0.25
"""Seconds between progress notices."""
_CHUNK = 256 * 1024
_SENT = frozenset({200, 206})

_TCP_INFO_SIZE = 128
_BYTES_ACKED = struct.Struct("=Q")
_BYTES_ACKED_OFFSET = 120
"""tcpi_bytes_acked in Linux's struct tcp_info (since 4.1): what the machine's own TCP has confirmed."""


class Downloads:
    """Answers GET and HEAD, with ranges, from a file; tells first, at intervals, and last how far a GET has come."""

    def __init__(self, notices: NoticeFeed, clock: Clock) -> None:
        self._notices = notices
        self._clock = clock

    async def open(self, request: web.Request, path: Path, file: str, mac: str, content_type: str) -> web.StreamResponse:
        """The answer to `request`; `file` is the name shown. OSError when there is no such file."""
        size = (await asyncio.to_thread(path.stat)).st_size
        watch = _Watch(self._notices, self._clock, request, file, mac, size) if request.method == "GET" else None
        return _WatchedFile(watch, path, chunk_size=_CHUNK, headers={"Content-Type": content_type})

    def refuse(self, request: web.Request, file: str, mac: str, fault: TransferFault, reason: str) -> web.Response:
        """404 for a file that machines may ask for and we do not have."""
        self._notices.publish(
            TransferFailed(
                at=self._clock.now(),
                mac=mac,
                address=request.remote or "",
                protocol="http",
                file=file,
                fault=fault,
                reason=reason,
            )
        )
        return web.Response(status=404, text=f"{file}: {reason}\n")


class _WatchedFile(web.FileResponse):
    """aiohttp sends the whole body in `prepare`; meanwhile `watch` tells how far it has come."""

    def __init__(self, watch: "_Watch | None", path: Path, *, chunk_size: int, headers: Mapping[str, str]) -> None:
        super().__init__(path, chunk_size=chunk_size, headers=headers)
        self._watch = watch

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        if self._watch is None:
            return await super().prepare(request)
        writer, lost = None, False
        async with asyncio.TaskGroup() as group:
            telling = group.create_task(self._watch.keep_telling())
            try:
                writer = await super().prepare(request)
            except (ConnectionError, RuntimeError):  # RuntimeError: it closed just before sendfile began
                lost = True
            finally:
                telling.cancel()
        if lost:
            self._watch.fail(TransferFault.CLOSED, "the client closed the connection")
            raise ConnectionResetError
        self._watch.finish(self)
        return writer


class _Watch:
    def __init__(self, notices: NoticeFeed, clock: Clock, request: web.Request, file: str, mac: str, size: int) -> None:
        self._notices = notices
        self._clock = clock
        self._address = request.remote or ""
        self._file = file
        self._mac = mac
        self._size = size
        self._socket = request.get_extra_info("socket")
        self._before = _acknowledged(self._socket)
        self._offset = self._known = _range_start(request)

    async def keep_telling(self) -> None:
        self._tell(self._offset)
        while True:
            await self._clock.sleep(NOTICE_INTERVAL)
            self._tell(self._sent())

    def finish(self, response: web.StreamResponse) -> None:
        """Everything asked for has been handed to the kernel; `done` when that reaches the end of the file."""
        if response.status not in _SENT:
            self.fail(TransferFault.UNREADABLE, f"answered with HTTP {response.status}")
            return
        sent = self._offset + (response.content_length or 0)
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


def _range_start(request: web.Request) -> int:
    try:
        return max(request.http_range.start or 0, 0)
    except ValueError:
        return 0  # malformed: aiohttp answers 416


def _acknowledged(sock: socket.socket | None) -> int:
    if sock is None:
        return 0
    with suppress(OSError):
        info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO_SIZE)
        return int(_BYTES_ACKED.unpack_from(info, _BYTES_ACKED_OFFSET)[0])
    return 0
