"""An aiohttp application on a socket of our own, closed whatever happens."""

import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

_BACKLOG = 512


@asynccontextmanager
async def listening(runner: web.AppRunner, listen: str, port: int, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """The port that was bound; OSError when it cannot be had.

    The socket is opened here and not by asyncio: a start that is cancelled half-way would leave asyncio's open.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as opened:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((listen, port))
        await runner.setup()
        try:
            await web.SockSite(runner, opened, ssl_context=tls, backlog=_BACKLOG).start()
            yield opened.getsockname()[1]
        finally:
            await runner.cleanup()
