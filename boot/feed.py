"""A bounded log with many readers: each asks for what came after a number it knows, at its own pace.

A writer never waits for a reader. A reader that falls behind what is kept gets FeedGone and starts again from a
full reading of whatever the feed describes (a list, a snapshot): an explicit gap, never a silent one.
"""

import asyncio
from bisect import bisect_right
from collections import deque
from typing import Generic, TypeVar

from boot.errors import SideroError

T = TypeVar("T")


class FeedGone(SideroError):
    """What was asked for is no longer kept: read everything anew and go on from there."""


class Feed(Generic[T]):
    """Items numbered upwards; the newest `capacity` of them are kept.

    All methods belong to one event loop. `start` is the number before the first item.
    """

    def __init__(self, capacity: int, start: int = 0) -> None:
        self._items: deque[tuple[int, T]] = deque()
        self._capacity = capacity
        self._floor = start
        self._last = start
        self._news = asyncio.Event()

    @property
    def last(self) -> int:
        """Number of the newest item (or `start`)."""
        return self._last

    @property
    def floor(self) -> int:
        """Readers that have seen at least this number can go on without a gap."""
        return self._floor

    def publish(self, item: T, number: int | None = None) -> int:
        """Append `item` as `number` (default: the next one); numbers only go up. Returns its number."""
        chosen = self._last + 1 if number is None else number
        if chosen <= self._last:
            raise ValueError(f"feed numbers only go up: {chosen} after {self._last}")
        self._items.append((chosen, item))
        self._last = chosen
        while len(self._items) > self._capacity:
            self._floor = self._items.popleft()[0]
        news, self._news = self._news, asyncio.Event()
        news.set()
        return chosen

    def restart(self, number: int) -> None:
        """Keep nothing of before and go on from `number`: every reader of an older one gets FeedGone, also those that wait."""
        if number <= self._last:
            raise ValueError(f"feed numbers only go up: {number} after {self._last}")
        self._items.clear()
        self._floor = self._last = number
        news, self._news = self._news, asyncio.Event()
        news.set()

    def after(self, number: int, most: int | None = None) -> list[tuple[int, T]]:
        """Items numbered above `number`, oldest first, at most `most`; FeedGone when some of them were dropped."""
        if number < self._floor:
            raise FeedGone(f"asked for what came after {number}, kept is what came after {self._floor}")
        if number >= self._last:
            return []
        begin = bisect_right(self._items, number, key=lambda entry: entry[0])
        end = len(self._items) if most is None else min(len(self._items), begin + most)
        return [self._items[index] for index in range(begin, end)]

    async def wait(self, number: int) -> None:
        """Return once there is an item above `number` (at once if there is one already)."""
        while self._last <= number:
            await self._news.wait()
