"""Files over HTTP: GET and HEAD, conditional and in part, sent by the kernel and told about while they go."""

import asyncio
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from boot.clock import Clock
from boot.ipxe.conditional import Reply, decide_reply, describe_file
from boot.ipxe.progress import Watch
from boot.ipxe.sender import Sender
from boot.notices import NoticeFeed, TransferFailed, TransferFault

_BODY = frozenset({200, 206})


class Downloads:
    """Answers from a file; tells first, at intervals, and last how far a GET has come."""

    def __init__(self, notices: NoticeFeed, clock: Clock, sender: Sender) -> None:
        self._notices = notices
        self._clock = clock
        self._sender = sender

    async def answer(self, request: web.Request, path: Path, file: str, mac: str, content_type: str) -> web.StreamResponse:
        """The answer to `request`, sent; `file` is the name shown. OSError when the file cannot be opened."""
        descriptor, about = await asyncio.to_thread(_open, path)
        with _closing(descriptor):
            reply = decide_reply(request.method, request.headers, describe_file(about.st_size, about.st_mtime_ns))
            if reply.status not in _BODY:
                if reply.status == 416:
                    self.refuse(request, file, mac, TransferFault.UNREADABLE, "answered with HTTP 416")
                return web.Response(status=reply.status, headers=reply.headers)
            response = web.StreamResponse(status=reply.status, headers={**reply.headers, "Content-Type": content_type})
            response.content_length = reply.count
            writer = await response.prepare(request)
            if request.method == "HEAD" or not reply.count or writer is None:
                await response.write_eof()
                return response
            watch = Watch(self._notices, self._clock, request, file, mac, about.st_size, reply.start)
            await self._send(request, writer, descriptor, reply, watch)
            with suppress(ConnectionError):
                await response.write_eof()
            watch.finish(reply.count)
        return response

    async def _send(
        self, request: web.Request, writer: AbstractStreamWriter, descriptor: int, reply: Reply, watch: Watch
    ) -> None:
        lost = False
        async with asyncio.TaskGroup() as group:
            telling = group.create_task(watch.keep_telling())
            try:
                transport = request.transport
                if transport is None:
                    raise ConnectionResetError
                # Until the header has left for good: the body goes past the transport.
                transport.set_write_buffer_limits(0)
                await writer.drain()
                await self._sender.send(transport.get_extra_info("socket"), descriptor, reply.start, reply.count)
            except OSError:
                lost = True
            finally:
                telling.cancel()
        if lost:
            watch.fail(TransferFault.CLOSED, "the client closed the connection")
            raise ConnectionResetError

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


def _open(path: Path) -> tuple[int, os.stat_result]:
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(f"{path} is not a regular file")
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    return descriptor, os.fstat(descriptor)


@contextmanager
def _closing(descriptor: int) -> Iterator[None]:
    try:
        yield
    finally:
        os.close(descriptor)
