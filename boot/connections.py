"""How much of us a stranger's connections may take: a bound on each wait, before anybody knows who it is, and on their number.

The TLS handshake, the first whole request, the pause between two, and data that is sent and not read each have their time. A
connection more than there may be is closed at once: those that are open go on.
"""

import asyncio
import logging
import resource
import socket
from collections.abc import Callable, Sized
from dataclasses import dataclass
from typing import cast

_LOG = logging.getLogger(__name__)

_MOST = 2000
_LOG_EVERY = 60.0


def connections_for_files(most: int = _MOST) -> int:
    """Half of the files this process may open, so that connections never keep it from opening its own."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return most if soft == resource.RLIM_INFINITY else min(most, soft // 2)


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, and how many connections at a time."""

    handshake: float = 10.0
    first_request: float = 10.0
    """Until its head is whole: who sends it byte by byte is cut off."""
    idle: float = 90.0
    """Between two requests, also where the second has begun; Go's clients give up an idle connection after 90 s themselves."""
    unread: float = 60.0
    """That sent bytes may wait for the peer to take them (TCP_USER_TIMEOUT): a list that nobody reads is held no longer."""
    connections: int = 0
    """0 is as many as the files this process may open allow."""


class Guard:
    """Stands between a listening socket and the protocols of its connections."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._most = limits.connections or connections_for_files()
        self._silent: dict[asyncio.BaseTransport, asyncio.TimerHandle] = {}
        self._logged = -_LOG_EVERY

    def prepare(self, listener: socket.socket) -> None:
        """Connections that are accepted from it inherit this."""
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(self.limits.unread * 1000))

    def heard(self, transport: asyncio.BaseTransport | None) -> None:
        """A whole request has come."""
        if self._silent and transport is not None and (handle := self._silent.pop(transport, None)):
            handle.cancel()

    def admit(self, transport: asyncio.Transport, open_now: Sized) -> bool:
        """Whether there is room for one more; it is then dropped unless it is heard of in time."""
        loop = asyncio.get_running_loop()
        if len(open_now) >= self._most:
            if loop.time() - self._logged > _LOG_EVERY:
                self._logged = loop.time()
                _LOG.warning("%d connections are open: one more was refused", self._most)
            transport.abort()
            return False
        self._silent[transport] = loop.call_later(self.limits.first_request, self._drop, transport)
        return True

    def _drop(self, transport: asyncio.Transport) -> None:
        del self._silent[transport]
        transport.abort()


class Entrance(asyncio.Protocol):
    """The protocol of a connection until it is admitted; from then on it is what `build` gives."""

    def __init__(self, guard: Guard, build: Callable[[], asyncio.Protocol], open_now: Callable[[], Sized]) -> None:
        self._guard = guard
        self._build = build
        self._open_now = open_now

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        stream = cast("asyncio.Transport", transport)
        if self._guard.admit(stream, self._open_now()):
            inner = self._build()
            stream.set_protocol(inner)
            inner.connection_made(stream)
