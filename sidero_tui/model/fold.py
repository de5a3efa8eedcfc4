"""A snapshot and what the plane told since, into the next snapshot. The old one stays as it was."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from pydantic import ValidationError

from boot.component import ComponentState, ComponentStatus
from boot.resources.annotations import USER_ANNOTATION
from boot.resources.base import Object, Resource
from boot.resources.boots import Boot
from boot.resources.cluster_api import Cluster, Machine, MachineDeployment
from boot.resources.infrastructure import MetalMachine, ServerBinding
from boot.resources.kinds import (
    BOOT,
    CLUSTER,
    CONFIG_MAP,
    ENVIRONMENT,
    EVENT,
    MACHINE,
    MACHINE_DEPLOYMENT,
    METAL_MACHINE,
    PIVOT,
    SERVER,
    SERVER_BINDING,
    SERVER_CLASS,
    TALOS_CONTROL_PLANE,
    TASK,
    Kind,
)
from boot.resources.metal import Environment, Server, ServerClass
from boot.resources.pivots import Pivot
from boot.resources.talos_providers import TalosControlPlane
from boot.resources.tasks import Task
from sidero_tui.model.members import key_of
from sidero_tui.model.network import PUBLISHED, NetworkFacts
from sidero_tui.model.snapshot import AuditEntry, Snapshot, StackFacts

COMPONENTS_NAMESPACE, COMPONENTS_NAME = "sidero-tui", "components"
"""The ConfigMap in which the stack publishes the state of its components."""


@dataclass(frozen=True, slots=True)
class Listed:
    """All objects of a kind: what is not among them is gone."""

    kind: Kind
    objects: Sequence[Object]


@dataclass(frozen=True, slots=True)
class Changed:
    """One object added, modified or, when `gone`, deleted."""

    kind: Kind
    object: Object
    gone: bool = False


Fact = Listed | Changed

_MODELS: Mapping[Kind, tuple[str, type[Resource]]] = {
    SERVER: ("servers", Server),
    SERVER_CLASS: ("server_classes", ServerClass),
    ENVIRONMENT: ("environments", Environment),
    BOOT: ("boots", Boot),
    TASK: ("tasks", Task),
    PIVOT: ("pivots", Pivot),
    CLUSTER: ("clusters", Cluster),
    TALOS_CONTROL_PLANE: ("control_planes", TalosControlPlane),
    MACHINE_DEPLOYMENT: ("deployments", MachineDeployment),
    MACHINE: ("machines", Machine),
    METAL_MACHINE: ("metal_machines", MetalMachine),
    SERVER_BINDING: ("bindings", ServerBinding),
}


def fold(snapshot: Snapshot, facts: Iterable[Fact]) -> Snapshot:
    """Facts in the order they were told; each mapping is copied once, whatever the number of facts."""
    draft = _Draft(snapshot)
    for fact in facts:
        draft.apply(fact)
    return draft.finish()


class _Draft:
    """Mutable copies of those parts of a snapshot that change."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._parts: dict[str, Any] = {}

    def apply(self, fact: Fact) -> None:
        if fact.kind == CONFIG_MAP:
            self._apply_config_maps(fact)
        elif fact.kind == EVENT:
            self._apply_events(fact)
        elif isinstance(fact, Listed):
            self._clear(fact.kind)
            for obj in fact.objects:
                self._put(fact.kind, obj)
        elif fact.gone:
            self._drop(fact.kind, _key(fact.object))
        else:
            self._put(fact.kind, fact.object)

    def finish(self) -> Snapshot:
        return self._snapshot.change(self._parts) if self._parts else self._snapshot

    def _part(self, name: str) -> dict[str, Any]:
        if name not in self._parts:
            self._parts[name] = dict(getattr(self._snapshot, name))
        part: dict[str, Any] = self._parts[name]
        return part

    def _clear(self, kind: Kind) -> None:
        self._parts[_MODELS[kind][0]] = {}
        unreadable = self._part("unreadable")
        for key in [key for key in unreadable if key.startswith(kind.kind + "/")]:
            del unreadable[key]

    def _put(self, kind: Kind, obj: Object) -> None:
        part, model = _MODELS[kind]
        name = _key(obj)
        key = f"{kind.kind}/{name}"
        try:
            self._part(part)[name] = model.model_validate(obj)
        except ValidationError as error:
            # A plane we attach to may hold objects that another version wrote: say so, show the rest.
            self._part(part).pop(name, None)
            first = error.errors()[0]
            self._part("unreadable")[key] = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        else:
            if key in self._snapshot.unreadable:
                self._part("unreadable").pop(key, None)

    def _drop(self, kind: Kind, name: str) -> None:
        self._part(_MODELS[kind][0]).pop(name, None)
        self._part("unreadable").pop(f"{kind.kind}/{name}", None)

    def _apply_config_maps(self, fact: Fact) -> None:
        if isinstance(fact, Listed):
            self._parts["network"] = NetworkFacts()
        for obj in fact.objects if isinstance(fact, Listed) else (fact.object,):
            meta, name = obj["metadata"], obj["metadata"]["name"]
            if meta.get("namespace") != COMPONENTS_NAMESPACE:
                continue
            gone = isinstance(fact, Changed) and fact.gone
            data = {} if gone else obj.get("data") or {}
            if name == COMPONENTS_NAME:
                self._apply_components(data)
            elif name in PUBLISHED:
                known: NetworkFacts = self._parts.get("network", self._snapshot.network)
                others = {other: maps for other, maps in known.maps.items() if other != name}
                self._parts["network"] = NetworkFacts(others if gone else others | {name: data})

    def _apply_components(self, data: Mapping[str, str]) -> None:
        entries = {name: json.loads(text) for name, text in data.items()}
        self._parts["stack"] = _read_stack(entries.pop("stack", {}))
        self._parts["components"] = {name: _read_component(name, entry) for name, entry in entries.items()}

    def _apply_events(self, fact: Fact) -> None:
        """Those about Servers; the others concern nobody here."""
        audits = self._part("audits")
        if isinstance(fact, Listed):
            audits.clear()
        for obj in fact.objects if isinstance(fact, Listed) else (fact.object,):
            if isinstance(fact, Changed) and fact.gone:
                audits.pop(obj["metadata"]["name"], None)
            elif (obj.get("involvedObject") or {}).get("kind") == SERVER.kind:
                audits[obj["metadata"]["name"]] = _read_event(obj)


