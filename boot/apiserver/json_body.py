"""JSON request bodies, and which of their fields are there twice. Pure."""

import json
from collections.abc import Iterator
from typing import Any

import orjson

_KEY = b'":'
_BEFORE_COLON = (b" :", b"\t:", b"\n:", b"\r:")


def read_json(data: bytes, duplicates: list[str] | None = None) -> Any:
    """The last of several equal fields counts, as in Go; their paths are added to `duplicates`.

    None is for callers who do not want to know: looking costs as much again as reading. orjson.JSONDecodeError when it is no
    JSON, RecursionError when it is nested too deeply.
    """
    value = orjson.loads(data)
    if duplicates is not None and _may_have_duplicates(data, value):
        pairs = json.loads(data, object_pairs_hook=tuple)
        duplicates.extend(dict.fromkeys(f'duplicate field "{path}"' for path in _find_duplicates(pairs, "")))
    return value


def _may_have_duplicates(data: bytes, value: Any) -> bool:
    """Whether a field got lost: then `":` is in the text more often than in what is left of it, written again.

    Escapes that a writer need not use, and spaces before colons, would spoil the count: such texts are suspect at once.
    """
    if rb"\u00" in data or any(gap in data for gap in _BEFORE_COLON):
        return True
    try:
        return data.count(_KEY) != orjson.dumps(value).count(_KEY)
    except orjson.JSONEncodeError:  # it reads deeper nesting than it writes
        return True


def _find_duplicates(value: Any, path: str) -> Iterator[str]:
    """Objects are tuples of pairs here, lists are lists."""
    if isinstance(value, tuple):
        seen = set()
        for name, child in value:
            where = f"{path}.{name}" if path else name
            if name in seen:
                yield where
            seen.add(name)
            yield from _find_duplicates(child, where)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _find_duplicates(item, f"{path}[{index}]")
