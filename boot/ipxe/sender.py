"""File bodies on their way: one thread that does nothing but sendfile, for all connections in turn.

The bytes never enter the process, and inside the call the interpreter is free: a rack that fetches its assets takes the
event loop no more than a header each.
"""

import asyncio
import os
import selectors
import socket
import threading
from collections import deque
from dataclasses import dataclass
from types import TracebackType
from typing import Self

LARGEST_SHARE = 1 << 20
"""Bytes one connection is sent before the next has its turn."""


@dataclass(slots=True, eq=False)
class _Job:
    """`target` and `source` are the job's own descriptors."""

    target: int
    source: int
    offset: int
    left: int
    loop: asyncio.AbstractEventLoop
    done: "asyncio.Future[None]"
    given_up: bool = False


class Sender:
    """A context manager, again and again: the thread runs inside the block, and what is under way at its end is dropped."""

    def __init__(self) -> None:
        self._new: deque[_Job] = deque()
        self._under_way: set[_Job] = set()

    def __enter__(self) -> Self:
        self._closing = False
        self._selector = selectors.DefaultSelector()
        self._wake_read, self._wake_write = socket.socketpair()
        self._wake_read.setblocking(False)
        self._selector.register(self._wake_read, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run, name="sender", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._closing = True
        self._wake()
        self._thread.join()
        self._selector.close()
        self._wake_read.close()
        self._wake_write.close()

    async def send(self, sock: socket.socket, file: int, offset: int, count: int) -> None:
        """`count` bytes of the open `file` to a connected, non-blocking socket; OSError when the client is gone.

        Nothing else may write to the socket meanwhile. The caller may close both descriptors whenever this returns or raises.
        """
        loop = asyncio.get_running_loop()
        target = os.dup(sock.fileno())
        try:
            source = os.dup(file)
        except OSError:
            os.close(target)
            raise
        job = _Job(target, source, offset, count, loop, loop.create_future())
        self._new.append(job)
        self._wake()
        try:
            await job.done
        except asyncio.CancelledError:
            job.given_up = True
            self._wake()
            raise

    def _wake(self) -> None:
        try:
            self._wake_write.send(b"\0", socket.MSG_DONTWAIT)
        except BlockingIOError:
            return  # full of earlier ones: it wakes up anyway

    def _run(self) -> None:
        while not self._closing:
            for key, _events in self._selector.select():
                if key.data is None:
                    self._take_new()
                else:
                    self._advance(key.data)
        for job in [*self._under_way, *self._new]:
            os.close(job.target)
            os.close(job.source)
        self._new.clear()
        self._under_way.clear()

    def _take_new(self) -> None:
        self._wake_read.recv(4096)
        while self._new:
            job = self._new.popleft()
            self._under_way.add(job)
            self._selector.register(job.target, selectors.EVENT_WRITE, job)
        for job in [job for job in self._under_way if job.given_up]:
            self._end(job, None)

    def _advance(self, job: _Job) -> None:
        error: OSError | None = None
        try:
            sent = os.sendfile(job.target, job.source, job.offset, min(job.left, LARGEST_SHARE))
        except BlockingIOError:
            return
        except OSError as failure:
            error, sent = failure, 0
        job.offset += sent
        job.left -= sent
        if sent == 0 and error is None:
            error = OSError("the file has become shorter while it was sent")
        if error is not None or not job.left:
            self._end(job, error)

    def _end(self, job: _Job, error: OSError | None) -> None:
        self._selector.unregister(job.target)
        self._under_way.discard(job)
        os.close(job.target)
        os.close(job.source)
        try:
            job.loop.call_soon_threadsafe(_settle, job.done, error)
        except RuntimeError:
            return  # the loop is closed: nobody waits for it any more


def _settle(done: "asyncio.Future[None]", error: OSError | None) -> None:
    if done.done():
        return
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(error)
