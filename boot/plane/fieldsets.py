"""Sets of field paths, as metadata.managedFields has them (meta/v1 FieldsV1). Pure.

A set is kept in its wire form and nothing else: a JSON object whose keys are path elements (`f:` a field, `k:` the keys of
a list item, `v:` the value of a list item, `i:` an index) and whose values are the sets below. An empty node is a path of the
set; a node with more below it is one itself only where it also has ".". So entries are never translated, and those that a
write does not touch are passed on as they are. Sets are never changed in place, and share their parts.
"""

import json
from collections.abc import Iterator
from typing import Any

FieldSet = dict[str, Any]

SELF = "."
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})
"""What Go's JSON escapes beyond the standard: elements are compared as text, so they must be written as it does."""


def field_element(name: str) -> str:
    return f"f:{name}"


def key_element(keys: dict[str, Any]) -> str:
    """The element of an item of a list of type map."""
    return f"k:{canonical_json(keys)}"


def value_element(value: Any) -> str:
    """The element of an item of a list of type set."""
    return f"v:{canonical_json(value)}"


def canonical_json(value: Any) -> str:
    """JSON as Go's encoder writes a map: keys sorted, no spaces, escaped for HTML."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False).translate(_ESCAPES)


def parse_fields(raw: Any) -> FieldSet:
    """A set that a client sent, its elements as we write them; ValueError where it is none.

    Elements of a kind that we do not know are left out, as upstream does: a newer client may know them.
    """
    if not isinstance(raw, dict):
        raise ValueError("a set of fields is a JSON object")  # noqa: TRY004  # one error for all that is undecodable
    result: FieldSet = {}
    for element, node in raw.items():
        if element[:2] in _KINDS:
            below = parse_fields(node)
            parsed = compose(is_member(node), below)
            if parsed is not None:
                result[_parse_element(element)] = parsed
    return result


_KINDS = frozenset({"f:", "k:", "v:", "i:"})


def _parse_element(element: str) -> str:
    kind, text = element[:2], element[2:]
    if kind == "i:":
        return f"i:{int(text)}"
    if kind == "v:":
        return value_element(json.loads(text))
    if kind != "k:":
        return element
    keys = json.loads(text)
    if not isinstance(keys, dict):
        raise ValueError(f"{element!r} names no keys")  # noqa: TRY004  # one error for all that is undecodable
    return key_element(keys)


def is_member(node: FieldSet) -> bool:
    """Whether the path that ends in this node is in the set, and not just paths below it."""
    return not node or SELF in node


def compose(itself: bool, below: FieldSet) -> FieldSet | None:
    """The node of a path that is in the set or not, with a set below it; None where there is neither."""
    if itself:
        return {SELF: {}, **below} if below else {}
    return below or None


def union(left: FieldSet, right: FieldSet) -> FieldSet:
    """What is in either."""
    if not left or left == right:
        return right
    result = dict(left)
    for element, node in right.items():
        mine = result.get(element)
        result[element] = node if mine is None else _join(mine, node)
    return result


def _join(left: FieldSet, right: FieldSet) -> FieldSet:
    if left == right:
        return left
    if not left or not right:
        return {SELF: {}} | (left or right)
    return union(left, right)


def difference(left: FieldSet, right: FieldSet) -> FieldSet:
    """What is in `left` and not in `right`; a path goes by itself, what is below it stays."""
    result = {}
    for element, node in left.items():
        if element == SELF:
            continue
        other = right.get(element)
        kept = node if other is None else compose(is_member(node) and not is_member(other), difference(node, other))
        if kept is not None:
            result[element] = kept
    return result


def intersection(left: FieldSet, right: FieldSet) -> FieldSet:
    """What is in both."""
    result = {}
    for element, node in left.items():
        other = right.get(element)
        if element == SELF or other is None:
            continue
        both = compose(is_member(node) and is_member(other), intersection(node, other))
        if both is not None:
            result[element] = both
    return result


def overlaps(left: FieldSet, right: FieldSet) -> bool:
    """Whether some path is in both; quick when `right` is small."""
    for element, node in right.items():
        other = left.get(element)
        if other is not None and ((is_member(node) and is_member(other)) or overlaps(other, node)):
            return True
    return False


def paths(fields: FieldSet, prefix: str = "") -> Iterator[str]:
    """Every path as conflicts name it (`.spec.ports[name="web"].port`), those of one level before those below."""
    shown = [(prefix + show_element(element), node) for element, node in sorted(fields.items()) if element != SELF]
    yield from (path for path, node in shown if is_member(node))
    for path, node in shown:
        yield from paths(node, path)


def show_element(element: str) -> str:
    """An element as paths show it."""
    kind, text = element[:2], element[2:]
    if kind == "f:":
        return f".{text}"
    if kind == "k:":
        return f"[{','.join(f'{name}={_quote(value)}' for name, value in json.loads(text).items())}]"
    return f"[={_quote(json.loads(text))}]" if kind == "v:" else f"[{text}]"


def _quote(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
