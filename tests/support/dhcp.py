"""A full DHCP server's parts, as the stack puts them together."""

from pathlib import Path

from boot.clock import Clock
from boot.config import AddressRange
from boot.dhcp.lease_file import LeaseFile
from boot.dhcp.leases import Leases
from boot.dhcp.lessor import Lessor
from boot.dhcp.overrides import Overrides


def build_lessor(directory: Path, clock: Clock, *pools: str, overrides: Overrides | None = None) -> Lessor:
    """Each pool is `A-B` or `A-B/PREFIX`; leases are kept in `directory`."""
    ranges = tuple(_parse(pool) for pool in pools)
    path = directory / "leases.json"
    leases = Leases(ranges, path, clock)
    return Lessor(leases, LeaseFile(path, leases.render), ranges, overrides or Overrides())


def _parse(pool: str) -> AddressRange:
    addresses, _, prefix = pool.partition("/")
    first, last = addresses.split("-")
    return AddressRange(first=first, last=last, prefix=int(prefix or 0))
