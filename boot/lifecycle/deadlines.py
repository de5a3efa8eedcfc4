"""How long wiping may take, from the disks and their sizes. Pure.

One deadline for all servers is what makes large ones loop: a call given 30 s is never enough for five slow disks.
"""

from collections.abc import Iterable

from boot.resources.wiping import Disk, WipeMethod

BASE_SECONDS = 300
"""A deadline is for what hangs: what is merely slow, such as six emulated servers on two cores, must come to its end."""
FAST_SECONDS = 60
"""For one disk: head, tail and signatures of a disk that has to spin up or answers slowly."""
FULL_RATES = {True: 40_000_000, False: 100_000_000}
"""Bytes a second that a rotating or another disk must manage, all of them at once on one controller."""


def deadline_seconds(disks: Iterable[Disk], method: WipeMethod) -> int:
    """Seconds for all of them together. They are wiped side by side, but may share one slow bus: so their times add up."""
    if method is WipeMethod.FAST:
        return BASE_SECONDS + sum(FAST_SECONDS for _ in disks)
    return BASE_SECONDS + sum(FAST_SECONDS + disk.size // FULL_RATES[disk.rotational] for disk in disks)
