"""A queue of keys: each at most once, never two workers on one key, and nothing lost that comes while it is worked on."""

import asyncio


class WorkQueue:
    """Belongs to one event loop."""

    def __init__(self) -> None:
        self._ready: dict[str, None] = {}
        self._busy: set[str] = set()
        self._again: set[str] = set()
        self._news = asyncio.Event()

    def add(self, key: str) -> None:
        """Queue the key; while it is worked on, remember to do it once more."""
        if key in self._busy:
            self._again.add(key)
        else:
            self._ready[key] = None
            self._news.set()

    async def take(self) -> str:
        """The oldest key that nobody works on; call `done` with it."""
        while not self._ready:
            self._news.clear()
            await self._news.wait()
        key = next(iter(self._ready))
        del self._ready[key]
        self._busy.add(key)
        return key

    def done(self, key: str) -> None:
        self._busy.discard(key)
        if key in self._again:
            self._again.discard(key)
            self.add(key)