def _key(obj: Object) -> str:
    """By which a snapshot finds it."""
    meta = obj["metadata"]
    return key_of(meta["namespace"], meta["name"]) if meta.get("namespace") else str(meta["name"])


_STACK_FIELDS = frozenset(entry.name for entry in fields(StackFacts))


def _read_stack(entry: Mapping[str, Any]) -> StackFacts:
    """A newer stack may say more."""
    return StackFacts(**{name: value for name, value in entry.items() if name in _STACK_FIELDS})


def _read_event(obj: Object) -> AuditEntry:
    return AuditEntry(
        server=obj["involvedObject"].get("name", ""),
        at=obj.get("lastTimestamp") or obj["metadata"].get("creationTimestamp") or "",
        reason=obj.get("reason", ""),
        message=obj.get("message", ""),
        user=(obj["metadata"].get("annotations") or {}).get(USER_ANNOTATION, ""),
        warning=obj.get("type") == "Warning",
        count=obj.get("count") or 1,
    )


def _read_component(name: str, entry: Mapping[str, Any]) -> ComponentStatus:
    return ComponentStatus(
        name=name,
        state=ComponentState(entry["state"]),
        address=entry.get("address", ""),
        port=entry.get("port", 0),
        reason=entry.get("reason", ""),
    )
