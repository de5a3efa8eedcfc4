"""Machines that were rejected get no answer: their connection is closed."""

from collections.abc import Callable

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from boot.errors import PacketError
from boot.lifecycle.identity import parse_mac


def silence(ignores: Callable[[str, str], bool]) -> Middleware:
    """`ignores(mac, address)`; `mac` is "" where the query says none."""

    @web.middleware
    async def answer_others(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not ignores(_mac(request), request.remote or ""):
            return await handler(request)
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=403)  # goes nowhere: the connection is closed

    return answer_others


def _mac(request: web.Request) -> str:
    try:
        return parse_mac(request.query.get("mac", ""))
    except PacketError:
        return ""
