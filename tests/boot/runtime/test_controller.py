import asyncio
from pathlib import Path

from boot.errors import AssetError
from boot.resources.base import Object
from boot.resources.kinds import CONFIG_MAP
from boot.runtime.controller import FIRST_RETRY, LAST_RETRY, Controller, Watched
from boot.runtime.queue import WorkQueue
from tests.support.clock import FakeClock
from tests.support.plane import local_client


async def test_a_key_is_queued_once_however_often_it_is_named() -> None:
    queue = WorkQueue()
    for key in ("a", "b", "a"):
        queue.add(key)
    assert [await queue.take(), await queue.take()] == ["a", "b"]


async def test_what_comes_while_a_key_is_worked_on_is_not_lost_and_never_worked_on_twice_at_once() -> None:
    queue = WorkQueue()
    queue.add("a")
    assert await queue.take() == "a"
    queue.add("a")
    waiting = asyncio.create_task(queue.take())
    await asyncio.sleep(0)
    assert not waiting.done()
    queue.done("a")
    assert await waiting == "a"
    queue.done("a")


class Recording:
    """Fails as often as told, then notes the key and ends the test."""

    def __init__(self, failures: int = 0, error: Exception | None = None) -> None:
        self.failures = failures
        self.error = error or AssetError("not there")
        self.keys: list[str] = []
        self.done = asyncio.Event()

    async def reconcile(self, key: str) -> float | None:
        self.keys.append(key)
        if self.failures:
            self.failures -= 1
            raise self.error
        self.done.set()
        return None


def _names(obj: Object) -> tuple[str, ...]:
    return (obj["metadata"]["name"],)


async def _run(controller: Controller, until: asyncio.Event) -> None:
    task = asyncio.create_task(controller.run())
    try:
        async with asyncio.timeout(10):
            await until.wait()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_what_is_there_and_what_changes_is_reconciled(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        await client.create(CONFIG_MAP, {"metadata": {"name": "old", "namespace": "default"}})
        seen: list[str] = []
        enough = asyncio.Event()

        class Reconciler:
            async def reconcile(self, key: str) -> float | None:
                seen.append(key)
                if key == "old":
                    await client.create(CONFIG_MAP, {"metadata": {"name": "new", "namespace": "default"}})
                if key == "new":
                    enough.set()
                return None

        await _run(Controller("test", client, FakeClock(), Reconciler(), [Watched(CONFIG_MAP, _names)]), enough)
        assert seen[:2] == ["old", "new"]


async def test_an_hour_of_failures_is_retried_with_growing_pauses(tmp_path: Path) -> None:
    clock, reconciler = FakeClock(), Recording(failures=14)
    async with local_client(tmp_path) as client:
        await _run(Controller("test", client, clock, reconciler, [], first_keys=("k",)), reconciler.done)
    assert reconciler.keys == ["k"] * 15
    assert clock.monotonic() == sum(min(FIRST_RETRY * 2**n, LAST_RETRY) for n in range(14))


async def test_a_broken_object_is_retried_and_the_others_go_on(tmp_path: Path) -> None:
    broken = Recording(failures=3, error=KeyError("spec"))
    async with local_client(tmp_path) as client:
        controller = Controller("test", client, FakeClock(), broken, [], first_keys=("a",))
        await _run(controller, broken.done)
    assert broken.keys == ["a"] * 4
