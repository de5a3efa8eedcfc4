"""What runs on a plane goes on when a backup is put in the place of all it knew."""

import asyncio
from pathlib import Path

import pytest

from boot.client.local import LocalClient
from boot.clock import SystemClock
from boot.errors import Expired
from boot.plane.plane import Plane
from boot.resources.base import Object
from boot.resources.kinds import CONFIG_MAP
from boot.runtime.controller import Controller, Watched
from boot.store.store import open_store


class Looking:
    """Notes what each key's object said when it was reconciled."""

    def __init__(self, client: LocalClient) -> None:
        self._client = client
        self.seen: asyncio.Queue[str] = asyncio.Queue()

    async def reconcile(self, key: str) -> float | None:
        obj = await self._client.get(CONFIG_MAP, key, "default")
        self.seen.put_nowait(obj["data"]["says"])
        return None


def _map(says: str) -> Object:
    return {"metadata": {"name": "a", "namespace": "default"}, "data": {"says": says}}


async def test_a_controller_lists_again_and_reconciles_what_was_restored_and_what_comes_after(tmp_path: Path) -> None:
    store = open_store(tmp_path / "state.db")
    plane = Plane(store, SystemClock())
    await plane.start()
    client = LocalClient(plane)
    looking = Looking(client)
    controller = Controller(
        "looking", client, SystemClock(), looking, [Watched(CONFIG_MAP, lambda obj: (obj["metadata"]["name"],))]
    )
    await client.create(CONFIG_MAP, _map("before"))
    backup = await plane.snapshot()
    running = asyncio.create_task(controller.run())
    async with asyncio.timeout(10):
        assert await looking.seen.get() == "before"
        await client.update(CONFIG_MAP, _map("newer"))
        assert await looking.seen.get() == "newer"
        await plane.restore(backup, replace=True)
        assert await looking.seen.get() == "before"
        await client.update(CONFIG_MAP, _map("after"))
        assert await looking.seen.get() == "after"
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await store.close()


async def test_a_local_watch_ends_with_expired(tmp_path: Path) -> None:
    store = open_store(tmp_path / "state.db")
    plane = Plane(store, SystemClock())
    await plane.start()
    watch = LocalClient(plane).watch(CONFIG_MAP, after=plane.revision)
    waiting = asyncio.ensure_future(anext(watch))
    await asyncio.sleep(0)
    await plane.restore(await plane.snapshot(), replace=True)
    with pytest.raises(Expired):
        await asyncio.wait_for(waiting, 10)
    await store.close()
