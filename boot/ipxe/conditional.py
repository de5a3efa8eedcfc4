"""What to answer to a GET or HEAD of a file: whole, a part, or nothing new (RFC 9110 sections 13 and 14). Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})$")
_TAG = re.compile(r'(?:W/)?"[^"]*"|\*')


@dataclass(frozen=True, slots=True)
class Representation:
    """A file as it is now; `modified` in seconds since 1970."""

    size: int
    etag: str
    """Strong, with its quotes."""
    modified: int


@dataclass(frozen=True, slots=True)
class Reply:
    """`count` bytes from `start` are the body of a GET."""

    status: int
    start: int = 0
    count: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)


def describe_file(size: int, modified_ns: int) -> Representation:
    """The tag changes with size or time of the file, as nginx' does."""
    return Representation(size, f'"{modified_ns:x}-{size:x}"', modified_ns // 1_000_000_000)


def decide_reply(method: str, headers: Mapping[str, str], file: Representation) -> Reply:
    """`headers` finds names in any case. What makes no sense is ignored, as the RFC has it."""
    about = {"ETag": file.etag, "Last-Modified": formatdate(file.modified, usegmt=True), "Accept-Ranges": "bytes"}
    if not _precondition_holds(headers, file):
        return Reply(412, headers=about)
    if _is_known(headers, file):
        return Reply(304, headers=about)
    part = _parse_range(headers.get("Range", "")) if method == "GET" and _range_applies(headers, file) else None
    if part is None:
        return Reply(200, 0, file.size, about)
    start, end = _clip(part, file.size)
    if start >= end:
        return Reply(416, headers=about | {"Content-Range": f"bytes */{file.size}"})
    return Reply(206, start, end - start, about | {"Content-Range": f"bytes {start}-{end - 1}/{file.size}"})


def _precondition_holds(headers: Mapping[str, str], file: Representation) -> bool:
    if "If-Match" in headers:
        return bool({"*", file.etag} & set(_TAG.findall(headers["If-Match"])))
    since = _seconds(headers.get("If-Unmodified-Since", ""))
    return since is None or file.modified <= since


def _is_known(headers: Mapping[str, str], file: Representation) -> bool:
    if "If-None-Match" in headers:
        tags = {tag.removeprefix("W/") for tag in _TAG.findall(headers["If-None-Match"])}
        return bool({"*", file.etag} & tags)
    since = _seconds(headers.get("If-Modified-Since", ""))
    return since is not None and file.modified <= since


def _range_applies(headers: Mapping[str, str], file: Representation) -> bool:
    """If-Range: the client has a part of this very file; a weak tag never proves that."""
    if "If-Range" not in headers:
        return True
    condition = headers["If-Range"].strip()
    return condition == file.etag or _seconds(condition) == file.modified


def _parse_range(text: str) -> tuple[int | None, int | None] | None:
    """First and last byte, or (None, length) for the end of the file; several ranges are answered with the whole."""
    found = _RANGE.match(text.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = (int(number) if number else None for number in found.groups())
    return None if first is not None and last is not None and last < first else (first, last)


def _clip(part: tuple[int | None, int | None], size: int) -> tuple[int, int]:
    first, last = part
    if first is None:
        return max(size - (last or 0), 0), size
    return first, size if last is None else min(last + 1, size)


def _seconds(text: str) -> int | None:
    try:
        return int(parsedate_to_datetime(text).timestamp())
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
