"""Config patches: JSON patches (RFC 6902) and Talos' strategic merge, with its deletions. Pure.

Source: talos pkg/machinery/config/configpatcher and config/merge. Talos merges typed structs; what a type would say there
(which lists are keyed, which replace) is the table below, by path. Paths have * for every list item and map key.
"""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from boot.errors import ApiError, ConfigError
from boot.store.patches import apply_json_patch
from boot.talos.documents import Document, identity, is_v1alpha1, parse_documents, render_documents

Path = tuple[str, ...]

_REPLACED: frozenset[Path] = frozenset(
    {
        ("cluster", "network", "podSubnets"),
        ("cluster", "network", "serviceSubnets"),
        ("cluster", "apiServer", "auditPolicy"),
    }
)
_REPLACED_IN: dict[str, frozenset[Path]] = {"NetworkRuleConfig": frozenset({("ingress",), ("portSelector", "ports")})}
"""Kind of document -> what is taken whole from the right."""
_KEYED: dict[Path, tuple[str, ...]] = {
    ("machine", "network", "interfaces"): ("interface", "deviceSelector"),
    ("machine", "network", "interfaces", "*", "vlans"): ("vlanId",),
    ("cluster", "apiServer", "admissionControl"): ("name",),
}
_KEYED_IN: dict[str, dict[Path, tuple[str, ...]]] = {"ExtensionServiceConfig": {("configFiles",): ("mountPath",)}}
"""Lists whose items are matched and merged, by the first of these fields that both sides have."""

_DELETE = "$patch"


@dataclass(frozen=True, slots=True)
class Patch:
    """One patch as it was written: operations of RFC 6902, or documents to merge."""

    operations: tuple[Any, ...] = ()
    documents: tuple[Document, ...] = ()


def parse_patch(text: str) -> Patch:
    """Recognised as Talos does: documents to merge, else a JSON or YAML list of operations; ConfigError."""
    try:
        loaded = orjson.loads(text)
    except orjson.JSONDecodeError:
        loaded = None
    if loaded is None:
        loaded = _parse_list(text)
    if isinstance(loaded, list):
        return Patch(operations=tuple(loaded))
    documents = tuple(parse_documents(text))
    if not documents:
        raise ConfigError("the patch is empty")
    return Patch(documents=documents)


def _parse_list(text: str) -> Any:
    if not text.lstrip().startswith("-") or text.lstrip().startswith("---"):
        return None
    wrapped = parse_documents("operations:\n" + text)
    return wrapped[0]["operations"] if wrapped else None


def apply_patches(documents: Sequence[Document], patches: Sequence[Patch]) -> list[Document]:
    """All of them in their order, on copies; ConfigError with what does not apply."""
    result: list[Document] = copy.deepcopy(list(documents))
    for patch in patches:
        result = apply_operations(result, patch.operations) if patch.operations else merge_documents(result, patch.documents)
    return result


def apply_operations(documents: Sequence[Document], operations: Sequence[Any]) -> list[Document]:
    """RFC 6902, for a config of one document only, as Talos insists; keys come back sorted, as Talos leaves them."""
    if len(documents) != 1:
        raise ConfigError(
            f"a JSON patch does not apply to a config of {len(documents)} documents (Talos 1.12 and later): "
            "write it as a strategic merge patch"
        )
    try:
        return [apply_json_patch(documents[0], operations)]
    except ApiError as error:
        raise ConfigError(error.message) from error


def merge_documents(left: Sequence[Document], right: Sequence[Document]) -> list[Document]:
    """Strategic merge: documents meet by apiVersion, kind and name; those that meet none are added."""
    result = list(left)
    for patch in right:
        index = next((number for number, document in enumerate(result) if identity(document) == identity(patch)), None)
        if patch.get(_DELETE) == "delete":
            result = _drop_document(result, index, patch)
            continue
        own = copy.deepcopy(patch)
        if index is None:
            result.append(_strip(own))
            continue
        kind = str(patch.get("kind", ""))
        target = _delete_marked(result[index], own, ())
        result[index] = _Merge(kind).merge(target, own, ())
    return result


def _drop_document(documents: list[Document], index: int | None, patch: Document) -> list[Document]:
    if is_v1alpha1(patch):
        raise ConfigError("$patch: delete cannot drop the v1alpha1 document itself")
    if index is None:
        # Up to Talos 1.13 the selector itself would end up in the config: better a clear word.
        raise ConfigError(f"$patch: delete: there is no {patch['kind']} document to delete")
    return documents[:index] + documents[index + 1 :]


