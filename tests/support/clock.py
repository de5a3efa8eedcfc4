"""A clock that moves only when it is told to, and on sleep."""

import asyncio
from datetime import UTC, datetime, timedelta


class FakeClock:
    """Implements boot.clock.Clock. `sleep` advances it at once and yields to the loop."""

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self._start = start
        self._elapsed = 0.0

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        return self._elapsed

    def advance(self, seconds: float) -> None:
        self._elapsed += seconds

    async def sleep(self, seconds: float) -> None:
        self.advance(seconds)
        await asyncio.sleep(0)
