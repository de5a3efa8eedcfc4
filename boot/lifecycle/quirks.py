"""Which iPXE build a machine is given in place of the one it asks for: found out by trial, kept for its model. Pure.

Some NICs do not get on with the build that everybody else boots (siderolabs/sidero#447, netbootxyz/netboot.xyz#1633). A
machine that fetches a build again and again and never its script is given the next one of its kind.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

QUIRKS = "quirks"
"""The ConfigMap they are kept in, in the namespace `sidero-tui`."""
STARTS = 3
"""Builds fetched in a row, and no script, that are one too many."""
FAMILIES: tuple[tuple[str, ...], ...] = (
    ("undionly.kpxe", "ipxe.pxe", "undionly.kkpxe"),
    ("ipxe.efi", "snponly.efi", "snp.efi"),
    ("ipxe-arm64.efi", "snp-arm64.efi", "snponly-arm64.efi"),
)
"""Builds for the same firmware, in the order in which they are tried."""
_NOT_IN_KEYS = re.compile(r"[^-._a-zA-Z0-9]+")


@dataclass(frozen=True, slots=True)
class Trial:
    """One machine: `build` is what it is given whatever build of the family it asks for ("": what it asks for)."""

    build: str = ""
    starts: int = 0
    """Fetched since the last script."""
    second_round: bool = False
    """It asked port 4011 in this boot."""


@dataclass(frozen=True, slots=True)
class Quirk:
    """What worked for a model. `build`: as in Trial. `dhcp`: 67, or 4011 for the second round. `exit`: how it leaves netboot
    for its disk, set by a person; its class and the server itself say it more exactly."""

    manufacturer: str
    product: str
    build: str = ""
    dhcp: str = ""
    exit: str = ""


def stand_in(asked: str, build: str) -> str:
    """The build to give to who asks for `asked`: never one for other firmware."""
    family = family_of(asked)
    return build if build in family else asked


def family_of(file: str) -> tuple[str, ...]:
    """Empty for what is no iPXE build, or one of a kind."""
    return next((family for family in FAMILIES if file.casefold() in family), ())


def fetched(trial: Trial, file: str, available: frozenset[str]) -> Trial:
    """It has `file` whole. After STARTS of them the trial names the next build there is."""
    family = [build for build in family_of(file) if build in available or build == file.casefold()]
    if not family:
        return trial
    if trial.starts + 1 < STARTS or len(family) == 1:
        return replace(trial, starts=trial.starts + 1)
    following = family[(family.index(file.casefold()) + 1) % len(family)]
    return Trial(build=following)


def key_of(manufacturer: str, product: str) -> str:
    """As ConfigMaps want their keys; "" for a machine that names no model."""
    return _NOT_IN_KEYS.sub("-", f"{manufacturer}.{product}").strip("-._")[:253]


def render_quirk(quirk: Quirk) -> str:
    """Value of a ConfigMap's key."""
    return json.dumps(asdict(quirk))


def parse_quirks(data: Mapping[str, str]) -> dict[str, Quirk]:
    """By key. What a person wrote badly is left out: a wrong quirk must not stop a boot."""
    quirks = {}
    for key, text in data.items():
        try:
            quirks[key] = Quirk(**{name: str(value) for name, value in json.loads(text).items()})
        except (ValueError, TypeError, AttributeError):
            continue
    return quirks
