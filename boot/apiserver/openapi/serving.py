"""/openapi/v2 and /openapi/v3: each document is built once per generation of the catalog, when it is asked for, in a thread.

A document of a large provider takes longer to build than the loop may stand still.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import orjson
from aiohttp import web

from boot.apiserver.openapi import v2, v3
from boot.apiserver.openapi.v3 import GroupVersion
from boot.apiserver.protobuf.swagger import ANSWERED_TYPE, MEDIA_TYPE
from boot.errors import NotFound
from boot.plane.catalog import Catalog
from boot.resources.kinds import Definition

_JSON = "application/json"
_FOREVER = "public, immutable, max-age=31536000"
"""Of an address with the hash of its content in it."""
_Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Document:
    body: bytes
    digest: str


def _build(build: Callable[[], bytes]) -> _Document:
    body = build()
    return _Document(body, v3.digest(body))


class OpenApi:
    """Answers with ETags, so that a client downloads what has changed and nothing else."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._generation = -1
        self._built: dict[_Key, asyncio.Task[_Document]] = {}

    async def answer(self, request: web.Request, parts: tuple[str, ...]) -> web.Response:
        """`parts` are those of the path after /openapi; NotFound when there is no such document."""
        match parts:
            case ("v2",):
                return await self._answer_v2(request)
            case ("v3",):
                definitions = self._catalog.definitions()
                return _answer(request, await self._once(("v3",), lambda: _build_index(definitions)))
            case ("v3", "api", version):
                return await self._answer_v3(request, ("", version))
            case ("v3", "apis", group, version):
                return await self._answer_v3(request, (group, version))
        raise NotFound("the server could not find the requested resource")

    async def _answer_v2(self, request: web.Request) -> web.Response:
        definitions = self._catalog.definitions()
        if MEDIA_TYPE in request.headers.get("Accept", ""):
            return _answer(request, await self._once(("v2", MEDIA_TYPE), lambda: v2.build_protobuf(definitions)), ANSWERED_TYPE)
        return _answer(request, await self._once(("v2",), lambda: v2.build_json(definitions)))

    async def _answer_v3(self, request: web.Request, wanted: GroupVersion) -> web.Response:
        definitions = self._catalog.definitions()
        if wanted not in v3.group_versions(definitions):
            raise NotFound("the server could not find the requested resource")
        document = await self._once(("v3", *wanted), lambda: v3.build_document(definitions, *wanted))
        asked = request.query.get("hash", "")
        if asked and asked != document.digest:
            return web.Response(status=301, headers={"Location": f"{request.path}?hash={document.digest}"})
        response = _answer(request, document)
        if asked:
            response.headers["Cache-Control"] = _FOREVER
        return response

    async def _once(self, key: _Key, build: Callable[[], bytes]) -> _Document:
        if self._generation != self._catalog.generation:
            self._generation = self._catalog.generation
            self._built.clear()
        if key not in self._built:
            self._built[key] = asyncio.create_task(asyncio.to_thread(_build, build))
        # Whoever asked first may hang up; the others still want it.
        return await asyncio.shield(self._built[key])


def _build_index(definitions: Sequence[Definition]) -> bytes:
    digests = {wanted: v3.digest(v3.build_document(definitions, *wanted)) for wanted in v3.group_versions(definitions)}
    return orjson.dumps(v3.build_index(digests))


def _answer(request: web.Request, document: _Document, media_type: str = _JSON) -> web.Response:
    """304 when the client has it already (RFC 9110 section 13.1.2)."""
    tag = f'"{document.digest}"'
    headers = {"ETag": tag, "Vary": "Accept"}
    if tag in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    return web.Response(body=document.body, headers=headers | {"Content-Type": media_type})
