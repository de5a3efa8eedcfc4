from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from boot.clock import SystemClock
from boot.errors import Conflict
from boot.plane.options import WriteOptions
from boot.plane.plane import Plane
from boot.plane.restoring import check_replaceable
from boot.resources.kinds import CONFIG_MAP, ENVIRONMENT
from boot.store.store import Key, Stored, open_store


async def test_what_a_plane_makes_by_itself_may_go(tmp_path: Path) -> None:
    store = open_store(tmp_path / "state.db")
    plane = Plane(store, SystemClock())
    await plane.start()
    check_replaceable(store.everything())
    await plane.create(CONFIG_MAP, {"metadata": {"name": "components", "namespace": "sidero-tui"}}, WriteOptions())
    check_replaceable(store.everything())
    await plane.create(CONFIG_MAP, {"metadata": {"name": "mine", "namespace": "default"}}, WriteOptions())
    with pytest.raises(Conflict, match=r"holds 1 configmaps, .* --yes"):
        check_replaceable(store.everything())
    await store.close()


def _environment(generation: int) -> Iterator[Stored]:
    yield Stored(
        Key(ENVIRONMENT.group, ENVIRONMENT.plural, "", "default"), orjson.dumps({"metadata": {"generation": generation}}), 1
    )


def test_the_default_environment_may_go_until_somebody_changed_it() -> None:
    check_replaceable(_environment(1))
    with pytest.raises(Conflict, match="1 environments"):
        check_replaceable(_environment(2))
