"""Ages as kubectl prints them (apimachinery util/duration HumanDuration). Pure."""

from datetime import datetime

from boot.clock import parse_time

_MINUTE, _HOUR, _DAY, _YEAR = 60, 3600, 86400, 365 * 86400


def render_age(timestamp: str, now: datetime) -> str:
    """`5m`, `3d2h`; "<invalid>" for a time to come or none at all."""
    try:
        seconds = int((now - parse_time(timestamp)).total_seconds())
    except ValueError:
        return "<invalid>"
    return "<invalid>" if seconds < -1 else render_duration(max(seconds, 0))


def render_duration(seconds: int) -> str:
    """Two units where the first is small, one where it is large."""
    if seconds < 2 * _MINUTE:
        return f"{seconds}s"
    if seconds < 10 * _MINUTE:
        return _two(seconds, _MINUTE, "m", 1, "s")
    if seconds < 3 * _HOUR:
        return f"{seconds // _MINUTE}m"
    if seconds < 8 * _HOUR:
        return _two(seconds, _HOUR, "h", _MINUTE, "m")
    if seconds < 2 * _DAY:
        return f"{seconds // _HOUR}h"
    if seconds < 8 * _DAY:
        return _two(seconds, _DAY, "d", _HOUR, "h")
    if seconds < 2 * _YEAR:
        return f"{seconds // _DAY}d"
    if seconds < 8 * _YEAR:
        return _two(seconds, _YEAR, "y", _DAY, "d")
    return f"{seconds // _YEAR}y"


def _two(seconds: int, unit: int, name: str, small: int, small_name: str) -> str:
    rest = seconds % unit // small
    return f"{seconds // unit}{name}" + (f"{rest}{small_name}" if rest else "")
