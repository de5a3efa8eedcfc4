"""Lists in pages: limit, continue and resourceVersion semantics (meta/v1 ListOptions). Pure."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from boot.errors import BadRequest, Cause, Expired, Invalid, TimedOut
from boot.plane.options import ListOptions

TOO_OLD = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without the "
    "continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with "
    "the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the "
    "first chunk was returned and now may show up in the list."
)
Position = tuple[str, str]
"""Namespace and name of the last object of a page."""


T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Part of a list; `remaining` counts what comes after it, None where a selector makes that unknown."""

    items: Sequence[T]
    revision: int
    continue_token: str = ""
    remaining: int | None = None

    def show(self, items: Sequence[U]) -> "Page[U]":
        """The same page, its items as something else."""
        return Page(items, self.revision, self.continue_token, self.remaining)


@dataclass(frozen=True, slots=True)
class Start:
    """Where a list begins: after `position`, in the state at `revision` (None: the newest)."""

    position: Position = ("", "")
    revision: int | None = None


def find_start(options: ListOptions, newest: int) -> Start:
    """What the options ask for; BadRequest, Invalid or TimedOut when they contradict themselves or ask for the future."""
    _check_match(options)
    text = options.resource_version
    if options.continue_token:
        if text not in {"", "0"}:
            raise BadRequest("specifying resource version is not allowed when using continue")
        return _read_token(options.continue_token)
    if text and int(text) > newest:
        causes = (Cause("ResourceVersionTooLarge", "Too large resource version"),)
        raise TimedOut(f"Too large resource version: {text}, current: {newest}", causes=causes, retryAfterSeconds=1)
    exact = options.match == "Exact" or (options.limit and not options.match and text not in {"", "0"})
    return Start(revision=int(text)) if exact else Start()


def cut_page(items: Sequence[T], options: ListOptions, revision: int, place: Callable[[T], Position]) -> Page[T]:
    """The first `limit` of `items`, which are all that comes after the page before; `place` says where each stands."""
    if not options.limit or len(items) <= options.limit:
        return Page(items, revision)
    page = items[: options.limit]
    selective = options.label_selector or options.field_selector
    return Page(page, revision, _encode_token(place(page[-1]), revision), None if selective else len(items) - options.limit)


def too_old(options: ListOptions, position: Position) -> Expired:
    """410 for a state that is no longer kept; to one who pages it offers going on in the newest state."""
    if not options.continue_token:
        return Expired(f"The resourceVersion for the provided list is too old: {options.resource_version}")
    return Expired(TOO_OLD, continue_token=_encode_token(position, None))


def _encode_token(position: Position, revision: int | None) -> str:
    return base64.urlsafe_b64encode(json.dumps({"after": position, "revision": revision}).encode()).decode()


def _read_token(token: str) -> Start:
    try:
        content = json.loads(base64.urlsafe_b64decode(token))
        namespace, name = content["after"]
        revision = None if content["revision"] is None else int(content["revision"])
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise BadRequest("continue key is not valid: use the token of the previous page") from error
    return Start((str(namespace), str(name)), revision)


def _check_match(options: ListOptions) -> None:
    """As upstream's ValidateListOptions."""
    match, text = options.match, options.resource_version
    if not match:
        return
    reason = "FieldValueForbidden"
    if match not in {"Exact", "NotOlderThan"}:
        reason, words = "FieldValueNotSupported", f'Unsupported value: "{match}": supported values: "Exact", "NotOlderThan", ""'
    elif options.continue_token:
        words = "Forbidden: resourceVersionMatch is forbidden when continue is provided"
    elif not text:
        words = "Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided"
    elif match == "Exact" and text == "0":
        words = 'Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"'
    else:
        return
    raise Invalid(
        f'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: {words}',
        causes=(Cause(reason, words, "resourceVersionMatch"),),
        group="meta.k8s.io",
        kind="ListOptions",
    )
