"""When an unanswered window is sent again: RFC 6298's estimator, bounded for boot ROMs."""

FIRST_TIMEOUT, SHORTEST_TIMEOUT, LONGEST_TIMEOUT = 1.0, 0.1, 5.0
"""Seconds. The shortest is far above a rack's round trip: a slow ROM is not to be flooded."""


class RetransmissionTimer:
    """`fixed` seconds when the client asked for an interval (RFC 2349), else adapted to the round trips seen."""

    def __init__(self, fixed: int = 0) -> None:
        self._fixed = float(fixed)
        self._timeout = FIRST_TIMEOUT
        self._smoothed: float | None = None
        self._variation = 0.0

    @property
    def timeout(self) -> float:
        return self._fixed or self._timeout

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
        self._timeout = min(max(self._smoothed + 4 * self._variation, SHORTEST_TIMEOUT), LONGEST_TIMEOUT)

    def back_off(self) -> None:
        """Nothing came: wait twice as long next time."""
        self._timeout = min(self._timeout * 2, LONGEST_TIMEOUT)
