"""JSON patch (RFC 6902), merge patch (RFC 7396) and strategic merge for core kinds; pure, with Kubernetes' errors."""

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
        if not isinstance(operation, dict) or operation.get("op") not in _OPERATIONS:
            raise BadRequest(f"error decoding patch: {operation!r} is no JSON patch operation")
        path = operation.get("path")
        if not isinstance(path, str):
            raise BadRequest(f"error decoding patch: operation {operation['op']!r} has no path")
        document = _OPERATIONS[operation["op"]](document, path, operation)
    if not isinstance(document, dict):
        raise Invalid("the patch leaves no object behind")
    return document


def _refuse(operation: str, path: str, why: str) -> Invalid:
    return Invalid(
        f"the server rejected our request due to an error in our request: {operation} operation does not apply: doc {why}: {path}"
    )


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
    _descend(document, tokens, "replace", path)
    parent = _descend(document, tokens[:-1], "replace", path)
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
        raise Invalid(f"the server rejected our request due to an error in our request: testing path {path} failed")
    return document


_OPERATIONS: dict[str, Callable[[Any, str, Object], Any]] = {
    "add": _add,
    "remove": _remove,
    "replace": _replace,
    "copy": _copy,
    "move": _move,
    "test": _test,
}

MERGE_KEYS: dict[str, str] = {
    "ownerReferences": "uid",
    "conditions": "type",
    "containers": "name",
    "initContainers": "name",
    "env": "name",
    "ports": "containerPort",
    "volumes": "name",
    "volumeMounts": "mountPath",
    "addresses": "type",
    "taints": "key",
}
"""patchMergeKey of the list fields of core kinds, by field name."""
_PRIMITIVE_MERGE = frozenset({"finalizers"})


def apply_strategic_patch(target: Any, patch: Any, field: str = "") -> Any:
    """Strategic merge for built-in kinds: maps merge, keyed lists merge by key, others are replaced.

    Directives: $patch replace and delete, $deleteFromPrimitiveList/<field>, $setElementOrder is read and not needed.
    """
    if isinstance(patch, dict):
        return _strategic_map(target, patch)
    if isinstance(patch, list):
        return _strategic_list(target, patch, field)
    return copy.deepcopy(patch)


def _strategic_map(target: Any, patch: Object) -> Any:
    if patch.get("$patch") == "replace":
        return {key: copy.deepcopy(value) for key, value in patch.items() if key != "$patch"}
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        directive, _, field = key.partition("/")
        if directive == "$deleteFromPrimitiveList":
            result[field] = [item for item in result.get(field) or [] if item not in value]
        elif directive in {"$setElementOrder", "$retainKeys", "$patch"}:
            continue
        elif value is None or (isinstance(value, dict) and value.get("$patch") == "delete"):
            result.pop(key, None)
        else:
            result[key] = apply_strategic_patch(result.get(key), value, key)
    return result


def _strategic_list(target: Any, patch: list[Any], field: str) -> list[Any]:
    current: list[Any] = list(target) if isinstance(target, list) else []
    if field in _PRIMITIVE_MERGE:
        return current + [item for item in patch if item not in current]
    merge_key = MERGE_KEYS.get(field)
    if merge_key is None or not all(isinstance(item, dict) for item in patch):
        return copy.deepcopy(patch)
    if any(item.get("$patch") == "replace" for item in patch):
        return [copy.deepcopy(item) for item in patch if "$patch" not in item]
    for item in patch:
        index = next((i for i, old in enumerate(current) if old.get(merge_key) == item.get(merge_key)), None)
        if item.get("$patch") == "delete":
            if index is not None:
                del current[index]
        elif index is None:
            current.append(copy.deepcopy(item))
        else:
            current[index] = apply_strategic_patch(current[index], item)
    return current
