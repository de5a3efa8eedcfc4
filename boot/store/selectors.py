"""Label and field selectors as they stand in a URL; pure."""

import re
from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any

from boot.errors import BadRequest
from boot.resources.names import complain_label_key, complain_label_value

Predicate = Callable[[Mapping[str, Any]], bool]
"""Takes an object as it goes over the wire."""

_TERM = re.compile(
    r"""\s*(?:
        (?P<absent>!)\s*(?P<absent_key>[^\s,=!()]+)
      | (?P<set_key>[^\s,=!()]+)\s+(?P<set_op>in|notin)\s*\((?P<set>[^)]*)\)
      | (?P<key>[^\s,=!()<>]+)\s*(?P<op>==|=|!=|<|>)\s*(?P<value>[^\s,()=!<>]*)
      | (?P<present>[^\s,=!()<>]+)
    )\s*(?:,|$)""",
    re.VERBOSE,
)


def parse_label_selector(text: str) -> Predicate:
    """=, ==, !=, <, >, in, notin, key, !key, joined by commas; BadRequest when it is none of these."""
    tests: list[Callable[[Mapping[str, str]], bool]] = []
    position = 0
    while position < len(text) and text.strip():
        match = _TERM.match(text, position)
        if match is None:
            raise BadRequest(f"unable to parse requirement: {text[position:]!r} is no label selector")
        tests.append(_label_test(match))
        position = match.end()
    return lambda obj: all(test(obj["metadata"].get("labels") or {}) for test in tests)


def _label_test(match: re.Match[str]) -> Callable[[Mapping[str, str]], bool]:
    key = match["absent_key"] or match["present"] or match["set_key"] or match["key"]
    values = {value.strip() for value in match["set"].split(",")} if match["set_op"] else {match["value"] or ""}
    for complaint in chain(complain_label_key(key), *map(complain_label_value, values)):
        raise BadRequest(f"unable to parse requirement: {match[0].strip()!r}: {complaint}")
    if match["absent"]:
        return lambda labels: key not in labels
    if match["present"]:
        return lambda labels: key in labels
    match match["set_op"] or match["op"]:
        case "in" | "=" | "==":
            return lambda labels: key in labels and labels[key] in values
        case "notin" | "!=":
            return lambda labels: key not in labels or labels[key] not in values
        case order:
            return _order_test(key, order == ">", *values)


def _order_test(key: str, above: bool, text: str) -> Callable[[Mapping[str, str]], bool]:
    limit = _integer(text)
    if limit is None:
        raise BadRequest(f"unable to parse requirement: {text!r}: for < and > the value must be an integer")

    def test(labels: Mapping[str, str]) -> bool:
        value = _integer(labels.get(key, ""))
        return value is not None and (value > limit if above else value < limit)

    return test


def _integer(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[+-]?[0-9]+", text) else None


FIELDS: dict[tuple[str, str], frozenset[str]] = {
    ("", "events"): frozenset(
        {"type", "reason", "reportingComponent", "source"}
        | {
            f"involvedObject.{part}"
            for part in ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")
        }
    ),
    ("events.k8s.io", "events"): frozenset(
        {"type", "reason", "reportingController"}
        | {f"regarding.{part}" for part in ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")}
    ),
    ("", "secrets"): frozenset({"type"}),
    ("", "nodes"): frozenset({"spec.unschedulable"}),
    ("", "pods"): frozenset(
        {"spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "status.phase"}
    ),
    ("", "namespaces"): frozenset({"status.phase"}),
}
"""Field labels beyond metadata.name and metadata.namespace, per (group, plural)."""


def parse_field_selector(text: str, group: str, plural: str) -> Predicate:
    """path=value and path!=value joined by commas; BadRequest for a path that the kind does not support."""
    allowed = FIELDS.get((group, plural), frozenset()) | {"metadata.name", "metadata.namespace"}
    tests: list[tuple[tuple[str, ...], str, bool]] = []
    for term in filter(None, (part.strip() for part in text.split(","))):
        match = re.fullmatch(r"([^=!]+)(==|=|!=)(.*)", term)
        if match is None:
            raise BadRequest(f"invalid selector: {term!r}; can't understand it")
        if match[1] not in allowed:
            raise BadRequest(f"field label not supported: {match[1]}")
        tests.append((tuple(match[1].split(".")), match[3], match[2] == "!="))
    return lambda obj: all((_field(obj, path) == value) is not negated for path, value, negated in tests)


def _field(obj: Mapping[str, Any], path: tuple[str, ...]) -> str:
    value: Any = obj
    for part in path:
        value = value.get(part) if isinstance(value, Mapping) else None
    return "" if value is None else str(value)
