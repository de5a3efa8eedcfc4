"""Lists in pages: limit, continue and resourceVersion semantics (meta/v1 ListOptions). Pure."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass

from boot.errors import BadRequest, Cause, Expired, TimedOut
from boot.plane.options import ListOptions
from boot.resources.base import Object


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a list; `remaining` counts what comes after it."""

    items: Sequence[Object]
    revision: int
    continue_token: str = ""
    remaining: int = 0


def cut_page(items: Sequence[Object], options: ListOptions, revision: int) -> Page:
    """The page asked for out of all items, sorted by namespace and name."""
    _check_revision(options, revision)
    if options.continue_token:
        position = _read_token(options.continue_token)
        items = [item for item in items if _position(item) > position]
    if not options.limit or len(items) <= options.limit:
        return Page(items, revision)
    page = items[: options.limit]
    return Page(page, revision, _build_token(page[-1]), len(items) - options.limit)


def _check_revision(options: ListOptions, revision: int) -> None:
    text = options.resource_version
    if not text.isdigit():
        if text:
            raise BadRequest(f"invalid resourceVersion: {text!r}")
        return
    if int(text) > revision:
        causes = (Cause("ResourceVersionTooLarge", "Too large resource version"),)
        raise TimedOut(f"Too large resource version: {text}, current: {revision}", causes=causes, retryAfterSeconds=1)
    if options.match == "Exact" and int(text) != revision:
        raise Expired(f"the resourceVersion {text} is no longer kept")


def _position(item: Object) -> tuple[str, str]:
    return item["metadata"].get("namespace", ""), item["metadata"]["name"]


def _build_token(last: Object) -> str:
    return base64.urlsafe_b64encode(json.dumps({"after": _position(last)}).encode()).decode()


def _read_token(token: str) -> tuple[str, str]:
    try:
        namespace, name = json.loads(base64.urlsafe_b64decode(token))["after"]
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise BadRequest("continue key is not valid: use the token of the previous page") from error
    return str(namespace), str(name)
