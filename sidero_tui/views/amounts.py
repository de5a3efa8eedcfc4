"""Time and bytes as people read them."""

from datetime import datetime

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")


def render_age(seconds: float) -> str:
    """4s, 1m05s, 2h03m, 3d04h: two figures are enough to act on."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02}s"
    if whole < 86400:
        return f"{whole // 3600}h{whole % 3600 // 60:02}m"
    return f"{whole // 86400}d{whole % 86400 // 3600:02}h"


def render_delay(seconds: float) -> str:
    """+0.3s under ten seconds, +12s and +1m05s above: how long one rung took."""
    return f"+{seconds:.1f}s" if seconds < 9.95 else "+" + render_age(round(seconds))


def render_bytes(count: int) -> str:
    """1.0 MiB; whole bytes below 1 KiB."""
    size, unit = float(count), 0
    while size >= 1024 and unit < len(_UNITS) - 1:
        size, unit = size / 1024, unit + 1
    return f"{count} B" if unit == 0 else f"{size:.1f} {_UNITS[unit]}"


def render_clock(moment: datetime) -> str:
    """Local wall time, to the second."""
    return moment.astimezone().strftime("%H:%M:%S")


def render_bar(done: int, total: int, width: int) -> str:
    """A progress bar of `width` cells; unknown totals give a bar without a claim."""
    if total <= 0:
        return "┄" * width
    full = min(width, done * width // total)
    return "━" * full + "─" * (width - full)
