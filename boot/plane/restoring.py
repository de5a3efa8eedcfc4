"""What a restore would throw away: objects that the plane did not make by itself. Pure."""

from collections import Counter
from collections.abc import Iterable
from functools import cache

import orjson

from boot.errors import Conflict
from boot.resources.crds import own_crds
from boot.resources.kinds import CONFIG_MAP, CUSTOM_RESOURCE_DEFINITION, ENVIRONMENT, NAMESPACE, SERVER_CLASS
from boot.store.store import Key, Stored

NAMESPACES = ("default", "kube-system", "sidero-system", "sidero-tui")
"""There from the start."""

_MADE_AND_EDITED = frozenset(
    [Key(ENVIRONMENT.group, ENVIRONMENT.plural, "", "default"), Key(SERVER_CLASS.group, SERVER_CLASS.plural, "", "any")]
)
"""Made by the stack for the operator to change: his own from the second generation on."""


def check_replaceable(objects: Iterable[Stored]) -> None:
    """Conflict names what there is beyond the plane's own objects."""
    theirs = Counter(stored.key.plural for stored in objects if not _is_made(stored))
    if theirs:
        told = ", ".join(f"{count} {plural}" for plural, count in sorted(theirs.items()))
        raise Conflict(f"the plane holds {told}, which a restore throws away: say so with --yes")


def _is_made(stored: Stored) -> bool:
    if stored.key in _MADE_AND_EDITED:
        return bool(orjson.loads(stored.data)["metadata"].get("generation", 1) == 1)
    return stored.key in _made()


@cache
def _made() -> frozenset[Key]:
    crd = CUSTOM_RESOURCE_DEFINITION
    return frozenset(
        [
            *(Key("", NAMESPACE.plural, "", name) for name in NAMESPACES),
            *(Key(crd.group, crd.plural, "", document["metadata"]["name"]) for document in own_crds()),
            Key("", CONFIG_MAP.plural, "sidero-tui", "components"),
        ]
    )
