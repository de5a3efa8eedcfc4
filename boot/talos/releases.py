"""What each Talos release is: its version contract, and the Kubernetes versions it runs. Pure.

Source: talos pkg/machinery/config/contract.go, pkg/machinery/compatibility and pkg/machinery/constants.
"""

import re
from dataclasses import dataclass

from boot.errors import ConfigError

Minor = tuple[int, int]
"""Major and minor number; patch levels never matter to a contract."""

_VERSION = re.compile(r"v?(\d+)\.(\d+)(?:\.|$)")


@dataclass(frozen=True, slots=True)
class Release:
    """One minor release of Talos, its newest patch level known here, and the Kubernetes minors it runs, both inclusive."""

    minor: Minor
    newest: str
    kubernetes: str
    """Default Kubernetes version of `newest`, without v."""
    oldest_kubernetes: Minor
    newest_kubernetes: Minor
    upgrades_from: Minor


RELEASES: tuple[Release, ...] = (
    Release((1, 6), "v1.6.8", "1.29.7", (1, 24), (1, 29), (1, 3)),
    Release((1, 7), "v1.7.7", "1.30.5", (1, 25), (1, 30), (1, 4)),
    Release((1, 8), "v1.8.4", "1.31.4", (1, 26), (1, 31), (1, 5)),
    Release((1, 9), "v1.9.6", "1.32.4", (1, 27), (1, 32), (1, 8)),
    Release((1, 10), "v1.10.9", "1.33.6", (1, 28), (1, 33), (1, 8)),
    Release((1, 11), "v1.11.6", "1.34.1", (1, 29), (1, 34), (1, 9)),
    Release((1, 12), "v1.12.11", "1.35.4", (1, 30), (1, 35), (1, 10)),
    Release((1, 13), "v1.13.9", "1.36.3", (1, 31), (1, 36), (1, 11)),
)
NEWEST = RELEASES[-1]


@dataclass(frozen=True, slots=True, order=True)
class Contract:
    """A version contract: configs generated for it load on that minor release. Features are derived, never stored."""

    minor: Minor

    def __str__(self) -> str:
        return f"v{self.minor[0]}.{self.minor[1]}"

    @property
    def rsa_service_account_key(self) -> bool:
        return self.minor >= (1, 7)

    @property
    def host_dns(self) -> bool:
        return self.minor >= (1, 7)

    @property
    def host_dns_for_pods(self) -> bool:
        return self.minor >= (1, 8)

    @property
    def cluster_name_for_workers(self) -> bool:
        return self.minor >= (1, 8)

    @property
    def excludes_control_plane_from_load_balancers(self) -> bool:
        return self.minor >= (1, 8)

    @property
    def legacy_features(self) -> bool:
        """rbac, stableHostname and apidCheckExtKeyUsage spelled out; the endpoint's host among the API server's SANs."""
        return self.minor <= (1, 11)

    @property
    def empty_network(self) -> bool:
        return self.minor <= (1, 12)

    @property
    def several_documents(self) -> bool:
        """A HostnameConfig document goes along, so that JSON patches (RFC 6902) do not apply any more."""
        return self.minor >= (1, 12)


NEWEST_CONTRACT = Contract(NEWEST.minor)


def parse_minor(version: str) -> Minor:
    """v1.13.2, 1.13 -> (1, 13); ConfigError when it is no version."""
    found = _VERSION.match(version.strip())
    if found is None:
        raise ConfigError(f"{version!r} is no version: something like v1.13 or 1.36.2 is wanted")
    return int(found[1]), int(found[2])


def parse_contract(version: str) -> Contract:
    """The contract of a Talos version, "" for the newest known; ConfigError when it is not one we generate for."""
    if not version:
        return NEWEST_CONTRACT
    minor = parse_minor(version)
    find_release(minor)
    return Contract(minor)


def find_release(minor: Minor) -> Release:
    """ConfigError, with those that are known, when that minor release is not."""
    for release in RELEASES:
        if release.minor == minor:
            return release
    first, last = RELEASES[0].minor, NEWEST.minor
    raise ConfigError(
        f"configs for Talos {minor[0]}.{minor[1]} are not made here: choose {first[0]}.{first[1]} to {last[0]}.{last[1]}"
    )


def describe_misfit(talos: str, kubernetes: str) -> str:
    """One sentence on why this Talos does not run that Kubernetes, "" when it does; ConfigError for what is no version."""
    release, wanted = find_release(parse_contract(talos).minor), parse_minor(kubernetes)
    oldest, newest = release.oldest_kubernetes, release.newest_kubernetes
    if oldest <= wanted <= newest:
        return ""
    return (
        f"Talos {release.minor[0]}.{release.minor[1]} runs Kubernetes {oldest[0]}.{oldest[1]} to {newest[0]}.{newest[1]}, "
        f"not {kubernetes}"
    )
