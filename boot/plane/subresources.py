"""Parts of an object that are read and written on their own: status, scale, a namespace's finalize. Pure."""

from boot.errors import NotFound
from boot.plane.scaling import SCALE, SCALE_VERSION, apply_scale, build_scale
from boot.resources.base import Object
from boot.resources.kinds import Definition, Kind, Version

STATUS, SCALING, FINALIZE = "status", "scale", "finalize"


def kind_of(kind: Kind, subresource: str) -> Kind:
    """What is read and written at `subresource` of a kind."""
    return SCALE if subresource == SCALING else kind


def check_subresource(definition: Definition, version: Version, subresource: str) -> None:
    """NotFound where this kind has none of that name."""
    there = {
        "": True,
        STATUS: version.has_status,
        SCALING: version.scale is not None,
        FINALIZE: definition.plural == "namespaces" and not definition.group,
    }
    if not there.get(subresource, False):
        raise NotFound("the server could not find the requested resource")


def read_subresource(obj: Object, version: Version, subresource: str) -> Object:
    """As a GET of it answers."""
    if subresource == SCALING and version.scale is not None:
        return build_scale(obj, version.scale)
    return obj


def shown_version(version: Version, subresource: str) -> Version:
    """Whose columns what is read there has."""
    return SCALE_VERSION if subresource == SCALING else version


def write_subresource(old: Object, new: Object, version: Version, subresource: str) -> Object:
    """The whole object that a write of `new` at `subresource` asks for."""
    if subresource == SCALING and version.scale is not None:
        return apply_scale(old, new, version.scale)
    return new
