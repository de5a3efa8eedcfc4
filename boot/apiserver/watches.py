"""Watches over HTTP: one JSON object per line, flushed as it happens."""

import asyncio
from collections.abc import AsyncIterator

import orjson
from aiohttp import web

from boot.apiserver.negotiation import Shown, read_accept
from boot.apiserver.requests import Resource, is_true, read_list_options, read_number
from boot.apiserver.tables import build_partial
from boot.apiserver.verbs import Verbs
from boot.errors import ApiError, BadRequest, Expired, Invalid
from boot.plane.options import WatchOptions
from boot.plane.plane import Plane
from boot.plane.watching import WatchEvent
from boot.resources.base import Object
from boot.resources.kinds import Version

LONGEST = 30 * 60.0
"""Seconds a watch lasts when the client does not say."""
SLOWEST = 10.0
"""Seconds a client may take to read what it was sent before it is dropped: it lists again, others are not slowed."""


class Watches:
    """Serves `watch=true`; `closing` ends every stream cleanly."""

    def __init__(self, plane: Plane, verbs: Verbs, closing: asyncio.Event) -> None:
        self._plane = plane
        self._verbs = verbs
        self._closing = closing

    async def serve(self, request: web.Request, resource: Resource) -> web.StreamResponse:
        kind, _, version = self._verbs.resolve(resource)
        options = self._options(request, resource)
        events = self._plane.watch(kind, resource.namespace, options)
        shown = read_accept(request.headers.get("Accept", ""))
        response = web.StreamResponse(headers={"Content-Type": shown.media_type, "Cache-Control": "no-cache, private"})
        await response.prepare(request)
        seconds = read_number(request.query, "timeoutSeconds") or LONGEST
        sending = asyncio.create_task(self._send(response, events, shown, version, request.query.get("includeObject", "")))
        closing = asyncio.create_task(self._closing.wait())
        try:
            await asyncio.wait({sending, closing}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sending, closing):
                task.cancel()
            await asyncio.gather(sending, closing, return_exceptions=True)
        return response

    def _options(self, request: web.Request, resource: Resource) -> WatchOptions:
        query = request.query
        listing = read_list_options(query)
        revision = listing.resource_version
        if revision and not revision.isdigit():
            raise BadRequest(f"invalid resourceVersion: {revision!r}")
        initial = is_true(query, "sendInitialEvents")
        if listing.match and "sendInitialEvents" not in query:
            raise Invalid("resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided")
        field_selector = listing.field_selector
        if resource.name:
            field_selector = f"metadata.name={resource.name}"
        return WatchOptions(
            after=None if initial or revision in {"", "0"} else int(revision),
            label_selector=listing.label_selector,
            field_selector=field_selector,
            bookmarks=is_true(query, "allowWatchBookmarks"),
            initial_end=initial,
        )

    async def _send(
        self, response: web.StreamResponse, events: AsyncIterator[WatchEvent], shown: Shown, version: Version, include: str
    ) -> None:
        try:
            async for event in events:
                body = self._show(event, shown, version, include)
                async with asyncio.timeout(SLOWEST):
                    await response.write(_line(event.type, body))
        except ApiError as error:
            await response.write(_line("ERROR", error.status()))
        except TimeoutError:
            await response.write(_line("ERROR", Expired("the client reads too slowly: list again").status()))
        except ConnectionError:
            return

    def _show(self, event: WatchEvent, shown: Shown, version: Version, include: str) -> Object:
        if shown.kind == "Table":
            objects = [] if event.type == "BOOKMARK" else [event.object]
            metadata = {"resourceVersion": event.object["metadata"]["resourceVersion"]}
            return self._verbs.build_table(version, objects, metadata, include)
        return build_partial(event.object) if shown.kind else event.object


def _line(kind: str, body: Object) -> bytes:
    return orjson.dumps({"type": kind, "object": body}) + b"\n"
