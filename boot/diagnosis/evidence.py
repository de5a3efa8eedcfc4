"""Everything a cause may look at: the sightings of one boot, what is around, and the time. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from boot.clock import parse_time
from boot.config import DhcpMode
from boot.diagnosis.signs import Sign
from boot.diagnosis.surroundings import Surroundings
from boot.firmware import Architecture, Firmware, find_architecture
from boot.resources.boots import BootStatus, Sighting

NEVER = float("inf")


@dataclass(frozen=True)
class Evidence:
    """One machine's boot as of `now`. Ages are seconds; of what was never seen, NEVER."""

    mac: str
    address: str
    server: str
    architecture: Architecture | None
    sightings: Sequence[Sighting]
    site: Surroundings
    now: datetime

    @cached_property
    def _seen(self) -> Mapping[str, Sighting]:
        return {sighting.name: sighting for sighting in self.sightings}

    def has(self, *signs: Sign) -> bool:
        """Any of them."""
        return any(sign in self._seen for sign in signs)

    def has_any(self, signs: Iterable[Sign]) -> bool:
        return any(sign in self._seen for sign in signs)

    def count(self, sign: Sign) -> int:
        found = self._seen.get(sign)
        return found.count if found else 0

    def detail(self, sign: Sign) -> str:
        found = self._seen.get(sign)
        return found.detail if found else ""

    def amount(self, sign: Sign) -> int:
        found = self._seen.get(sign)
        return found.amount if found else 0

    def since(self, sign: Sign) -> float:
        """Age of the first one."""
        found = self._seen.get(sign)
        return (self.now - parse_time(found.first)).total_seconds() if found else NEVER

    def ago(self, sign: Sign) -> float:
        """Age of the last one."""
        found = self._seen.get(sign)
        return (self.now - parse_time(found.last)).total_seconds() if found else NEVER

    def late(self, sign: Sign, seconds: float) -> bool:
        """Whether it was seen, first that long ago."""
        return seconds <= self.since(sign) < NEVER

    def still(self, sign: Sign, seconds: float) -> bool:
        """Whether it was seen, and not for that long."""
        return seconds <= self.ago(sign) < NEVER

    def newer(self, sign: Sign, than: Sign) -> bool:
        """Whether the last `sign` came after the last `than`, or that never came."""
        return self.has(sign) and self.ago(sign) <= self.ago(than)

    @property
    def proxy(self) -> bool:
        return self.site.mode is DhcpMode.PROXY

    @property
    def wants_http(self) -> bool:
        """UEFI HTTP boot, as opposed to PXE."""
        return self.detail(Sign.DISCOVER) == "HTTPClient"

    @property
    def uefi(self) -> bool:
        return self.architecture is not None and self.architecture.firmware is Firmware.UEFI

    @property
    def boot_file(self) -> str:
        """The one it was seen with last, or ""."""
        signs = (Sign.TRANSFER, Sign.FETCHED, Sign.READ_REQUEST, Sign.STALLED, Sign.OFFER)
        return next((self.detail(sign) for sign in signs if self.detail(sign)), "")


def gather_evidence(mac: str, status: BootStatus, site: Surroundings, now: datetime) -> Evidence:
    code = status.architecture_code
    return Evidence(
        mac=mac,
        address=status.addresses[0] if status.addresses else "",
        server=status.server,
        architecture=None if code is None else find_architecture(code),
        sightings=status.seen,
        site=site,
        now=now,
    )
