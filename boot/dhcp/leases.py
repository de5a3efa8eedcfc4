"""Who has which address: the full server's pool, keyed on the MAC, on disk before an ACK goes out.

One power-on is three rounds of DHCP with different client identifiers (none, 01+MAC, a DUID): keyed on option 61 a rack
would need a pool three times its size.
"""

import ipaddress
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from boot.clock import Clock, parse_time, rfc3339
from boot.config import AddressRange
from boot.errors import ConfigError
from boot.state_dir import write_private

HELD = timedelta(seconds=60)
"""How long an offered address waits for its REQUEST."""
LEASED = timedelta(hours=1)
QUARANTINED = timedelta(minutes=15)
"""How long an address somebody else answered for (DECLINE) is not handed out."""


@dataclass(frozen=True, slots=True)
class Lease:
    """An address and who has it until when; `bound` once it was acknowledged. A quarantined one has mac ""."""

    address: str
    mac: str
    until: datetime
    bound: bool


class Leases:
    """The pool. Reads and decisions are in memory; `commit`, `release` and `decline` write the file."""

    def __init__(self, pool: AddressRange, path: Path, clock: Clock) -> None:
        self._pool = pool
        self._path = path
        self._clock = clock
        self._by_address: dict[str, Lease] = _load(path)
        self._kept_out: set[str] = set()
        self._offered: dict[str, str] = {}
        """MAC -> the address last offered to it: found again without a search."""

    def keep_out(self, address: str) -> None:
        """Never hand out `address`: ours, where the pool was given as a whole subnet."""
        self._kept_out.add(address)
        self._by_address.pop(address, None)

    def find(self, mac: str) -> Lease | None:
        """The lease or hold this MAC has now."""
        address = self._offered.get(mac) or next((a for a, lease in self._by_address.items() if lease.mac == mac), "")
        lease = self._by_address.get(address)
        return lease if lease is not None and lease.mac == mac else None

    def offer(self, mac: str, wanted: str = "") -> Lease | None:
        """Its own again, else the one it wants if free, else a free one, else the one longest expired; None when full."""
        now = self._clock.now()
        mine = self.find(mac)
        if mine is None:
            address = self._choose(wanted, now)
            if address is None:
                return None
            mine = Lease(address, mac, now + HELD, bound=False)
        elif not mine.bound:
            mine = replace(mine, until=now + HELD)
        self._by_address[mine.address] = mine
        self._offered[mac] = mine.address
        return mine

    def commit(self, mac: str, address: str) -> Lease | None:
        """Bind; on disk when this returns. None when the address is not this MAC's to have."""
        mine = self.find(mac)
        if mine is None or mine.address != address:
            return None
        lease = Lease(address, mac, self._clock.now() + LEASED, bound=True)
        self._by_address[address] = lease
        self._save()
        return lease

    def release(self, mac: str) -> None:
        """The client is done with it; the address stays its favourite."""
        mine = self.find(mac)
        if mine is not None and mine.bound:
            self._by_address[mine.address] = replace(mine, until=self._clock.now())
            self._save()

    def decline(self, mac: str, address: str) -> bool:
        """Somebody else answers for this address (RFC 2131 section 4.3.3): nobody gets it for a while.

        False, and nothing done, when the address was not this MAC's to decline.
        """
        mine = self.find(mac)
        if mine is None or mine.address != address:
            return False
        self._by_address[address] = Lease(address, "", self._clock.now() + QUARANTINED, bound=True)
        self._offered.pop(mac, None)
        self._save()
        return True

    def contains(self, address: str) -> bool:
        """Whether the address is of our pool."""
        first, last = ipaddress.IPv4Address(self._pool.first), ipaddress.IPv4Address(self._pool.last)
        return first <= ipaddress.IPv4Address(address) <= last and address not in self._kept_out

    def _choose(self, wanted: str, now: datetime) -> str | None:
        if wanted and self.contains(wanted) and self._is_free(wanted, now):
            return wanted
        fresh = next((address for address in self._addresses() if address not in self._by_address), None)
        if fresh is not None:
            return fresh
        expired = [lease for lease in self._by_address.values() if lease.until <= now]
        return min(expired, key=lambda lease: lease.until).address if expired else None

    def _is_free(self, address: str, now: datetime) -> bool:
        lease = self._by_address.get(address)
        return lease is None or lease.until <= now

    def _addresses(self) -> Iterator[str]:
        first, last = int(ipaddress.IPv4Address(self._pool.first)), int(ipaddress.IPv4Address(self._pool.last))
        every = (str(ipaddress.IPv4Address(number)) for number in range(first, last + 1))
        return (address for address in every if address not in self._kept_out)

    def _save(self) -> None:
        rows = [asdict(lease) | {"until": rfc3339(lease.until)} for lease in self._by_address.values() if lease.bound]
        write_private(self._path, json.dumps(rows, indent=1) + "\n")


def _load(path: Path) -> dict[str, Lease]:
    try:
        rows = json.loads(path.read_text())
        leases = [Lease(row["address"], row["mac"], parse_time(row["until"]), bound=True) for row in rows]
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"{path} is damaged ({error}): remove it; servers will ask for their addresses again") from error
    return {lease.address: lease for lease in leases}