def _strip(value: Any) -> Any:
    """Without deletions: in what is new there is nothing to delete."""
    if isinstance(value, dict):
        return {key: _strip(item) for key, item in value.items() if not _is_deletion(item)}
    if isinstance(value, list):
        return [_strip(item) for item in value if not _is_deletion(item)]
    return value


def _is_deletion(value: Any) -> bool:
    return isinstance(value, dict) and value.get(_DELETE) == "delete"


def _delete_marked(target: Any, patch: Any, path: Path) -> Any:
    """Carry out the deletions of `patch`, and take them out of it: they come before its merges."""
    if isinstance(patch, dict):
        target = dict(target) if isinstance(target, dict) else target
        for key in list(patch):
            if _is_deletion(patch[key]):
                if not isinstance(target, dict) or key not in target:
                    raise _lookup_failed((*path, key))
                del target[key], patch[key]
            elif isinstance(patch[key], dict | list):
                below = target.get(key) if isinstance(target, dict) else None
                changed = _delete_marked(below, patch[key], (*path, key))
                if isinstance(target, dict) and key in target:
                    target[key] = changed
    elif isinstance(patch, list):
        target = list(target) if isinstance(target, list) else target
        for item in [item for item in patch if _is_deletion(item)]:
            _delete_item(target, item, path)
            patch.remove(item)
    return target


def _delete_item(target: Any, item: Document, path: Path) -> None:
    selectors = [(key, value) for key, value in item.items() if key != _DELETE]
    if not selectors:
        raise ConfigError(f"$patch: delete in the list {'.'.join(path)} needs one more field, which says which item")
    key, wanted = selectors[0]
    for number, candidate in enumerate(target if isinstance(target, list) else ()):
        if isinstance(candidate, dict) and candidate.get(key) == wanted:
            del target[number]
            return
    raise _lookup_failed((*path, f"[{key}: {wanted}]"))


def _lookup_failed(path: Path) -> ConfigError:
    return ConfigError(f"$patch: delete: {'.'.join(path)} is not in the config")


class _Merge:
    """Of one document's kind ("" for v1alpha1)."""

    def __init__(self, kind: str) -> None:
        self._replaced = _REPLACED_IN.get(kind, frozenset()) if kind else _REPLACED
        self._keyed = _KEYED_IN.get(kind, {}) if kind else _KEYED

    def merge(self, left: Any, right: Any, path: Path) -> Any:
        if path in self._replaced:
            return right
        if isinstance(right, dict) and isinstance(left, dict):
            result = dict(left)
            for key, value in right.items():
                result[key] = self.merge(result[key], value, (*path, key)) if result.get(key) is not None else value
            return result
        if isinstance(right, list) and isinstance(left, list):
            keys = self._keyed.get(path)
            return self._merge_items(left, right, keys, (*path, "*")) if keys else left + right
        if right not in (None, "") and _shape(left) != _shape(right):
            raise ConfigError(f"{'.'.join(path)}: a {_shape(left)} cannot be merged with a {_shape(right)}")
        # A zero of Go says nothing, but for booleans, which are pointers there.
        return left if right is None or right == "" or (right == 0 and not isinstance(right, bool)) else right

    def _merge_items(self, left: list[Any], right: list[Any], keys: Sequence[str], path: Path) -> list[Any]:
        result = list(left)
        for item in right:
            index = next((number for number, other in enumerate(result) if _meet(other, item, keys)), None)
            if index is None:
                result.append(item)
            else:
                result[index] = self.merge(result[index], item, path)
        return result


def _meet(left: Any, right: Any, keys: Sequence[str]) -> bool:
    if not isinstance(left, dict) or not isinstance(right, dict):
        return False
    key = next((key for key in keys if right.get(key)), None)
    return key is not None and left.get(key) == right[key]


def _shape(value: Any) -> str:
    shapes: Sequence[tuple[Callable[[Any], bool], str]] = (
        (lambda given: isinstance(given, dict), "mapping"),
        (lambda given: isinstance(given, list), "list"),
    )
    return next((name for test, name in shapes if test(value)), "value")


def patch_text(config: str, patches: Sequence[str]) -> str:
    """A config and patches, all as text: what a machine is served."""
    return render_documents(apply_patches(parse_documents(config), [parse_patch(patch) for patch in patches]))
