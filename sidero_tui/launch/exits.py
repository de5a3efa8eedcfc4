"""Exit codes, fixed by the command-line contract."""

from enum import IntEnum


class Exit(IntEnum):
    DONE = 0
    FAILED = 1
    REFUSED = 2
    """By a safety check, or bad usage."""
    WAITS = 3
    """For a human."""
    TIMED_OUT = 4
