"""When each server was heard last, by its agent or its iPXE: one that is there needs no power cycle to be told something."""

from boot.clock import Clock
from boot.feed import FeedGone
from boot.lifecycle.power import PRESENT_SECONDS
from boot.notices import AgentHeard, NoticeFeed, Registered, ScriptServed, WipeProgressed


class Presence:
    """Follows the notices without a task of its own: whoever asks makes it catch up first."""

    def __init__(self, notices: NoticeFeed, clock: Clock) -> None:
        self._notices = notices
        self._clock = clock
        self._began = clock.monotonic()
        self._seen = notices.floor
        self._heard: dict[str, float] = {}

    @property
    def settled(self) -> bool:
        """Whether silence means absence: not in the first moments after a start."""
        return self._clock.monotonic() - self._began >= PRESENT_SECONDS

    def seconds_since(self, server: str) -> float | None:
        self._catch_up()
        heard = self._heard.get(server)
        return None if heard is None else self._clock.monotonic() - heard

    def _catch_up(self) -> None:
        try:
            fresh = self._notices.after(self._seen)
        except FeedGone:
            fresh = self._notices.after(self._notices.floor)
        now = self._clock.now()
        for number, notice in fresh:
            self._seen = number
            if isinstance(notice, (AgentHeard, ScriptServed, Registered, WipeProgressed)) and notice.server:
                self._heard[notice.server] = self._clock.monotonic() - max(0.0, (now - notice.at).total_seconds())
