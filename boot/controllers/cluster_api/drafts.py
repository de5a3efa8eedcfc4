"""An object while it is reconciled: what it was, what it shall be, and the writing of the difference."""

import copy
from collections.abc import Iterable
from typing import Any

from boot.client.events import EventRecorder
from boot.client.protocol import Client
from boot.clock import Clock
from boot.cluster_api.conditions import ERROR, Condition, find_condition, with_conditions
from boot.errors import NotFound
from boot.resources.base import Object
from boot.resources.kinds import Kind


class Draft:
    """Whatever is changed of `obj` is written by `Drafts.save`, and only that."""

    def __init__(self, kind: Kind, obj: Object) -> None:
        self.kind = kind
        self.before = obj
        self.obj: Object = copy.deepcopy(obj)

    @property
    def name(self) -> str:
        return str(self.obj["metadata"]["name"])

    @property
    def namespace(self) -> str:
        return str(self.obj["metadata"].get("namespace", ""))

    @property
    def metadata(self) -> Object:
        metadata: Object = self.obj["metadata"]
        return metadata

    @property
    def spec(self) -> Object:
        spec: Object = self.obj.setdefault("spec", {})
        return spec

    @property
    def status(self) -> Object:
        status: Object = self.obj.setdefault("status", {})
        return status

    @property
    def deleted(self) -> bool:
        return "deletionTimestamp" in self.metadata

    def label(self, key: str, value: str) -> None:
        self.metadata.setdefault("labels", {})[key] = value

    def conditions(self, types: Iterable[str]) -> list[Condition]:
        """Those of these types that it has."""
        return [found for type_ in types if (found := find_condition(self.obj, type_)) is not None]


class Drafts:
    """Reads drafts and writes them."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self.events = EventRecorder(client, clock)

    async def find(self, kind: Kind, name: str, namespace: str) -> Draft | None:
        try:
            return Draft(kind, await self._client.get(kind, name, namespace))
        except NotFound:
            return None

    def tell(self, draft: Draft, *told: Condition | None) -> None:
        """Its conditions from now on; None says nothing."""
        known = draft.status.get("conditions") or []
        draft.status["conditions"] = with_conditions(known, [one for one in told if one is not None], self._clock.now())

    async def save(self, draft: Draft) -> None:
        """Conflict where somebody else wrote in between. What went wrong since the last time becomes an Event."""
        before, after = draft.before, draft.obj
        written = before
        patch = {
            **_difference({"metadata": before["metadata"]}, {"metadata": after["metadata"]}),
            **_difference({"spec": before.get("spec") or {}}, {"spec": after.get("spec") or {}}),
        }
        status = _difference({"status": before.get("status") or {}}, {"status": after.get("status") or {}})
        writes = [(patch, ""), (status, "status")]
        if draft.deleted:  # the patch may let go of it: then there is no status any more
            writes.reverse()
        for change, subresource in writes:
            if change:
                written = await self._patch(draft, written, change, subresource)
        await self._record_errors(draft, written)

    async def _patch(self, draft: Draft, basis: Object, patch: Object, subresource: str) -> Object:
        locked = patch | {
            "metadata": {**patch.get("metadata", {}), "resourceVersion": basis["metadata"]["resourceVersion"]},
        }
        return await self._client.patch(draft.kind, draft.name, locked, draft.namespace, subresource=subresource)

    async def _record_errors(self, draft: Draft, written: Object) -> None:
        for row in draft.status.get("conditions") or ():
            condition = find_condition(draft.obj, row["type"])
            if condition is None or condition.severity != ERROR or condition.type == "Ready":
                continue
            if condition != find_condition(draft.before, row["type"]):
                message = condition.message or f"{condition.type} is not so: {condition.reason}"
                await self.events.record(written, condition.reason, message, warning=True)


def _difference(before: Object, after: Object) -> Object:
    """The merge patch (RFC 7396) that makes the one the other; {} when they are the same."""
    patch: Object = {}
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if old != new:
            patch[key] = _step(old, new)
    return patch


def _step(old: Any, new: Any) -> Any:
    return _difference(old, new) if isinstance(old, dict) and isinstance(new, dict) else new
