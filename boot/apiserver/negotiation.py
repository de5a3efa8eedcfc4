"""Bodies in, representations out: JSON and YAML, and what an Accept header asks a list or object to be shown as."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import yaml
from aiohttp import web

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


async def read_body(request: web.Request) -> Any:
    """Parsed JSON or YAML; BadRequest, UnsupportedMediaType or TooLarge."""
    try:
        data = await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise TooLarge(f"the request body is larger than {MOST_BODY} bytes") from error
    except (ConnectionError, web.RequestPayloadError) as error:
        raise BadRequest("the request body ended early") from error
    media = request.content_type
    if media == MEDIA_TYPE:
        return decode_body(data)
    try:
        if media in {"application/yaml", "application/apply-patch+yaml"}:
            return read_yaml(data)
        if media == "application/octet-stream" or media.endswith("json"):  # no Content-Type reads as octet-stream
            return orjson.loads(data)
    except (orjson.JSONDecodeError, yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest(f"the body is not what its content type says: {error}") from error
    raise UnsupportedMediaType(
        f"the body of the request was in an unknown format ({media}) - accepted media types include: "
        f"application/json, application/yaml, {MEDIA_TYPE}"
    )


def answer(body: Object, status: int = 200, media_type: str = "application/json", warnings: Sequence[str] = ()) -> web.Response:
    """A JSON response; each warning becomes a Warning header (RFC 7234 section 5.5, code 299)."""
    response = web.Response(body=orjson.dumps(body), status=status)
    response.headers["Content-Type"] = media_type
    for text in _fit_headers(warnings):
        response.headers.add("Warning", text)
    return response


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
    if isinstance(response.body, bytes) and response.body:
        response.body = orjson.dumps(orjson.loads(response.body), option=orjson.OPT_INDENT_2) + b"\n"
