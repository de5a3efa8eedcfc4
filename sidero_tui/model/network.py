"""What the plane holds about the network: who else answers DHCP, what was set by MAC, and what models were found to need."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from boot.config import Reservation
from boot.firmware import Architecture
from boot.lifecycle.quirks import QUIRKS, Quirk, parse_quirks
from boot.resources.address_probes import NAME as PROBES
from boot.resources.address_probes import Probe, parse_networks, parse_probes
from boot.resources.neighbours import NAME as NEIGHBOURS
from boot.resources.neighbours import OK, SELF_TEST, UNDER_WAY, VERDICT
from boot.resources.overrides import ARCHITECTURES, RESERVATIONS, parse_architectures, parse_mac, parse_reservations

PUBLISHED = frozenset({NEIGHBOURS, RESERVATIONS, ARCHITECTURES, QUIRKS, PROBES})
"""The ConfigMaps it is read from."""


@dataclass(frozen=True, slots=True)
class OtherServer:
    """A DHCP server or PXE proxy beside ours; texts are "" where it said nothing, times RFC 3339.

    `overheard`: a machine named it, and it never answered us.
    """

    server: str
    kind: str
    leases: bool = False
    offered: str = ""
    network: str = ""
    router: str = ""
    next_server: str = ""
    boot_file: str = ""
    mac: str = ""
    relay: str = ""
    program: str = ""
    overheard: bool = False
    first_seen: str = ""
    last_seen: str = ""


@dataclass(frozen=True)
class NetworkFacts:
    """`maps` is the data of each of PUBLISHED that there is; what is read from it is worked out once, on first use."""

    maps: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def tested(self) -> bool:
        """The stack told what it found, and its test is over."""
        return self.self_test not in ("", UNDER_WAY)

    @property
    def self_test(self) -> str:
        """OK, UNDER_WAY, a complaint a line, or "" where no stack told."""
        return self._data(NEIGHBOURS).get(SELF_TEST, "")

    @cached_property
    def probes(self) -> Mapping[str, Probe]:
        """Address -> what was found when somebody had it probed."""
        return parse_probes(self._data(PROBES))

    @property
    def networks(self) -> tuple[str, ...]:
        """Networks of the servers that the stack is in itself, as CIDR."""
        return parse_networks(self._data(PROBES))

    @property
    def complaints(self) -> tuple[str, ...]:
        """What is wrong with our own traffic."""
        return tuple(self.self_test.splitlines()) if self.tested and self.self_test != OK else ()

    @property
    def verdict(self) -> tuple[str, ...]:
        """What is wrong with the others, the gravest first."""
        return tuple(self._data(NEIGHBOURS).get(VERDICT, "").splitlines())

    @cached_property
    def others(self) -> tuple[OtherServer, ...]:
        data = self._data(NEIGHBOURS)
        return tuple(_read_other(server, data[server]) for server in sorted(data.keys() - {VERDICT, SELF_TEST}))

    @cached_property
    def reservations(self) -> Mapping[str, Reservation]:
        """By MAC."""
        return parse_reservations(self._data(RESERVATIONS))[0]

    @cached_property
    def architectures(self) -> Mapping[str, Architecture]:
        """By MAC."""
        return parse_architectures(self._data(ARCHITECTURES))[0]

    @cached_property
    def quirks(self) -> tuple[Quirk, ...]:
        return tuple(parse_quirks(self._data(QUIRKS)).values())

    @cached_property
    def unread(self) -> tuple[str, ...]:
        """A sentence for each entry that somebody wrote and that does not hold."""
        reservations, architectures = self._data(RESERVATIONS), self._data(ARCHITECTURES)
        return (*parse_reservations(reservations)[1], *parse_architectures(architectures)[1])

    def keys_of(self, name: str, mac: str) -> tuple[str, ...]:
        """The keys of that ConfigMap that mean this MAC, however they are spelled."""
        return tuple(key for key in self._data(name) if _means(key, mac))

    def find_conflict(self, mode: str) -> str:
        """The sentence that must not be overlooked, "" for none. `mode` is how we serve DHCP: where we are silent, what one
        other server offers is only told."""
        leasing = sum(other.leases for other in self.others)
        return self.verdict[0] if self.verdict and (mode != "off" or leasing != 1) else ""

    def _data(self, name: str) -> Mapping[str, str]:
        return self.maps.get(name, {})


def _read_other(server: str, text: str) -> OtherServer:
    """A newer stack may say more, and a person may have written anything."""
    try:
        said: Mapping[str, Any] = json.loads(text)
        words = {key: str(value) for key, value in said.items() if key != "kind" and not isinstance(value, bool)}
        return OtherServer(
            server,
            str(said["kind"]),
            leases=said.get("leases") is True,
            overheard=said.get("overheard") is True,
            next_server=words.get("nextServer", ""),
            boot_file=words.get("bootFile", ""),
            first_seen=words.get("firstSeen", ""),
            last_seen=words.get("lastSeen", ""),
            **{name: words.get(name, "") for name in ("offered", "network", "router", "mac", "relay", "program")},
        )
    except (ValueError, KeyError, AttributeError):
        return OtherServer(server, "unknown")


def _means(key: str, mac: str) -> bool:
    try:
        return parse_mac(key) == mac
    except ValueError:
        return False
