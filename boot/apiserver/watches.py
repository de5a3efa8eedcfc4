"""Watches over HTTP: one JSON object per line, flushed as it happens."""

import asyncio
import logging
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

import orjson
from aiohttp import web

from boot.apiserver.negotiation import Shown, read_accept
from boot.apiserver.requests import Resource, is_true, read_list_options, read_number
from boot.apiserver.tables import build_partial
from boot.apiserver.verbs import Verbs
from boot.errors import ApiError, Invalid, NotFound
from boot.plane.options import WatchOptions
from boot.plane.plane import Plane
from boot.plane.watching import WatchEvent
from boot.resources.base import Object
from boot.resources.kinds import Version

_LOG = logging.getLogger(__name__)

LONGEST = 30 * 60.0
"""Seconds a watch lasts when the client does not say."""


@dataclass(frozen=True, slots=True)
class _Form:
    """How the objects of one watch are shown, where not as themselves."""

    shown: Shown
    version: Version
    include: str


class Watches:
    """Serves `watch=true`. `slowest`: seconds a client may take to read what it was sent before it is dropped."""

    def __init__(self, plane: Plane, verbs: Verbs, slowest: float) -> None:
        self._plane = plane
        self._verbs = verbs
        self._slowest = slowest
        self._open: set[asyncio.Timeout] = set()

    async def close(self, _: web.Application) -> None:
        """End every stream cleanly, as if its time were up."""
        now = asyncio.get_running_loop().time()
        for limit in self._open:
            if not limit.expired():
                limit.reschedule(now)

    async def serve(self, request: web.Request, resource: Resource) -> web.StreamResponse:
        kind, _, version = self._verbs.resolve(resource, "watch")
        if resource.subresource:
            raise NotFound("the server could not find the requested resource")
        options = _read_options(request, resource)
        seconds = read_number(request.query, "timeoutSeconds") or LONGEST
        form = _Form(read_accept(request.headers.get("Accept", "")), version, request.query.get("includeObject", ""))
        lines = (
            self._describe(self._plane.watch(kind, resource.namespace, options), form)
            if form.shown.kind
            else self._plane.watch_texts(kind, resource.namespace, options)
        )
        response = web.StreamResponse(headers={"Content-Type": form.shown.media_type, "Cache-Control": "no-cache, private"})
        await response.prepare(request)
        with suppress(TimeoutError, ConnectionError):  # its time is up, or its client is gone
            async with asyncio.timeout(seconds) as limit:
                self._open.add(limit)
                try:
                    await self._send(request, response, lines)
                finally:
                    self._open.discard(limit)
        return response

    async def _send(self, request: web.Request, response: web.StreamResponse, lines: AsyncIterator[bytes]) -> None:
        try:
            async for some in lines:
                await self._write(request, response, some)
        except ApiError as error:
            await self._write(request, response, _line("ERROR", error.status()))

    async def _write(self, request: web.Request, response: web.StreamResponse, lines: bytes) -> None:
        """ConnectionError when the client is gone, by itself or by us."""
        try:
            async with asyncio.timeout(self._slowest):
                await response.write(lines)
        except TimeoutError:
            _LOG.warning("a watch of %s was dropped: its client reads too slowly", request.path)
            _cut(request)
            raise ConnectionAbortedError from None

    async def _describe(self, events: AsyncIterator[WatchEvent], form: _Form) -> AsyncIterator[bytes]:
        async for event in events:
            yield _line(event.type, self._show(event, form))

    def _show(self, event: WatchEvent, form: _Form) -> Object:
        if form.shown.kind == "Table":
            objects = [] if event.type == "BOOKMARK" else [event.object]
            metadata = {"resourceVersion": event.object["metadata"]["resourceVersion"]}
            return self._verbs.build_table(form.version, objects, metadata, form.include)
        return build_partial(event.object)


def _line(kind: str, body: Object) -> bytes:
    """One WatchEvent (meta/v1) as watches stream it."""
    return orjson.dumps({"type": kind, "object": body}) + b"\n"


def _cut(request: web.Request) -> None:
    """End a connection whose client reads nothing: it cannot be told, and what waits for it is given up at once, by RST.

    It watches again from where it was, or is told Expired there.
    """
    if request.transport is not None:
        connection = request.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()


def _read_options(request: web.Request, resource: Resource) -> WatchOptions:
    query = request.query
    listing = read_list_options(query)
    initial = is_true(query, "sendInitialEvents")
    if listing.match and "sendInitialEvents" not in query:
        raise Invalid("resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided")
    return WatchOptions(
        after=None if initial or listing.resource_version in {"", "0"} else int(listing.resource_version),
        label_selector=listing.label_selector,
        field_selector=f"metadata.name={resource.name}" if resource.name else listing.field_selector,
        bookmarks=is_true(query, "allowWatchBookmarks"),
        initial_end=initial,
    )
