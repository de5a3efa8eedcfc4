"""Which providers make a management plane, where a clusterctl repository keeps them, and which versions go together. Pure.

Source: cluster-api cmd/clusterctl/client/config and repository (facts of cluster-api 0, 1.5 and 4.1).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from boot.errors import ConfigError

_VERSION = re.compile(r"v(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+)?")


@dataclass(frozen=True, slots=True)
class Provider:
    """`series` are the minor releases that were seen to work with one another; `label` is clusterctl's manifest label."""

    label: str
    name: str
    type: str
    namespace: str
    file: str
    series: tuple[tuple[int, int], ...]


CORE = Provider("cluster-api", "cluster-api", "CoreProvider", "capi-system", "core-components.yaml", ((1, 10),))
BOOTSTRAP = Provider("bootstrap-talos", "talos", "BootstrapProvider", "cabpt-system", "bootstrap-components.yaml", ((0, 6),))
CONTROL_PLANE = Provider(
    "control-plane-talos", "talos", "ControlPlaneProvider", "cacppt-system", "control-plane-components.yaml", ((0, 5),)
)
INFRASTRUCTURE = Provider(
    "infrastructure-sidero", "sidero", "InfrastructureProvider", "sidero-system", "infrastructure-components.yaml", ((0, 6),)
)
PROVIDERS = (CORE, BOOTSTRAP, CONTROL_PLANE, INFRASTRUCTURE)
"""In the order in which they are installed."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A provider in one version, and the file that has it."""

    provider: Provider
    version: str
    components: Path


def choose(repository: Path, versions: dict[str, str]) -> Sequence[Chosen]:
    """Every provider, in order; `versions` maps a label to the version wanted, else the newest there is counts.

    ConfigError names everything that is missing or does not go together.
    """
    chosen, problems = [], []
    for provider in PROVIDERS:
        try:
            chosen.append(_choose(repository, provider, versions.get(provider.label, "")))
        except ConfigError as error:
            problems.append(str(error))
    if problems:
        raise ConfigError("; ".join(problems))
    return chosen


def _choose(repository: Path, provider: Provider, wanted: str) -> Chosen:
    place = repository / provider.label
    there = sorted((path.name for path in place.glob("v*") if _VERSION.fullmatch(path.name)), key=_order)
    version = wanted or (there[-1] if there else "")
    if not version or version not in there:
        have = f"it has {', '.join(there)}" if there else "it has none"
        raise ConfigError(f"{place}: {wanted or 'a version'} is wanted, and {have}")
    if _order(version)[:2] not in provider.series:
        known = ", ".join(f"{major}.{minor}" for major, minor in provider.series)
        raise ConfigError(f"{provider.label} {version}: only {known} is known to go with the other providers")
    path = place / version / provider.file
    if not path.is_file():
        raise ConfigError(f"{path} is missing")
    return Chosen(provider, version, path)


def parse_wanted(label: str, text: str) -> tuple[str, str]:
    """`talos:v0.6.12` of the kind `bootstrap` -> its label and version, "" for none given; ConfigError for an unknown name."""
    name, _, version = text.partition(":")
    found = next((one for one in PROVIDERS if one.label == f"{label}-{name}"), None)
    if found is None:
        raise ConfigError(f"--{label} {text}: there is no such provider here")
    if version and not _VERSION.fullmatch(version):
        raise ConfigError(f"--{label} {text}: a version such as v0.6.12 is wanted")
    return found.label, version


def _order(version: str) -> tuple[int, int, int, bool]:
    """A release after its candidates."""
    match = _VERSION.fullmatch(version)
    if match is None:
        raise ConfigError(f"{version!r} is no version")
    return int(match[1]), int(match[2]), int(match[3]), match[4] is None
