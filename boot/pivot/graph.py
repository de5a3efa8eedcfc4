"""What moves to another plane, and in which order: owners first. Pure.

The rules are those of clusterctl's object graph (cluster-api cmd/clusterctl/client/cluster/objectgraph.go; facts of
cluster-api 5.2, 5.3), with three of our own: ServerBindings move, before their Servers; what would be left without its owner
is refused by name instead of dropped in silence.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from boot.errors import ConfigError
from boot.resources.base import Object
from boot.resources.kinds import CLUSTER, ENVIRONMENT, SECRET, SERVER, SERVER_BINDING, SERVER_CLASS

MOVE_LABEL = "clusterctl.cluster.x-k8s.io/move"
FORCED = (SERVER_CLASS, ENVIRONMENT, SERVER_BINDING, SERVER)
"""Cluster-scoped kinds that move whole, in the order in which they are made."""
_SOFT_SUFFIXES = ("-kubeconfig", "-ca", "-etcd", "-sa", "-proxy")
"""Secrets that belong to a Cluster by their name alone."""


@dataclass(frozen=True, slots=True)
class Item:
    """One object of the source; `owners` are the uids of those of its owners that move, too."""

    kind: str
    group: str
    namespace: str
    name: str
    uid: str
    owners: tuple[str, ...]
    source: Object = field(repr=False, compare=False, hash=False)

    def __str__(self) -> str:
        return f"{self.kind} {f'{self.namespace}/' if self.namespace else ''}{self.name}"


@dataclass(frozen=True, slots=True)
class Plan:
    """`groups` are made one after the other; the objects of one in any order. `stays` is what does not move."""

    groups: tuple[tuple[Item, ...], ...]
    stays: tuple[str, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for group in self.groups for item in group)

    def render(self) -> str:
        """For people: a line for each object, group by group."""
        lines = [f"{number}. {item}" for number, group in enumerate(self.groups, 1) for item in group]
        return "\n".join([*lines, *(f"stays: {name}" for name in self.stays)])


def build_plan(objects: Iterable[Object], namespace: str) -> Plan:
    """`objects` are all of the kinds that may move, of all namespaces. ConfigError for one whose owner does not move."""
    listed = [obj for obj in objects if _is_in(obj, namespace)]
    by_uid = {obj["metadata"]["uid"]: obj for obj in listed}
    owners = {uid: _owners(obj, listed) for uid, obj in by_uid.items()}
    moved = {uid for uid, obj in by_uid.items() if _is_forced(obj) or _belongs(uid, by_uid, owners)}
    lost = [_title(by_uid[uid]) for uid in moved if any(owner not in by_uid for owner in owners[uid])]
    if lost:
        raise ConfigError(
            f"an owner of {', '.join(sorted(lost))} does not exist: it would be left behind; mend or delete it first"
        )
    items = {
        uid: Item(
            obj["kind"],
            _group(obj["apiVersion"]),
            obj["metadata"].get("namespace", ""),
            obj["metadata"]["name"],
            uid,
            tuple(owner for owner in owners[uid] if owner in moved),
            obj,
        )
        for uid, obj in by_uid.items()
        if uid in moved
    }
    stays = sorted(_title(obj) for uid, obj in by_uid.items() if uid not in moved and obj["kind"] != SECRET.kind)
    return Plan(_order(items.values()), tuple(stays))


def _order(items: Iterable[Item]) -> tuple[tuple[Item, ...], ...]:
    """Forced kinds each in a group of its own, then whatever has all its owners before it."""
    rest = sorted(items, key=lambda item: (item.kind, item.namespace, item.name))
    groups = [tuple(item for item in rest if item.kind == kind.kind) for kind in FORCED]
    placed = {item.uid for group in groups for item in group}
    rest = [item for item in rest if item.uid not in placed]
    while rest:
        ready = tuple(item for item in rest if placed.issuperset(item.owners))
        if not ready:
            raise ConfigError(f"{', '.join(map(str, rest))} own each other in a circle")
        groups.append(ready)
        placed.update(item.uid for item in ready)
        rest = [item for item in rest if item.uid not in placed]
    return tuple(group for group in groups if group)


def _is_in(obj: Object, namespace: str) -> bool:
    """Of that namespace, cluster-scoped, or labelled to move from wherever it is."""
    return obj["metadata"].get("namespace", namespace) == namespace or _is_labelled(obj)


def _is_labelled(obj: Object) -> bool:
    return MOVE_LABEL in (obj["metadata"].get("labels") or {})


def _is_forced(obj: Object) -> bool:
    return _is_labelled(obj) or any(obj["kind"] == kind.kind and _group(obj["apiVersion"]) == kind.group for kind in FORCED)


def _owners(obj: Object, listed: Sequence[Object]) -> tuple[str, ...]:
    """Uids of its owners, by reference or, for some secrets, by name."""
    told = tuple(reference["uid"] for reference in obj["metadata"].get("ownerReferences") or ())
    if told or obj["kind"] != SECRET.kind:
        return told
    name, place = obj["metadata"]["name"], obj["metadata"]["namespace"]
    stem = next((name.removesuffix(suffix) for suffix in _SOFT_SUFFIXES if name.endswith(suffix)), "")
    return tuple(
        one["metadata"]["uid"]
        for one in listed
        if one["kind"] == CLUSTER.kind and (one["metadata"]["name"], one["metadata"]["namespace"]) == (stem, place)
    )


def _belongs(uid: str, by_uid: dict[str, Object], owners: dict[str, tuple[str, ...]]) -> bool:
    """Whether a Cluster is among its owners, and theirs, or it is one."""
    seen, waiting = set(), [uid]
    while waiting:
        current = waiting.pop()
        if current in seen or current not in by_uid:
            continue
        seen.add(current)
        if by_uid[current]["kind"] == CLUSTER.kind:
            return True
        waiting.extend(owners[current])
    return False


def _group(api_version: str) -> str:
    return api_version.rpartition("/")[0]


def _title(obj: Object) -> str:
    metadata = obj["metadata"]
    place = f"{metadata['namespace']}/" if metadata.get("namespace") else ""
    return f"{obj['kind']} {place}{metadata['name']}"
