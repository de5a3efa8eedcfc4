"""Runs a real component for the length of a test, and waits for what it tells."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from boot.component import Component
from boot.notices import Notice, NoticeFeed

N = TypeVar("N", bound=Notice)


@asynccontextmanager
async def serving(component: Component) -> AsyncIterator[int]:
    """The port it bound."""
    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(component.serve(lambda _address, number: port.set_result(number)))
        try:
            yield await port
        finally:
            task.cancel()


async def wait_for(feed: NoticeFeed, kind: type[N], matches: Callable[[N], bool] = lambda _notice: True, within: float = 10) -> N:
    """The first kept notice of that kind, once it is there; TimeoutError after `within` seconds."""
    seen = feed.floor
    async with asyncio.timeout(within):
        while True:
            await feed.wait(seen)
            for _, notice in feed.after(seen):
                if isinstance(notice, kind) and matches(notice):
                    return notice
            seen = feed.last
