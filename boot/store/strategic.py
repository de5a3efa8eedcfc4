"""Strategic merge patch (kubernetes.io/docs: "Update API objects in place"), for built-in kinds; pure."""

import copy
from collections.abc import Hashable, Sequence
from typing import Any

from boot.errors import BadRequest
from boot.resources.base import Object

MERGE_KEYS: dict[str, tuple[str, ...]] = {
    "ownerReferences": ("uid",),
    "conditions": ("type",),
    "addresses": ("type",),
    "ports": ("containerPort", "port"),  # of a container, of a Service
    "volumeMounts": ("mountPath",),
    "volumeDevices": ("devicePath",),
    "topologySpreadConstraints": ("topologyKey",),
    **dict.fromkeys(("hostAliases", "podIPs", "hostIPs"), ("ip",)),
    **dict.fromkeys(("containers", "initContainers", "ephemeralContainers", "env", "volumes"), ("name",)),
    **dict.fromkeys(("imagePullSecrets", "secrets", "resourceClaims", "schedulingGates", "webhooks"), ("name",)),
}
"""patchMergeKey of the list fields of built-in kinds, by field name: the first that every item of the patch has."""
_PRIMITIVE_MERGE = frozenset({"finalizers"})
_PATCH, _RETAIN, _ORDER, _DELETE = "$patch", "$retainKeys", "$setElementOrder", "$deleteFromPrimitiveList"


def apply_strategic_patch(target: Any, patch: Any) -> Any:
    """Maps merge, keyed lists merge by key, others are replaced; returns a new value.

    Directives: $patch merge, replace and delete; $retainKeys; $deleteFromPrimitiveList/<field>; $setElementOrder/<field>.
    BadRequest for another $patch, and for an item without the key of its list.
    """
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    if _directive(patch) == "replace":
        return {key: copy.deepcopy(value) for key, value in patch.items() if key != _PATCH}
    result = dict(target) if isinstance(target, dict) else {}
    if _RETAIN in patch:
        result = {key: value for key, value in result.items() if key in patch[_RETAIN]}
    for key in {key.partition("/")[2] if key.startswith("$") else key: None for key in patch}:
        if key:
            _merge_field(result, key, patch)
    return result


def _directive(patch: Object) -> str:
    found = patch.get(_PATCH, "merge")
    if found not in {"merge", "replace", "delete"}:
        raise BadRequest(f"unknown patch type: {found!r}; merge, replace and delete are known")
    return str(found)


def _merge_field(result: Object, key: str, patch: Object) -> None:
    if key not in patch and key not in result:  # an order for a list that is not there
        return
    removed, order = patch.get(f"{_DELETE}/{key}"), patch.get(f"{_ORDER}/{key}")
    value = patch.get(key, [])
    if value is None or (isinstance(value, dict) and _directive(value) == "delete"):
        result.pop(key, None)
        return
    if not isinstance(value, list):
        result[key] = apply_strategic_patch(result.get(key), value)
        return
    current = result.get(key) if isinstance(result.get(key), list) else []
    result[key] = _merge_list([item for item in current or () if item not in (removed or ())], value, key, order)


def _merge_list(current: list[Any], patch: list[Any], field: str, order: Sequence[Any] | None) -> list[Any]:
    merge_key = _merge_key(field, patch)
    if field in _PRIMITIVE_MERGE:
        merged = current + [item for item in patch if item not in current]
        return _arrange(merged, current, patch if order is None else order, merge_key)
    if merge_key is None or not all(isinstance(item, dict) for item in patch):
        return copy.deepcopy(patch)
    if any(_directive(item) == "replace" for item in patch):
        return [copy.deepcopy(item) for item in patch if _PATCH not in item]
    merged = list(current)
    for item in patch:
        _merge_item(merged, item, merge_key)
    return _arrange(merged, current, patch if order is None else order, merge_key)


def _merge_key(field: str, patch: Sequence[Any]) -> str | None:
    keys = MERGE_KEYS.get(field)
    if keys is None:
        return None
    return next((key for key in keys if all(isinstance(item, dict) and key in item for item in patch)), keys[0])


def _merge_item(merged: list[Any], item: Object, merge_key: str) -> None:
    if merge_key not in item:
        raise BadRequest(f"an item of the patch does not contain declared merge key: {merge_key}")
    index = next((i for i, old in enumerate(merged) if old.get(merge_key) == item[merge_key]), None)
    if _directive(item) == "delete":
        if index is not None:
            del merged[index]
    elif index is None:
        merged.append(apply_strategic_patch(None, item))
    else:
        merged[index] = apply_strategic_patch(merged[index], item)


def _arrange(merged: Sequence[Any], before: Sequence[Any], order: Sequence[Any], merge_key: str | None) -> list[Any]:
    """In the order of the patch; what only the server has keeps its place before what followed it, and comes last otherwise."""

    def key(item: Any) -> Hashable:
        return item.get(merge_key) if merge_key and isinstance(item, dict) else item

    wanted = {key(item): place for place, item in reversed(list(enumerate(order)))}
    places = {key(item): place for place, item in enumerate(before)}
    ours = sorted((item for item in merged if key(item) in wanted), key=lambda item: wanted[key(item)])
    theirs = [item for item in merged if key(item) not in wanted]
    result = []
    while ours and theirs:
        follows = places.get(key(ours[0]), -1) > places[key(theirs[0])]
        result.append((theirs if follows else ours).pop(0))
    return [*result, *ours, *theirs]
