"""Writers and watchers in any interleaving, against a plain model: nothing lost, nothing invented, all in order."""

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

import boot.plane.plane
import boot.store.store
from boot.clock import SystemClock
from boot.plane.plane import Plane
from boot.store.store import open_store
from tests.boot.plane.interleaved import Drive, Name, Op, Selection, reopened

KEPT = 25
"""Changes the store keeps here: few enough that a slow watcher falls behind."""
KEYS: Sequence[Name] = (("default", "a"), ("default", "b"), ("kube-system", "a"))


@dataclass(frozen=True, slots=True)
class Watch:
    selection: Selection
    back: int | None


@dataclass(frozen=True, slots=True)
class Read:
    watcher: int
    most: int


@dataclass(frozen=True, slots=True)
class ListBack:
    back: int


@dataclass(frozen=True, slots=True)
class Restart:
    pass


@dataclass(frozen=True, slots=True)
class Backup:
    pass


@dataclass(frozen=True, slots=True)
class Restore:
    pass


Step = list[Op] | Watch | Read | ListBack | Restart | Backup | Restore

_OPS = st.builds(
    Op,
    st.sampled_from(("create", "create", "update", "patch", "apply", "delete")),
    st.sampled_from(KEYS),
    st.sampled_from(("fresh", "fresh", "stale", "none")),
    st.booleans(),
)
_SELECTIONS = st.builds(Selection, st.sampled_from(("", "default")), st.booleans())
_STEPS: st.SearchStrategy[list[Step]] = st.lists(
    st.one_of(
        st.lists(_OPS, min_size=1, max_size=6),
        st.lists(_OPS, min_size=6, max_size=15),
        st.builds(Watch, _SELECTIONS, st.none() | st.integers(0, 40)),
        st.builds(Read, st.integers(0, 5), st.integers(1, 20)),
        st.builds(ListBack, st.integers(0, 40)),
        st.sampled_from((Restart(), Backup(), Restore())),
    ),
    min_size=5,
    max_size=40,
)


@given(_STEPS)
@settings(max_examples=100, deadline=None)
def test_any_interleaving_of_writers_and_watchers_is_explained_by_one_order_of_writes(steps: list[Step]) -> None:
    with (
        tempfile.TemporaryDirectory() as directory,
        mock.patch.object(boot.store.store, "CHANGES_KEPT", KEPT),
        mock.patch.object(boot.plane.plane, "own_crds", list),  # it serves ConfigMaps here, and starts ten times as fast
    ):
        asyncio.run(_run(Path(directory) / "state.db", steps))


async def _run(path: Path, steps: Sequence[Step]) -> None:
    store = open_store(path)
    try:
        plane = Plane(store, SystemClock())
        await plane.start()
        drive = Drive(store, plane)
        kept = await plane.snapshot(), drive.world.copy()
        for step in steps:
            match step:
                case Watch(selection, back):
                    drive.watch(selection, back)
                case Read(watcher, most):
                    for reader in drive.watchers[watcher : watcher + 1]:
                        await reader.read(most)
                case ListBack(back):
                    drive.list_back(back)
                case Backup():
                    kept = await drive.plane.snapshot(), drive.world.copy()
                case Restore():
                    await drive.restore(*kept)
                case Restart():
                    await store.close()
                    store = open_store(path)
                    drive = await reopened(drive, store)
                case _:
                    await drive.write(step)
            drive.compare()
        await drive.finish()
    finally:
        await store.close()
