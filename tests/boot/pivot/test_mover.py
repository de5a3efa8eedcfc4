"""Everything moves or nothing is lost: killed or refused at any write, of either plane, it goes on or goes back whole."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from boot.client.local import LocalClient
from boot.client.protocol import Client
from boot.errors import AlreadyExists, ConfigError, Forbidden, InternalError, TooManyRequests
from boot.pivot.kinds import MOVING
from boot.pivot.mover import Mover, PivotError
from boot.resources.annotations import FENCED_BY
from boot.resources.base import Object
from boot.resources.kinds import (
    CLUSTER,
    MACHINE,
    NAMESPACE,
    PIVOT,
    SECRET,
    SERVER,
    SERVER_BINDING,
    TALOS_CONTROL_PLANE,
    Kind,
)
from tests.boot.controllers.sidero.test_metal_machine import Killed
from tests.boot.pivot.provisioned import NAME, PLACE, provision
from tests.support.clock import FakeClock
from tests.support.plane import local_client

PIVOT_NAME = "p1"
_OURS = ("uid", "resourceVersion", "creationTimestamp", "generation", "managedFields", "annotations", "ownerReferences")


@dataclass
class Planes:
    source: LocalClient
    target: LocalClient

    def mover(self, target: Client | None = None, source: Client | None = None) -> Mover:
        return Mover(source or self.source, target or self.target, FakeClock(), PIVOT_NAME, PLACE, lambda *_: None)


@asynccontextmanager
async def planes(tmp_path: Path) -> AsyncIterator[Planes]:
    for name in ("source", "target"):
        (tmp_path / name).mkdir(parents=True)
    async with local_client(tmp_path / "source") as source, local_client(tmp_path / "target") as target:
        await provision(source, 1)
        await source.create(PIVOT, {"metadata": {"name": PIVOT_NAME}, "spec": {"kubeconfig": "target"}})
        yield Planes(source, target)


async def contents(client: Client) -> dict[str, Object]:
    """All that may move, by title, without what each plane gives of its own."""
    found: dict[str, Object] = {}
    for kind in MOVING:
        for obj in (await client.list(kind)).items:
            metadata = {key: value for key, value in obj["metadata"].items() if key not in _OURS}
            found[f"{kind.kind} {obj['metadata']['name']}"] = {**obj, "metadata": metadata}
    return found


class Failing:
    """A client that fails from the given write on, or only at it; every verb but the writes is the real one's."""

    def __init__(self, client: LocalClient, after: int, error: BaseException, *, once: bool = False) -> None:
        self._client = client
        self._left = after
        self._error = error
        self._once = once
        self.writes = 0

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._client, name)
        if name not in {"create", "patch", "delete", "update"}:
            return real

        async def write(*arguments: Any, **options: Any) -> Any:
            self.writes += 1
            self._left -= 1
            if self._left == -1 or (self._left < 0 and not self._once):
                raise self._error
            return await real(*arguments, **options)

        return write


async def count_writes(tmp_path: Path) -> tuple[int, int]:
    async with planes(tmp_path) as both:
        target, source = (Failing(client, 10**9, Killed()) for client in (both.target, both.source))
        await both.mover(target, source).run()
        return target.writes, source.writes


async def assert_moved(both: Planes, before: dict[str, Object]) -> None:
    after = await contents(both.target)
    assert set(before) <= set(after)
    for title, obj in before.items():
        for part in ("spec", "data", "type", "status"):
            assert after[title].get(part) == obj.get(part), f"{title}: {part}"
        assert after[title]["metadata"] == obj["metadata"], title
    uids = {obj["metadata"]["uid"] for kind in MOVING for obj in (await both.target.list(kind)).items}
    for kind in MOVING:
        for obj in (await both.target.list(kind)).items:
            assert {owner["uid"] for owner in obj["metadata"].get("ownerReferences") or ()} <= uids
            assert "boot.sidero-tui.dev/moved-by" not in (obj["metadata"].get("annotations") or {})
    assert (await both.source.list(CLUSTER)).items == []
    assert (await both.source.list(MACHINE)).items == []
    for server in (await both.source.list(SERVER)).items:
        assert server["metadata"]["annotations"][FENCED_BY] == PIVOT_NAME
    assert len((await both.source.list(SERVER_BINDING)).items) == 2


async def assert_untouched(both: Planes, before: dict[str, Object]) -> None:
    assert await contents(both.source) == before
    for server in (await both.source.list(SERVER)).items:
        assert FENCED_BY not in (server["metadata"].get("annotations") or {})
    for kind in (CLUSTER, MACHINE, SERVER, SERVER_BINDING, TALOS_CONTROL_PLANE):
        assert (await both.target.list(kind)).items == []


async def test_all_of_a_cluster_moves_with_status_bindings_and_credentials(tmp_path: Path) -> None:
    async with planes(tmp_path) as both:
        before = await contents(both.source)
        await both.mover().run()
        await assert_moved(both, before)
        status = (await both.source.get(PIVOT, PIVOT_NAME))["status"]
        assert status["phase"] == "moved"
        assert {step["state"] for step in status["steps"]} == {"done"}
        await both.mover().run()


