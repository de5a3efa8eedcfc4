"""The target's side of a pivot: copies made, given their status, looked at, handed over, or taken away again.

Every write is repeated while the target is busy or hiccups; what was made before is found by its mark and not made twice.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import TypeVar

from boot.client.protocol import Client
from boot.clock import Clock
from boot.errors import AlreadyExists, Conflict, InternalError, NotFound, ServiceUnavailable, TimedOut, TooManyRequests
from boot.pivot.copies import MOVED_BY, build_copy, find_differences, read_mark
from boot.pivot.graph import FORCED, Item, Plan
from boot.pivot.kinds import MOVING, WITHOUT_STATUS, find_kind
from boot.pivot.preflight import MERGED
from boot.resources.base import Object
from boot.resources.kinds import CLUSTER, NAMESPACE, SERVER, SERVER_BINDING, Kind

T = TypeVar("T")
_ATTEMPTS, _FIRST_PAUSE = 8, 0.25
_PASSING = (TooManyRequests, InternalError, ServiceUnavailable, TimedOut, Conflict)
_TAKEN_FIRST = (SERVER, SERVER_BINDING)
"""A manager that saw a binding go while its Server is there would wipe the server."""


class Target:
    """`uids` maps those of the source to those here, for all that was made."""

    def __init__(self, client: Client, clock: Clock, pivot: str) -> None:
        self.client = client
        self._clock = clock
        self._pivot = pivot
        self.uids: dict[str, str] = {}

    async def load(self) -> None:
        """What this pivot made before."""
        for kind in MOVING:
            for obj in await self._list(kind):
                if uid := read_mark(obj, self._pivot):
                    self.uids[uid] = obj["metadata"]["uid"]

    async def make_namespaces(self, items: Iterable[Item]) -> None:
        for name in sorted({item.namespace for item in items} - {""}):
            try:
                await self.insist(partial(self.client.create, NAMESPACE, {"metadata": {"name": name}}))
            except AlreadyExists:
                continue

    async def make(self, item: Item) -> None:
        """One copy; AlreadyExists for another's object of the same name."""
        if item.uid in self.uids:
            return
        kind = find_kind(item.group, item.kind)
        wanted = build_copy(item, self._pivot, self.uids)
        try:
            made = await self.insist(lambda: self.client.create(kind, wanted))
        except AlreadyExists:
            made = await self._read(item)
            if not read_mark(made, self._pivot):
                if item.kind not in MERGED:
                    raise
                made = await self.insist(lambda: self.client.patch(kind, item.name, {"spec": wanted["spec"]}, item.namespace))
        self.uids[item.uid] = made["metadata"]["uid"]

    async def give_status(self, item: Item) -> None:
        """The status of the source, which no copy brings along: a target that lacked it would start over with the servers."""
        kind, status = find_kind(item.group, item.kind), item.source.get("status") or {}
        if kind in WITHOUT_STATUS or not status:
            return
        await self.insist(lambda: self.client.patch(kind, item.name, {"status": status}, item.namespace, subresource="status"))

    async def find_differences(self, item: Item) -> Sequence[str]:
        try:
            return find_differences(item, await self._read(item), self.uids)
        except NotFound:
            return ("it is not there",)

    async def hand_over(self, plan: Plan) -> None:
        """Servers are accepted as they were, with their status once more; then the clusters run."""
        for item in plan.items:
            if item.kind == SERVER.kind and item.source["spec"].get("accepted"):
                await self._patch(SERVER, item, {"spec": {"accepted": True}})
                await self.give_status(item)
        for item in plan.items:
            if item.kind == CLUSTER.kind:
                await self._patch(CLUSTER, item, {"spec": {"paused": None}})

    async def clear_marks(self) -> None:
        """Nothing is left to be undone."""
        for kind in MOVING:
            for obj in await self._list(kind):
                if read_mark(obj, self._pivot):
                    patch = {"metadata": {"annotations": {MOVED_BY: None}}}
                    place = obj["metadata"].get("namespace", "")
                    await self.insist(partial(self.client.patch, kind, obj["metadata"]["name"], patch, place))

    async def take_away(self) -> int:
        """Everything that this pivot made, Servers before their bindings; how many they were."""
        count = 0
        others = [kind for kind in reversed(MOVING) if kind not in _TAKEN_FIRST]
        for kind in (*_TAKEN_FIRST, *others):
            for obj in await self._list(kind):
                if read_mark(obj, self._pivot):
                    await self.insist(partial(remove, self.client, kind, obj))
                    count += 1
        self.uids.clear()
        return count

    async def _patch(self, kind: Kind, item: Item, patch: Object) -> None:
        await self.insist(lambda: self.client.patch(kind, item.name, patch, item.namespace))

    async def _read(self, item: Item) -> Object:
        kind = find_kind(item.group, item.kind)
        return await self.insist(lambda: self.client.get(kind, item.name, item.namespace))

    async def _list(self, kind: Kind) -> Sequence[Object]:
        try:
            return (await self.insist(lambda: self.client.list(kind))).items
        except NotFound:
            return ()

    async def insist(self, call: Callable[[], Awaitable[T]]) -> T:
        """Again, later each time, while the target says that it cannot just now; then its ApiError."""
        for attempt in range(_ATTEMPTS):
            try:
                return await call()
            except _PASSING:
                if attempt == _ATTEMPTS - 1:
                    raise
                await self._clock.sleep(_FIRST_PAUSE * 2**attempt)
        raise AssertionError("the last attempt returns or raises")


async def remove(client: Client, kind: Kind, obj: Object) -> None:
    """Delete without anybody's finalizer holding it: what it stands for goes on elsewhere."""
    name, place = obj["metadata"]["name"], obj["metadata"].get("namespace", "")
    try:
        if obj["metadata"].get("finalizers"):
            await client.patch(kind, name, {"metadata": {"finalizers": None}}, place)
        await client.delete(kind, name, place, propagation="Orphan" if kind in FORCED else "Background")
    except NotFound:
        return
