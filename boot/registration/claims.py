"""Who the known Servers claim to be, found by name, UUID and MAC, and which MACs were heard of lately."""

from collections import defaultdict
from collections.abc import Iterable

from boot.clock import Clock
from boot.lifecycle.identity import Claim, Reported

PRESENT_SECONDS = 10.0
"""A waiting machine asks every four seconds, and none gets from one NIC's iPXE to another's through its firmware so fast."""


class Claims:
    """All of it in memory and without a pause: what one report adds, the next one sees."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._by_server: dict[str, Claim] = {}
        self._servers: defaultdict[str, set[str]] = defaultdict(set)
        """Name, UUID or MAC -> names of the Servers that claim it."""
        self._heard: dict[str, float] = {}

    def get(self, server: str) -> Claim | None:
        return self._by_server.get(server)

    def put(self, claim: Claim) -> None:
        """Add it, or replace what that Server claimed before."""
        self.remove(claim.server)
        self._by_server[claim.server] = claim
        for key in _keys(claim):
            self._servers[key].add(claim.server)

    def remove(self, server: str) -> None:
        claim = self._by_server.pop(server, None)
        for key in _keys(claim) if claim else ():
            self._servers[key].discard(server)
            if not self._servers[key]:
                del self._servers[key]

    def about(self, reported: Reported) -> list[Claim]:
        """The claims that share UUID or MAC with a machine: no other one matters for who it is."""
        servers = self._servers.get(reported.uuid, set()) | self._servers.get(reported.mac, set())
        return [self._by_server[server] for server in servers]

    def hear(self, mac: str) -> None:
        """Something came from this NIC just now."""
        self._heard[mac] = self._clock.monotonic()

    def present(self, claims: Iterable[Claim]) -> frozenset[str]:
        """Which of the NICs of these were heard a moment ago."""
        since = self._clock.monotonic() - PRESENT_SECONDS
        return frozenset(mac for claim in claims for mac in claim.macs if self._heard.get(mac, since - 1) >= since)


def _keys(claim: Claim) -> set[str]:
    return {claim.server, *claim.macs, *((claim.uuid,) if claim.uuid else ())}
