"""The ConfigMap `address-probes` of the namespace `sidero-tui`: is an address free on the servers' network?

One key an address. Its value `ask` wants it probed; the stack that is on that network puts a Probe in its place, as JSON. The key
`networks` lists the networks that can be probed, as CIDR, one a line. With kubectl:

    kubectl patch configmap address-probes -n sidero-tui --type merge -p '{"data":{"192.168.254.10":"ask"}}'

Pure.
"""

from collections.abc import Mapping
from enum import StrEnum

from pydantic import ValidationError

from boot.resources.base import Wire

NAME, NETWORKS, ASK = "address-probes", "networks", "ask"


class Finding(StrEnum):
    """UNKNOWN: it could not be found out."""

    FREE = "free"
    TAKEN = "taken"
    UNKNOWN = "unknown"


class Probe(Wire):
    """What came of it: one sentence, and the MACs that answered for the address; `at` is RFC 3339."""

    finding: Finding
    reason: str
    at: str
    interface: str = ""
    holders: tuple[str, ...] = ()


def encode_probe(probe: Probe) -> str:
    return probe.model_dump_json(by_alias=True)


def parse_probes(data: Mapping[str, str]) -> dict[str, Probe]:
    """Those that are answered; what cannot be read is passed over."""
    found: dict[str, Probe] = {}
    for address, text in data.items():
        try:
            found[address] = Probe.model_validate_json(text)
        except ValidationError:
            continue
    return found


def list_asked(data: Mapping[str, str]) -> list[str]:
    """Addresses that wait for an answer."""
    return sorted(address for address, text in data.items() if text.strip() == ASK and address != NETWORKS)


def parse_networks(data: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(data.get(NETWORKS, "").split())
