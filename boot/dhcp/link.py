"""An interface as DHCP is served on it. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """There, up, with an address. `index` changes when the card is taken out and put in again."""

    name: str
    index: int
    address: str
    netmask: str