async def test_killed_at_any_write_it_is_resumed_or_undone_and_nothing_is_lost(tmp_path: Path) -> None:
    """Of the target as well as of the source; afterwards resumed, or undone where that can still be."""
    writes = dict(zip(("target", "source"), await count_writes(tmp_path / "count"), strict=True))
    for side, total in writes.items():
        for at in range(0, total, 5):
            place = tmp_path / f"{side}-{at}"
            async with planes(place) as both:
                before = await contents(both.source)
                failing: Any = Failing(getattr(both, side), at, Killed())
                with suppress(Killed):
                    await both.mover(**{side: failing}).run()
                committed = (await both.source.get(PIVOT, PIVOT_NAME)).get("status", {}).get("committed", False)
                if at % 2 and not committed:
                    await both.mover().undo()
                    await assert_untouched(both, before)
                await both.mover().run()
                await assert_moved(both, before)


async def test_refused_at_any_write_of_the_target_it_takes_everything_back_by_itself(tmp_path: Path) -> None:
    total, _ = await count_writes(tmp_path / "count")
    for at in range(0, total, 7):
        async with planes(tmp_path / str(at)) as both:
            before = await contents(both.source)
            failing: Any = Failing(both.target, at, Forbidden("a webhook says no"), once=True)
            with pytest.raises(PivotError, match="a webhook says no"):
                await both.mover(failing).run()
            if not (await both.source.get(PIVOT, PIVOT_NAME))["status"]["committed"]:
                await assert_untouched(both, before)
            await both.mover().run()
            await assert_moved(both, before)


@pytest.mark.parametrize("error", [TooManyRequests("slow down"), InternalError("etcd is down")])
async def test_a_target_that_hiccups_is_asked_again(tmp_path: Path, error: Exception) -> None:
    async with planes(tmp_path) as both:
        before = await contents(both.source)
        failing: Any = Failing(both.target, 9, error, once=True)
        await both.mover(failing).run()
        await assert_moved(both, before)


async def test_before_the_servers_are_handed_over_the_target_has_none_that_a_manager_would_act_on(tmp_path: Path) -> None:
    async with planes(tmp_path) as both:
        seen: list[tuple[bool, bool, bool]] = []
        real = both.target.patch

        async def patch(kind: Kind, name: str, change: Any, namespace: str = "", **options: Any) -> Object:
            result = await real(kind, name, change, namespace, **options)
            for server in (await both.target.list(SERVER)).items:
                bound = server["metadata"]["name"] in {
                    obj["metadata"]["name"] for obj in (await both.target.list(SERVER_BINDING)).items
                }
                status = server.get("status") or {}
                seen.append((server["spec"]["accepted"], bound, status.get("inUse", False) and not status.get("isClean", False)))
            return result

        both.target.patch = patch  # type: ignore[assignment,method-assign]
        await both.mover().run()
        assert all(bound and in_use for accepted, bound, in_use in seen if accepted)
        assert all(bound for _, bound, _ in seen)


async def test_what_must_not_be_moved_now_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    async with planes(tmp_path) as both:
        await both.source.patch(MACHINE, "m0", {"status": {"nodeRef": None}}, PLACE, subresource="status")
        await both.source.patch(CLUSTER, NAME, {"spec": {"paused": True}}, PLACE)
        await both.target.create(
            SERVER, {"metadata": {"name": "00000000-0000-0000-0000-000000000000"}, "spec": {"accepted": False}}
        )
        before = await contents(both.source)
        with pytest.raises(PivotError) as told:
            await both.mover().run()
        for part in ("is paused", "has not joined", "the target has a Server 00000000-0000-0000-0000-000000000000 already"):
            assert part in str(told.value)
        assert await contents(both.source) == before
        assert (await both.target.list(CLUSTER)).items == []


async def test_an_object_whose_owner_is_gone_is_named_and_not_dropped(tmp_path: Path) -> None:
    async with planes(tmp_path) as both:
        orphan = {"apiVersion": "v1", "kind": "ConfigMap", "name": "gone", "uid": "0"}
        metadata = {"name": "left", "namespace": PLACE, "labels": {"clusterctl.cluster.x-k8s.io/move": ""}}
        await both.source.create(SECRET, {"metadata": metadata | {"ownerReferences": [orphan]}})
        with pytest.raises((ConfigError, PivotError), match="an owner of Secret default/left does not exist"):
            await both.mover().run()


async def test_past_the_point_of_no_return_it_is_not_taken_back(tmp_path: Path) -> None:
    async with planes(tmp_path) as both:
        await both.mover().run()
        with pytest.raises(ConfigError, match="point of no return"):
            await both.mover().undo()


async def test_the_namespace_is_made_where_the_target_has_none(tmp_path: Path) -> None:
    async with planes(tmp_path) as both:
        with suppress(AlreadyExists):
            await both.target.create(NAMESPACE, {"metadata": {"name": PLACE}})
        await both.mover().run()
        assert await both.target.get(NAMESPACE, PLACE)
