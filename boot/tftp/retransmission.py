"""When an unanswered window is sent again: RFC 6298's estimator, bounded for boot ROMs."""

FIRST_TIMEOUT, SHORTEST_TIMEOUT, LONGEST_TIMEOUT = 1.0, 0.1, 5.0
"""Seconds. The shortest is far above a rack's round trip: a slow ROM is not to be flooded."""


class RetransmissionTimer:
    """Adapted to the round trips seen. `asked` seconds (RFC 2349), when the client asked for an interval, are the longest.

    Not the only one: U-Boot and curl ask for 5 and 6 s, which every lost packet would cost.
    """

    def __init__(self, asked: int = 0) -> None:
        self.longest = float(asked) or LONGEST_TIMEOUT
        self._timeout = min(FIRST_TIMEOUT, self.longest)
        self._smoothed: float | None = None
        self._variation = 0.0

    @property
    def timeout(self) -> float:
        return self._timeout

    @property
    def round_trip(self) -> float:
        """Seconds, smoothed; 0 before the first."""
        return self._smoothed or 0.0

    def measure(self, seconds: float) -> None:
        """A round trip of a window that was sent once (Karn: never of a repeated one)."""
        if self._smoothed is None:
            self._smoothed, self._variation = seconds, seconds / 2
        else:
            self._variation += (abs(self._smoothed - seconds) - self._variation) / 4
            self._smoothed += (seconds - self._smoothed) / 8
        self._timeout = min(max(self._smoothed + 4 * self._variation, SHORTEST_TIMEOUT), self.longest)

    def back_off(self) -> None:
        """Nothing came: wait twice as long next time."""
        self._timeout = min(self._timeout * 2, self.longest)
