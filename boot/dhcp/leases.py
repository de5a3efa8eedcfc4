"""Who has which address: the full server's pool, keyed on the MAC.

One power-on is three rounds of DHCP with different client identifiers (none, 01+MAC, a DUID): keyed on option 61 a rack
would need a pool three times its size. Everything here is in memory; `LeaseFile` puts it on disk before an ACK goes out.
"""

import ipaddress
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

from boot.clock import Clock, parse_time, rfc3339
from boot.config import AddressRange
from boot.errors import ConfigError

HELD = timedelta(seconds=60)
"""How long an offered address waits for its REQUEST."""
LEASED = timedelta(hours=1)
QUARANTINED = timedelta(minutes=15)
"""How long an address somebody else answers for is not handed out."""


@dataclass(frozen=True, slots=True)
class Lease:
    """An address and who has it until when; `bound` once it was acknowledged. A quarantined one has mac ""."""

    address: str
    mac: str
    until: datetime
    bound: bool


class Leases:
    """The pool: `ranges` are searched in their order. ConfigError when what is stored at `path` is damaged."""

    def __init__(self, ranges: Sequence[AddressRange], path: Path, clock: Clock) -> None:
        self._addresses = {found: tuple(_addresses(found)) for found in ranges}
        self._clock = clock
        self._by_address: dict[str, Lease] = _load(path)
        self._address_of = {lease.mac: lease.address for lease in self._by_address.values() if lease.mac}
        self._kept_out: set[str] = set()
        self._reserved: dict[str, str] = {}
        """Address -> the MAC it is kept for."""

    def keep_out(self, address: str) -> None:
        """Never hand out `address`: ours, where the pool was given as a whole subnet."""
        self._kept_out.add(address)
        self._by_address.pop(address, None)

    def reserve(self, reserved: dict[str, str]) -> None:
        """These addresses, by MAC, go to nobody else from now on; who has one of them keeps it until it expires."""
        self._reserved = {address: mac for mac, address in reserved.items()}

    def find(self, mac: str) -> Lease | None:
        """The lease or hold this MAC has now."""
        lease = self._by_address.get(self._address_of.get(mac, ""))
        return lease if lease is not None and lease.mac == mac else None

    def offer(self, mac: str, wanted: str = "", *, ranges: Sequence[AddressRange] | None = None, own: str = "") -> Lease | None:
        """The address reserved for it (`own`), else its own again, else the one it wants if free, else a free one, else the
        one longest expired; out of `ranges`, which are all of them by default. None when full."""
        now = self._clock.now()
        among = tuple(self._addresses) if ranges is None else tuple(ranges)
        mine = self.find(mac)
        if mine is None or not self._may_keep(mine, among, own):
            address = own if own and self._is_free(own, mac, now) else self._choose(mac, wanted, among, now)
            if address is None:
                return None
            self._forget(mine)
            self._forget(self._by_address.get(address))
            mine = Lease(address, mac, now + HELD, bound=False)
        elif not mine.bound:
            mine = replace(mine, until=now + HELD)
        self._by_address[mine.address] = mine
        self._address_of[mac] = mine.address
        return mine

    def commit(self, mac: str, address: str) -> Lease | None:
        """Bind. None when the address is not this MAC's to have."""
        mine = self.find(mac)
        if mine is None or mine.address != address:
            return None
        lease = Lease(address, mac, self._clock.now() + LEASED, bound=True)
        self._by_address[address] = lease
        return lease

    def release(self, mac: str) -> None:
        """The client is done with it; the address stays its favourite."""
        mine = self.find(mac)
        if mine is not None and mine.bound:
            self._by_address[mine.address] = replace(mine, until=self._clock.now())

    def drop_hold(self, mac: str) -> None:
        """It took another's offer: what was held for it is free again."""
        mine = self.find(mac)
        if mine is not None and not mine.bound:
            self._forget(mine)

    def decline(self, mac: str, address: str) -> bool:
        """Somebody else answers for this address (RFC 2131 section 4.3.3): nobody gets it for a while.

        False, and nothing done, when the address was not this MAC's to decline.
        """
        mine = self.find(mac)
        if mine is None or mine.address != address:
            return False
        self._by_address[address] = Lease(address, "", self._clock.now() + QUARANTINED, bound=True)
        self._address_of.pop(mac, None)
        return True

    def contains(self, address: str) -> bool:
        """Whether the address is of our pool."""
        number = ipaddress.IPv4Address(address)
        ours = any(ipaddress.IPv4Address(r.first) <= number <= ipaddress.IPv4Address(r.last) for r in self._addresses)
        return address not in self._kept_out and (ours or address in self._reserved)

    def render(self) -> str:
        """What `path` should hold: leases, no holds."""
        rows = [
            {"address": lease.address, "mac": lease.mac, "until": rfc3339(lease.until), "bound": True}
            for lease in self._by_address.values()
            if lease.bound
        ]
        return json.dumps(rows, indent=1) + "\n"

    def _may_keep(self, mine: Lease, among: Sequence[AddressRange], own: str) -> bool:
        """Its address goes on being right: the reserved one where that is to be had, else of the network it is on now."""
        if own and mine.address != own:
            return not self._is_free(own, mine.mac, self._clock.now())
        return mine.address == own or any(mine.address in self._addresses.get(found, ()) for found in among)

    def _forget(self, mine: Lease | None) -> None:
        if mine is not None:
            self._by_address.pop(mine.address, None)
            self._address_of.pop(mine.mac, None)

    def _choose(self, mac: str, wanted: str, among: Sequence[AddressRange], now: datetime) -> str | None:
        pools = [self._addresses.get(found, ()) for found in among]
        if any(wanted in pool for pool in pools) and self._may_have(wanted, mac) and self._is_free(wanted, mac, now):
            return wanted
        fresh = next((a for a in chain(*pools) if a not in self._by_address and self._may_have(a, mac)), None)
        if fresh is not None:
            return fresh
        leases = (self._by_address[a] for a in chain(*pools) if a in self._by_address and self._may_have(a, mac))
        expired = [lease for lease in leases if lease.until <= now]
        return min(expired, key=lambda lease: lease.until).address if expired else None

    def _may_have(self, address: str, mac: str) -> bool:
        return address not in self._kept_out and self._reserved.get(address, mac) == mac

    def _is_free(self, address: str, mac: str, now: datetime) -> bool:
        lease = self._by_address.get(address)
        return lease is None or lease.until <= now or lease.mac == mac


def _addresses(found: AddressRange) -> Iterable[str]:
    first, last = int(ipaddress.IPv4Address(found.first)), int(ipaddress.IPv4Address(found.last))
    return (str(ipaddress.IPv4Address(number)) for number in range(first, last + 1))


def _load(path: Path) -> dict[str, Lease]:
    try:
        rows = json.loads(path.read_text())
        leases = [Lease(row["address"], row["mac"], parse_time(row["until"]), bound=True) for row in rows]
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"{path} is damaged ({error}): remove it; servers will ask for their addresses again") from error
    return {lease.address: lease for lease in leases}
