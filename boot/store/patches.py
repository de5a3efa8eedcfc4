"""JSON patch (RFC 6902) and merge patch (RFC 7396); pure, with Kubernetes' errors."""

import copy
from collections.abc import Callable, Sequence
from typing import Any

from boot.errors import BadRequest, Invalid
from boot.resources.base import Object

MOST_OPERATIONS = 10_000
"""As kube-apiserver: a longer JSON patch is refused."""


def apply_merge_patch(target: Any, patch: Any) -> Any:
    """RFC 7396; returns a new value."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = apply_merge_patch(result.get(key), value)
    return result


def apply_json_patch(target: Object, operations: Sequence[Any]) -> Object:
    """RFC 6902; BadRequest when malformed, Invalid when an operation does not apply. Returns a new value."""
    if len(operations) > MOST_OPERATIONS:
        raise BadRequest(f"a JSON patch may have {MOST_OPERATIONS} operations, this one has {len(operations)}")
    document: Any = copy.deepcopy(target)
    for operation in operations:
        if not isinstance(operation, dict):
            raise BadRequest(f"error decoding patch: {operation!r} is no JSON patch operation")
        if operation.get("op") not in _OPERATIONS:
            raise Invalid(f"{_REJECTED}: {operation!r} is no JSON patch operation")
        path = operation.get("path")
        if not isinstance(path, str):
            raise BadRequest(f"error decoding patch: operation {operation['op']!r} has no path")
        document = _OPERATIONS[operation["op"]](document, path, operation)
    if not isinstance(document, dict):
        raise Invalid("the patch leaves no object behind")
    return document


_REJECTED = "the server rejected our request due to an error in our request"


def _refuse(operation: str, path: str, why: str) -> Invalid:
    return Invalid(f"{_REJECTED}: {operation} operation does not apply: doc {why}: {path}")


def _tokens(path: str) -> list[str]:
    if path and not path.startswith("/"):
        raise BadRequest(f"error decoding patch: {path!r} is no JSON pointer")
    return [token.replace("~1", "/").replace("~0", "~") for token in path.split("/")[1:]]


def _descend(document: Any, tokens: Sequence[str], operation: str, path: str) -> Any:
    for token in tokens:
        if isinstance(document, dict) and token in document:
            document = document[token]
        elif isinstance(document, list) and token.isdigit() and int(token) < len(document):
            document = document[int(token)]
        else:
            raise _refuse(operation, path, "is missing path")
    return document


def _add(document: Any, path: str, operation: Object) -> Any:
    if "value" not in operation:
        raise BadRequest(f"error decoding patch: add at {path} has no value")
    return _put(document, path, copy.deepcopy(operation["value"]), "add")


def _put(document: Any, path: str, value: Any, name: str) -> Any:
    tokens = _tokens(path)
    if not tokens:
        return value
    parent, last = _descend(document, tokens[:-1], name, path), tokens[-1]
    if isinstance(parent, dict):
        parent[last] = value
    elif isinstance(parent, list) and (last == "-" or (last.isdigit() and int(last) <= len(parent))):
        parent.insert(len(parent) if last == "-" else int(last), value)
    else:
        raise _refuse(name, path, "is missing path")
    return document


def _remove(document: Any, path: str, operation: Object) -> Any:
    tokens = _tokens(path)
    if not tokens:
        raise _refuse("remove", path, "cannot lose its root")
    _descend(document, tokens, operation["op"], path)
    parent = _descend(document, tokens[:-1], operation["op"], path)
    del parent[int(tokens[-1]) if isinstance(parent, list) else tokens[-1]]
    return document


def _replace(document: Any, path: str, operation: Object) -> Any:
    if "value" not in operation:
        raise BadRequest(f"error decoding patch: replace at {path} has no value")
    tokens = _tokens(path)
    if not tokens:
        return copy.deepcopy(operation["value"])
    parent = _descend(document, tokens[:-1], "replace", path)
    # A member that is not there is added: RFC 6902 says otherwise, Kubernetes does it.
    if not isinstance(parent, dict):
        _descend(document, tokens, "replace", path)
    parent[int(tokens[-1]) if isinstance(parent, list) else tokens[-1]] = copy.deepcopy(operation["value"])
    return document


def _source(operation: Object) -> str:
    source = operation.get("from")
    if not isinstance(source, str):
        raise BadRequest(f"error decoding patch: operation {operation['op']!r} has no from")
    return source


def _copy(document: Any, path: str, operation: Object) -> Any:
    source = _source(operation)
    return _put(document, path, copy.deepcopy(_descend(document, _tokens(source), "copy", source)), "copy")


def _move(document: Any, path: str, operation: Object) -> Any:
    source = _source(operation)
    if path.startswith(source + "/"):
        raise _refuse("move", path, "cannot move into its own child")
    value = _descend(document, _tokens(source), "move", source)
    return _put(_remove(document, source, operation), path, value, "move")


def _test(document: Any, path: str, operation: Object) -> Any:
    try:
        actual = _descend(document, _tokens(path), "test", path)
    except Invalid:
        actual = None
    if actual != operation.get("value") or type(actual) is not type(operation.get("value")):
        raise Invalid(f"{_REJECTED}: testing path {path} failed")
    return document


_OPERATIONS: dict[str, Callable[[Any, str, Object], Any]] = {
    "add": _add,
    "remove": _remove,
    "replace": _replace,
    "copy": _copy,
    "move": _move,
    "test": _test,
}
