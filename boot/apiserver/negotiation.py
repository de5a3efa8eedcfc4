"""Bodies in, representations out: JSON and YAML, and what an Accept header asks a list or object to be shown as."""

import asyncio
import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import yaml
from aiohttp import web

from boot.apiserver.json_body import read_json
from boot.apiserver.protobuf import MEDIA_TYPE, decode_body
from boot.apiserver.yaml_body import read_yaml
from boot.errors import ApiError, BadRequest, UnsupportedMediaType
from boot.resources.base import Object

MOST_BODY = 3 * 1024 * 1024
"""Bytes of a request body; kube-apiserver's own limit."""
_MOST_WARNINGS = 50
"""Python clients refuse answers of more than 128 headers."""
_MOST_WARNING, _MOST_WARNING_TEXT = 256, 4096
"""Characters of one Warning header and of all; kube-apiserver's own limits."""
_SMALL = 16 * 1024
"""Bytes of YAML or protobuf that are read at once; more goes to a thread, since the loop would stand still for seconds."""
_GZIP_FROM, _GZIP_LEVEL = 128 * 1024, 1
"""kube-apiserver's own: smaller answers are not worth it, and better ones take too long."""


class TooLarge(ApiError):
    code, reason = 413, "RequestEntityTooLarge"


@dataclass(frozen=True, slots=True)
class Shown:
    """`kind` is "" for the object itself, Table, PartialObjectMetadata or PartialObjectMetadataList."""

    kind: str = ""
    media_type: str = "application/json"


def read_accept(header: str) -> Shown:
    """The first representation we can give; the object itself in JSON when nothing else is asked for."""
    for part in header.split(","):
        media, *parameters = (piece.strip() for piece in part.split(";"))
        values = dict(parameter.split("=", 1) for parameter in parameters if "=" in parameter)
        if media not in {"application/json", "*/*", "application/*"}:
            continue
        kind = values.get("as", "")
        if kind in {"Table", "PartialObjectMetadata", "PartialObjectMetadataList"} and values.get("v") == "v1":
            return Shown(kind, f"application/json;as={kind};v=v1;g=meta.k8s.io")
        if not kind:
            return Shown()
    return Shown()


async def receive_body(request: web.Request, within: float | None = None) -> bytes:
    """The whole of it, kept for who asks again; BadRequest or TooLarge. After `within` seconds its connection is closed."""
    try:
        async with asyncio.timeout(None if request.content.is_eof() else within):
            return await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise TooLarge(f"the request body is larger than {MOST_BODY} bytes") from error
    except (ConnectionError, web.RequestPayloadError) as error:
        raise BadRequest("the request body ended early") from error
    except TimeoutError:
        request.protocol.close()  # once it is answered
        raise BadRequest(f"the request body did not arrive within {within:g} s") from None


async def read_body(request: web.Request, duplicates: list[str] | None = None) -> Any:
    """Parsed JSON, YAML or protobuf; BadRequest, UnsupportedMediaType or TooLarge.

    Fields that are there twice are added to `duplicates`, a sentence each; None is for callers who do not want to know.
    """
    data = await receive_body(request)
    media = request.content_type
    if media == MEDIA_TYPE:
        return decode_body(data) if len(data) <= _SMALL else await asyncio.to_thread(decode_body, data)
    try:
        if media in {"application/yaml", "application/apply-patch+yaml"}:
            return await _read_yaml(data, duplicates)
        if media == "application/octet-stream" or media.endswith("json"):  # no Content-Type reads as octet-stream
            return read_json(data, duplicates)
    except (orjson.JSONDecodeError, yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest(f"the body is not what its content type says: {error}") from error
    raise UnsupportedMediaType(
        f"the body of the request was in an unknown format ({media}) - accepted media types include: "
        f"application/json, application/yaml, {MEDIA_TYPE}"
    )


async def _read_yaml(data: bytes, duplicates: list[str] | None) -> Any:
    """JSON is YAML too, and what kubectl apply --server-side sends: that is read a thousand times faster as JSON."""
    if data.lstrip()[:1] == b"{":
        try:
            return read_json(data, duplicates)
        except orjson.JSONDecodeError:
            pass  # {a: 1} is YAML only
    return read_yaml(data, duplicates) if len(data) <= _SMALL else await asyncio.to_thread(read_yaml, data, duplicates)


def answer(body: Object, status: int = 200, media_type: str = "application/json", warnings: Sequence[str] = ()) -> web.Response:
    """A JSON response; each warning becomes a Warning header (RFC 7234 section 5.5, code 299)."""
    response = send(orjson.dumps(body, option=orjson.OPT_APPEND_NEWLINE), status, media_type)
    for text in _fit_headers(warnings):
        response.headers.add("Warning", text)
    return response


def send(text: bytes, status: int = 200, media_type: str = "application/json") -> web.Response:
    """A response that is JSON already."""
    return web.Response(body=text, status=status, headers={"Content-Type": media_type, "Cache-Control": "no-cache, private"})


def _fit_headers(warnings: Sequence[str]) -> Iterator[str]:
    """They quote what the client sent: no line end of it may end a header, and clients give up on headers that are too long."""
    total = 0
    for text in warnings[:_MOST_WARNINGS]:
        shown = "".join(character if character.isprintable() else "?" for character in text[:_MOST_WARNING])
        total += len(shown)
        if total > _MOST_WARNING_TEXT:
            return
        quoted = shown.replace("\\", "\\\\").replace('"', '\\"')
        yield f'299 - "{quoted}"'


def make_pretty(response: web.Response) -> None:
    """Indent its JSON, for people who asked for `pretty=true`."""
    if isinstance(response.body, bytes) and response.body and response.content_type == "application/json":
        response.body = orjson.dumps(orjson.loads(response.body), option=orjson.OPT_INDENT_2) + b"\n"


async def compress(request: web.Request, response: web.Response) -> None:
    """Large answers as gzip, for clients that accept it; in a thread, where it holds nobody up."""
    body = response.body
    if not isinstance(body, bytes) or len(body) < _GZIP_FROM or "gzip" not in request.headers.get("Accept-Encoding", ""):
        return
    response.body = await asyncio.to_thread(gzip.compress, body, _GZIP_LEVEL, mtime=0)
    response.headers["Content-Encoding"] = "gzip"
    response.headers.add("Vary", "Accept-Encoding")
