"""A path of our own beside the Kubernetes API: GET gives the whole plane as one file, PUT puts such a file in its place."""

import asyncio
from http import HTTPStatus
from urllib.parse import quote

from aiohttp import web

from boot.apiserver.access import OWN_PATHS
from boot.apiserver.negotiation import TooLarge, answer
from boot.apiserver.requests import is_true
from boot.errors import BadRequest, ConfigError, MethodNotAllowed
from boot.plane.plane import Plane

BACKUP_PATH = f"{OWN_PATHS}v1/backup"
"""The admin's alone, reading too: it holds every Secret."""
MOST_BACKUP = 512 * 1024 * 1024
"""Bytes: it is held in memory while it is checked. A hundred thousand servers are below it."""
TROUBLE_HEADER = "X-Sidero-Tui-Trouble"
"""Why the plane takes no writes at the moment, percent-encoded (RFC 3986); absent when it does."""
_CHUNK = 256 * 1024


async def serve_backup(request: web.Request, plane: Plane) -> web.StreamResponse:
    """PUT with `replace=true` throws away what the plane holds."""
    if request.method == "GET":
        return await _send(request, await plane.snapshot(), plane.trouble)
    if request.method == "PUT":
        return await _restore(request, plane)
    raise MethodNotAllowed("the server does not allow this method on the requested resource")


async def _send(request: web.Request, snapshot: bytes, trouble: str) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/vnd.sqlite3", "Cache-Control": "no-store"})
    if trouble:
        # A damaged plane's backup may lack what could not be read: whoever makes it must know.
        response.headers[TROUBLE_HEADER] = quote(trouble, safe=" ")
    response.content_length = len(snapshot)
    await response.prepare(request)
    for begin in range(0, len(snapshot), _CHUNK):
        await response.write(snapshot[begin : begin + _CHUNK])
    await response.write_eof()
    return response


async def _restore(request: web.Request, plane: Plane) -> web.Response:
    data = await _receive(request)
    try:
        revision = await plane.restore(data, replace=is_true(request.query, "replace"))
    except ConfigError as error:
        raise BadRequest(f"the backup cannot be restored: {error}") from error
    return answer({"revision": revision}, HTTPStatus.OK)


async def _receive(request: web.Request) -> bytes:
    received = bytearray()
    try:
        async for chunk in request.content.iter_chunked(_CHUNK):
            received += chunk
            if len(received) > MOST_BACKUP:
                raise TooLarge(f"the backup is larger than {MOST_BACKUP} bytes")
    except (ConnectionError, web.RequestPayloadError, asyncio.IncompleteReadError) as error:
        raise BadRequest("the backup ended early") from error
    return bytes(received)
