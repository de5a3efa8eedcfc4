"""The kinds that move. Found by what they are and not by the target's labels: the source is ours."""

from boot.resources.kinds import (
    CLUSTER,
    CONFIG_MAP,
    ENVIRONMENT,
    MACHINE,
    MACHINE_DEPLOYMENT,
    MACHINE_SET,
    METAL_CLUSTER,
    METAL_MACHINE,
    METAL_MACHINE_TEMPLATE,
    SECRET,
    SERVER,
    SERVER_BINDING,
    SERVER_CLASS,
    TALOS_CONFIG,
    TALOS_CONFIG_TEMPLATE,
    TALOS_CONTROL_PLANE,
    Kind,
)

MOVING: tuple[Kind, ...] = (
    SERVER_CLASS,
    ENVIRONMENT,
    SERVER_BINDING,
    SERVER,
    CLUSTER,
    METAL_CLUSTER,
    METAL_MACHINE_TEMPLATE,
    TALOS_CONFIG_TEMPLATE,
    TALOS_CONTROL_PLANE,
    MACHINE_DEPLOYMENT,
    MACHINE_SET,
    MACHINE,
    METAL_MACHINE,
    TALOS_CONFIG,
    SECRET,
    CONFIG_MAP,
)
_BY_NAME = {(kind.group, kind.kind): kind for kind in MOVING}
WITHOUT_STATUS = frozenset({SECRET, CONFIG_MAP, METAL_MACHINE_TEMPLATE, TALOS_CONFIG_TEMPLATE})


def find_kind(group: str, kind: str) -> Kind:
    """KeyError for one that does not move."""
    return _BY_NAME[group, kind]
