"""Which kinds carry machine config patches, and where: what the embedded plane asks when one of them is written. Pure."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from boot.errors import Cause
from boot.resources.base import Object
from boot.resources.kinds import SERVER, SERVER_CLASS, TALOS_CONFIG, TALOS_CONFIG_TEMPLATE, TALOS_CONTROL_PLANE
from boot.talos.patch_check import Complaint, check_server_spec, check_talos_spec

_Check = Callable[[Mapping[str, Any], str], Iterator[Complaint]]
_PLACES: dict[tuple[str, str], tuple[_Check, tuple[str, ...]]] = {
    (SERVER.group, SERVER.plural): (check_server_spec, ("spec",)),
    (SERVER_CLASS.group, SERVER_CLASS.plural): (check_server_spec, ("spec",)),
    (TALOS_CONFIG.group, TALOS_CONFIG.plural): (check_talos_spec, ("spec",)),
    (TALOS_CONFIG_TEMPLATE.group, TALOS_CONFIG_TEMPLATE.plural): (check_talos_spec, ("spec", "template", "spec")),
    (TALOS_CONTROL_PLANE.group, TALOS_CONTROL_PLANE.plural): (
        check_talos_spec,
        ("spec", "controlPlaneConfig", "controlplane"),
    ),
}
_PATCHES = ("configPatches", "strategicPatches", "talosVersion", "generateType")


def check_patches(group: str, plural: str, obj: Object, old: Object | None) -> list[Cause]:
    """What is wrong with the patches of an object; nothing where they are those of `old`: what is there may be mended."""
    place = _PLACES.get((group, plural))
    if place is None:
        return []
    check, path = place
    spec = _find(obj, path)
    if old is not None and _patches(spec) == _patches(_find(old, path)):
        return []
    return [Cause("FieldValueInvalid", f"Invalid value: {message}", field) for field, message in check(spec, ".".join(path))]


def _find(obj: Object, path: tuple[str, ...]) -> Mapping[str, Any]:
    found: Any = obj
    for part in path:
        found = (found or {}).get(part)
    return found or {}


def _patches(spec: Mapping[str, Any]) -> list[Any]:
    return [spec.get(name) for name in _PATCHES]
