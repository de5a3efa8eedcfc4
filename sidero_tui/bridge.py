"""Between the plane and the console: follows objects through a Client, posts snapshots, carries out actions."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

from textual.message import Message

from boot.client.protocol import ChangeType, Client, PatchType
from boot.clock import Clock
from boot.errors import ApiError, Expired, NotFound, ServiceUnavailable
from boot.resources.annotations import EVENT_NAMESPACE
from boot.resources.base import Object
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
from boot.talos.effective import EffectiveConfig
from sidero_tui.config_sources import read_served_config
from sidero_tui.messages import EditsFinished, SnapshotChanged
from sidero_tui.model.edits import Edit, How
from sidero_tui.model.fold import COMPONENTS_NAMESPACE, Changed, Fact, Listed, fold
from sidero_tui.model.members import Member
from sidero_tui.model.node_log import NodeLog
from sidero_tui.model.snapshot import Link, LinkState, Snapshot
from sidero_tui.node_log import read_node_log

_LOG = logging.getLogger(__name__)

GATHER = 0.1
"""Seconds between two snapshots at the least: ten frames a second carry any storm."""
RETRY = 1.0
"""Seconds until a plane that does not answer is asked again."""
ABSENT = 30.0
"""Seconds until a plane is asked again for a kind that it does not serve."""
_FOLD_AT_ONCE = 100
"""Facts folded before the loop gets a turn: the boot services share it."""
_PATCHES_AT_ONCE = 8
FIELD_MANAGER = "sidero-tui-console"
"""Who owns the fields of what the console applies."""

FOLLOWED: tuple[tuple[Kind, str], ...] = (
    (CONFIG_MAP, COMPONENTS_NAMESPACE),
    (ENVIRONMENT, ""),
    (SERVER_CLASS, ""),
    (SERVER, ""),
    (BOOT, ""),
    (TASK, ""),
    (PIVOT, ""),
    (CLUSTER, ""),
    (TALOS_CONTROL_PLANE, ""),
    (MACHINE_DEPLOYMENT, ""),
    (MACHINE, ""),
    (METAL_MACHINE, ""),
    (SERVER_BINDING, ""),
    (EVENT, EVENT_NAMESPACE),
)
"""Kinds the console shows, and the namespace to look in ("" = all)."""


class Bridge:
    """Implements the app's PlaneSource over any Client. `connect` yields it and stops what it started on leaving.

    `read_only` is why the console offers no writing, "" where it does; the client refuses it by itself.
    """

    def __init__(
        self, connect: Callable[[], AbstractAsyncContextManager[Client]], clock: Clock, plane: str, read_only: str = ""
    ) -> None:
        self._connect = connect
        self._clock = clock
        self._client: Client | None = None
        self._snapshot = Snapshot(link=Link(plane=plane, since=clock.now(), read_only=read_only))
        self._facts: list[Fact] = []
        self._silent: dict[Kind, str] = {kind: "not asked yet" for kind, _ in FOLLOWED}
        self._news = asyncio.Event()

    async def run(self, post: Callable[[Message], object]) -> None:
        post(SnapshotChanged(self._snapshot))
        async with self._connect() as client, asyncio.TaskGroup() as group:
            self._client = client
            for kind, namespace in FOLLOWED:
                group.create_task(self._follow(client, kind, namespace), name=f"follow {kind.plural}")
            group.create_task(self._publish(post), name="publish snapshots")

    async def apply(self, title: str, edits: Sequence[Edit]) -> EditsFinished:
        """Write each; what is refused is told with the plane's own words, the others go through."""
        slots = asyncio.Semaphore(_PATCHES_AT_ONCE)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._write(edit, slots)) for edit in edits]
        refusals = [task.result() for task in tasks]
        return EditsFinished(
            title,
            done=tuple(edit for edit, refusal in zip(edits, refusals, strict=True) if not refusal),
            refused=tuple(refusal for refusal in refusals if refusal),
        )

    async def read(self, kind: Kind, name: str, namespace: str = "") -> Object:
        return await self._connected().get(kind, name, namespace)

    async def read_config(self, member: Member) -> EffectiveConfig:
        return await read_served_config(self._connected(), member)

    async def read_log(self, member: Member) -> NodeLog:
        return await read_node_log(self._connected(), member)

    async def _write(self, edit: Edit, slots: asyncio.Semaphore) -> str:
        async with slots:
            try:
                await self._ask(edit)
            except NotFound as error:
                return await self._create(edit) if edit.creates else f"{edit.name}: {error.message}"
            except ApiError as error:
                return f"{edit.name}: {error.message}"
        return ""

    async def _ask(self, edit: Edit) -> None:
        client = self._connected()
        if edit.how is How.DELETE:
            await client.delete(edit.kind, edit.name, edit.namespace)
        elif edit.how is How.APPLY:
            await client.patch(
                edit.kind, edit.name, edit.patch, edit.namespace, patch_type=PatchType.APPLY, field_manager=FIELD_MANAGER
            )
        else:
            patch_type = PatchType.MERGE if isinstance(edit.patch, dict) else PatchType.JSON
            await client.patch(edit.kind, edit.name, edit.patch, edit.namespace, patch_type=patch_type)

    async def _create(self, edit: Edit) -> str:
        """What there is nothing to patch of."""
        if not isinstance(edit.patch, dict):
            return f"{edit.name}: there is none to change"
        metadata = {"name": edit.name, "namespace": edit.namespace}
        try:
            await self._connected().create(edit.kind, {"metadata": metadata, **edit.patch})
        except ApiError as error:
            return f"{edit.name}: {error.message}"
        return ""

    def _connected(self) -> Client:
        if self._client is None:
            raise ServiceUnavailable("the plane is not up yet")
        return self._client

    async def _follow(self, client: Client, kind: Kind, namespace: str) -> None:
        """List, then watch from there; anew when the watch is too far behind or the plane was away."""
        while True:
            try:
                listed = await client.list(kind, namespace)
                self._tell(Listed(kind, ()), *(Changed(kind, item) for item in listed.items))
                self._hear(kind)
                async for change in client.watch(kind, namespace, after=listed.revision):
                    self._tell(Changed(kind, change.object, gone=change.type is ChangeType.DELETED))
            except Expired:
                continue
            except NotFound:
                # A plane we attach to need not have every kind: there are none of it then.
                self._tell(Listed(kind, ()))
                self._hear(kind)
                await self._clock.sleep(ABSENT)
                continue
            except ApiError as error:
                self._miss(kind, error.message)
            await self._clock.sleep(RETRY)

    async def _publish(self, post: Callable[[Message], object]) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            facts, self._facts = self._facts, []
            for start in range(0, len(facts), _FOLD_AT_ONCE):
                self._snapshot = fold(self._snapshot, facts[start : start + _FOLD_AT_ONCE])
                await asyncio.sleep(0)
            self._snapshot = self._snapshot.change({"link": self._link()})
            post(SnapshotChanged(self._snapshot))
            await self._clock.sleep(GATHER)

    def _tell(self, *facts: Fact) -> None:
        self._facts += facts
        self._news.set()

    def _hear(self, kind: Kind) -> None:
        self._silent.pop(kind, None)
        self._news.set()

    def _miss(self, kind: Kind, reason: str) -> None:
        if self._silent.get(kind) != reason:
            _LOG.warning("%s: %s", kind.plural, reason)
            self._silent[kind] = reason
            self._news.set()

    def _link(self) -> Link:
        """Live once every kind is followed; stale from the first that is not any more."""
        link = self._snapshot.link
        if not self._silent:
            state, reason = LinkState.CONNECTED, ""
        elif link.state is LinkState.CONNECTING and all(reason == "not asked yet" for reason in self._silent.values()):
            state, reason = LinkState.CONNECTING, ""
        else:
            state, reason = LinkState.STALE, next(iter(self._silent.values()))
        since = link.since if state is link.state else self._clock.now()
        return replace(link, state=state, since=since, reason=reason)
