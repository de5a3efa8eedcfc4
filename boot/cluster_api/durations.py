"""Durations as meta/v1 writes them, such as 10s or 1h30m0s. Pure."""

import re
from datetime import timedelta

_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_PART = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(h|ms|us|µs|ns|m|s)")


def parse_duration(text: str) -> timedelta:
    """Go's time.ParseDuration, without signs; ValueError when it is none."""
    parts = _PART.findall(text)
    if text != "0" and (not parts or "".join(number + unit for number, unit in parts) != text):
        raise ValueError(f"{text!r} is no duration such as 10s or 1h30m")
    return timedelta(seconds=sum(float(number) * _UNITS[unit] for number, unit in parts))


def patience(text: str | None) -> timedelta | None:
    """How long something is waited for; None, without end, where nothing, 0 or no duration is said."""
    try:
        return (text and parse_duration(text)) or None
    except ValueError:
        return None
