"""core/v1 ObjectReferences between the kinds of Cluster API and its providers. Pure."""

from boot.errors import NotFound
from boot.resources.base import Object
from boot.resources.kinds import (
    CLUSTER,
    MACHINE,
    MACHINE_DEPLOYMENT,
    MACHINE_SET,
    METAL_CLUSTER,
    METAL_MACHINE,
    METAL_MACHINE_TEMPLATE,
    TALOS_CONFIG,
    TALOS_CONFIG_TEMPLATE,
    TALOS_CONTROL_PLANE,
    Kind,
)

_KNOWN = {
    (kind.group, kind.kind): kind
    for kind in (
        CLUSTER,
        MACHINE,
        MACHINE_DEPLOYMENT,
        MACHINE_SET,
        METAL_CLUSTER,
        METAL_MACHINE,
        METAL_MACHINE_TEMPLATE,
        TALOS_CONFIG,
        TALOS_CONFIG_TEMPLATE,
        TALOS_CONTROL_PLANE,
    )
}


def kind_of(reference: Object) -> Kind:
    """The kind that a reference names, in the version we speak; NotFound for one that no provider here brings."""
    group = str(reference.get("apiVersion") or "").rpartition("/")[0]
    kind = _KNOWN.get((group, str(reference.get("kind") or "")))
    if kind is None:
        named = f"{reference.get('kind') or 'an object without a kind'} of {reference.get('apiVersion') or 'no group'}"
        raise NotFound(f"{named} is nothing that a provider here brings")
    return kind


def object_reference(obj: Object) -> Object:
    """To an object that a plane returned."""
    metadata = obj["metadata"]
    return {
        "apiVersion": obj["apiVersion"],
        "kind": obj["kind"],
        "name": metadata["name"],
        "namespace": metadata["namespace"],
        "uid": metadata["uid"],
    }


def describe(reference: Object) -> str:
    """As a person names it: `MetalMachine rack-one-x`."""
    return f"{reference.get('kind', 'object')} {reference.get('name', '')}".strip()
