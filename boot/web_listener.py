"""An aiohttp application on a socket of our own, closed whatever happens."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from aiohttp import web

from boot.connections import Entrance, Guard

_BACKLOG = 512


class _GuardedSite(web.BaseSite):
    """As aiohttp's SockSite, behind a guard and with a time for the TLS handshake."""

    def __init__(self, runner: web.AppRunner, listener: socket.socket, tls: ssl.SSLContext | None, guard: Guard) -> None:
        super().__init__(runner, ssl_context=tls, backlog=_BACKLOG)
        self._listener = listener
        self._guard = guard

    @property
    def name(self) -> str:
        return f"{self._listener.getsockname()}"

    async def start(self) -> None:
        await super().start()
        server = cast("web.Server", self._runner.server)  # it is there once the runner is set up
        handshake = self._guard.limits.handshake if self._ssl_context else None
        self._server = await asyncio.get_running_loop().create_server(
            lambda: Entrance(self._guard, server, lambda: server.connections),
            sock=self._listener,
            ssl=self._ssl_context,
            backlog=_BACKLOG,
            ssl_handshake_timeout=handshake,
        )


@asynccontextmanager
async def listening(
    runner: web.AppRunner, listen: str, port: int, tls: ssl.SSLContext | None = None, guard: Guard | None = None
) -> AsyncIterator[int]:
    """The port that was bound; OSError when it cannot be had.

    The socket is opened here and not by asyncio: a start that is cancelled half-way would leave asyncio's open.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as opened:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if guard is not None:
            guard.prepare(opened)
        opened.bind((listen, port))
        await runner.setup()
        try:
            site = (
                _GuardedSite(runner, opened, tls, guard)
                if guard
                else web.SockSite(runner, opened, ssl_context=tls, backlog=_BACKLOG)
            )
            await site.start()
            yield opened.getsockname()[1]
        finally:
            await runner.cleanup()
