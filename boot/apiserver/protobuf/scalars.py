"""What stands for itself in a message: scalars, and the apimachinery messages whose JSON is a plain value. Pure.

Each reader takes what the wire had and raises ValueError when it is something else; None is a value that JSON leaves out.
"""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from boot.apiserver.protobuf.wire import read_fields, signed
from boot.clock import rfc3339, rfc3339_micro

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Value = int | bytes
Reader = Callable[[Value], Any]


def raw(value: Value) -> bytes:
    if not isinstance(value, bytes):
        raise ValueError("a number where bytes belong")  # noqa: TRY004  # every malformed body is one error
    return value


def _text(value: Value) -> str:
    return raw(value).decode()


def _int(value: Value) -> int:
    if not isinstance(value, int):
        raise ValueError("bytes where a number belongs")  # noqa: TRY004
    return signed(value)


def _bool(value: Value) -> bool:
    return bool(_int(value))


def _base64(value: Value) -> str:
    return base64.b64encode(raw(value)).decode()


def _moment(value: Value) -> datetime | None:
    """meta/v1 Timestamp {1 seconds, 2 nanos}; an empty one is Go's zero time, which JSON has as null."""
    fields = dict(read_fields(raw(value)))
    if not fields:
        return None
    try:
        return _EPOCH + timedelta(seconds=_int(fields.get(1, 0)), microseconds=_int(fields.get(2, 0)) // 1000)
    except OverflowError as error:
        raise ValueError("a time beyond the year 9999") from error


def _time(value: Value) -> str | None:
    moment = _moment(value)
    return rfc3339(moment) if moment else None


def _micro_time(value: Value) -> str | None:
    moment = _moment(value)
    return rfc3339_micro(moment) if moment else None


def _quantity(value: Value) -> str:
    """resource.Quantity {1 string}."""
    return _text(dict(read_fields(raw(value))).get(1, b"0"))


def _int_or_string(value: Value) -> int | str:
    """intstr.IntOrString {1 type, 2 intVal, 3 strVal}; type 1 is the string."""
    fields = dict(read_fields(raw(value)))
    return _text(fields.get(3, b"")) if _int(fields.get(1, 0)) == 1 else _int(fields.get(2, 0))


def _json(value: Value) -> Any:
    """meta/v1 FieldsV1 {1 raw}: bytes that are JSON."""
    text = raw(dict(read_fields(raw(value))).get(1, b""))
    return orjson.loads(text) if text else None


def _texts(value: Value) -> list[str]:
    """ExtraValue {1 items}: a list of strings as a message, since maps have no lists in protobuf."""
    return [_text(item) for number, item in read_fields(raw(value)) if number == 1]


SCALARS: dict[str, Reader] = {
    "text": _text,
    "int": _int,
    "bool": _bool,
    "bytes": _base64,
    "time": _time,
    "micro-time": _micro_time,
    "quantity": _quantity,
    "int-or-string": _int_or_string,
    "json": _json,
    "texts": _texts,
}
"""By the names that layouts use."""
EMPTY: dict[str, Value] = {"int": 0, "bool": 0}
"""What a map entry without a value holds; b"" for all others."""
