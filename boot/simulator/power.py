"""Sidero's managementApi for each server of a simulated rack: how a console switches it, by HTTP on a port of its own."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

from aiohttp import web

from boot.simulator.server import SimulatedServer
from boot.web_listener import listening


class PowerApi:
    """`orders` counts what was asked for, by path."""

    def __init__(self, server: SimulatedServer, listen: str) -> None:
        self._server = server
        self._listen = listen
        self.orders: dict[str, int] = {}

    def open(self) -> AbstractAsyncContextManager[int]:
        """An async context manager of the port."""
        app = web.Application()
        app.router.add_get("/status", self._status)
        for path, act in (
            ("/poweron", self._server.power_on),
            ("/poweroff", self._server.power_off),
            ("/reboot", self._server.power_cycle),
            ("/pxeboot", lambda: None),
        ):
            app.router.add_post(path, self._order(path, act))
        runner = web.AppRunner(app, access_log=None, handle_signals=False)
        return listening(runner, self._listen, 0)

    async def _status(self, _request: web.Request) -> web.Response:
        return web.json_response({"PoweredOn": self._server.powered})

    def _order(self, path: str, act: Callable[[], None]) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(_request: web.Request) -> web.Response:
            self.orders[path] = self.orders.get(path, 0) + 1
            act()
            return web.Response()

        return answer
