"""Values of a structural schema as CEL sees them (Kubernetes: x-kubernetes-validations). Pure.

Field names that are no CEL identifiers are escaped as upstream does (`__dash__`), and a number is a double even where it is
written as an integer. Times, durations and bytes are values of their own upstream; the runtime takes none inside an object,
so rules that touch such fields (`touches_moments`) cannot be evaluated.
"""

import re
from collections.abc import Mapping
from typing import Any

from boot.resources.base import Object

_ESCAPES = {"__": "__underscores__", ".": "__dot__", "-": "__dash__", "/": "__slash__"}
_ESCAPED = re.compile("|".join(map(re.escape, _ESCAPES)))
_RESERVED = frozenset(
    (
        *("true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let"),
        *("loop", "package", "namespace", "return", "var", "void", "while"),
    )
)
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")
_FORMATS = frozenset({"date-time", "datetime", "date", "duration", "byte"})


def escape(name: str) -> str:
    """A property's name as an identifier of CEL."""
    if name in _RESERVED:
        return f"__{name}__"
    escaped = _ESCAPED.sub(lambda found: _ESCAPES[found[0]], name)
    return escaped if _IDENTIFIER.fullmatch(escaped) else name


def to_cel(value: Any, schema: Object) -> Any:
    """The value of a node as CEL's own types; what does not fit its schema stays as it is."""
    if isinstance(value, dict):
        return _to_map(value, schema)
    if isinstance(value, list):
        items = schema.get("items") or {}
        return [to_cel(item, items) for item in value]
    if schema.get("type") == "number" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value


def _to_map(value: Mapping[str, Any], schema: Object) -> Object:
    properties, more = schema.get("properties") or {}, schema.get("additionalProperties")
    extra = more if isinstance(more, dict) else {}
    return {
        escape(name) if name in properties else name: to_cel(child, properties.get(name, extra)) for name, child in value.items()
    }


def touches_moments(text: str, schema: Object) -> bool:
    """Whether a rule on this node names a field that CEL would see as a time, a duration or bytes."""
    if schema.get("format") in _FORMATS:
        return True
    items, more = schema.get("items"), schema.get("additionalProperties")
    if any(isinstance(inner, dict) and touches_moments(text, inner) for inner in (items, more)):
        return True
    properties: Object = schema.get("properties") or {}
    return any(f".{escape(name)}" in text and touches_moments(text, child) for name, child in properties.items())
