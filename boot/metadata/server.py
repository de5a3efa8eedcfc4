"""Component `metadata`: port 9091, as the guide's talos.config has it. The HTTP server answers the same path."""

import asyncio

from aiohttp import web
from aiohttp.typedefs import Middleware

from boot.component import Bound
from boot.metadata.service import ConfigService
from boot.web_listener import listening


class MetadataServer:
    """`silence` keeps machines that were rejected from any answer."""

    name = "metadata"

    def __init__(self, listen: str, port: int, service: ConfigService, silence: Middleware) -> None:
        self._listen = listen
        self._port = port
        self._service = service
        self._silence = silence

    async def serve(self, bound: Bound) -> None:
        """Serve until cancelled; OSError when the port cannot be had."""
        app = web.Application(middlewares=[self._silence])
        app.router.add_routes(self._service.routes())
        runner = web.AppRunner(app, access_log=None, handle_signals=False)
        async with listening(runner, self._listen, self._port) as port:
            bound(self._listen, port)
            await asyncio.Event().wait()
