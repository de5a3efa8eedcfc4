"""The variables of the cluster template: read, given defaults, checked all at once. Pure.

The guide's four have no default; the names that came later do, so that its user need not know them.
"""

import difflib
import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import yaml

from boot.cluster_api.endpoint import refuse_host
from boot.cluster_api.template import ClusterPlan
from boot.errors import ConfigError
from boot.talos.releases import RELEASES, describe_misfit, parse_contract, parse_minor

_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_OBJECT_NAME = re.compile(r"[a-z0-9]([-.a-z0-9]*[a-z0-9])?")
_VERSION = re.compile(r"v?(\d+\.\d+\.\d+(?:[-+][-0-9A-Za-z.+]+)?)")
_LONGEST_NAME = 63 - len("-workers")
"""So that the name of its workers still is a label's value."""
MISSING = "missing"
_ALIKE = 0.86
"""Share of letters from which a set variable is taken for one of ours, misspelt."""


@dataclass(frozen=True, slots=True)
class Variable:
    """`default` None: it must be given."""

    name: str
    meaning: str
    default: str | None = None

    @property
    def flag(self) -> str:
        return "--" + self.name.lower().replace("_", "-")


VARIABLES: tuple[Variable, ...] = (
    Variable("CONTROL_PLANE_ENDPOINT", "address or DNS name under which the cluster's API is reached"),
    Variable("CONTROL_PLANE_SERVERCLASS", "class whose servers become control plane nodes"),
    Variable("WORKER_SERVERCLASS", "class whose servers become workers"),
    Variable("KUBERNETES_VERSION", "such as v1.36.3"),
    Variable("CONTROL_PLANE_PORT", "port of that API", "6443"),
    Variable("TALOS_VERSION", "which Talos the configs are made for", "the newest that runs this Kubernetes"),
    Variable("CONTROL_PLANE_MACHINE_COUNT", "control plane nodes: an odd number", "1"),
    Variable("WORKER_MACHINE_COUNT", "workers", "0"),
    Variable("NAMESPACE", "namespace of the objects", "default"),
)
_NAMES = tuple(variable.name for variable in VARIABLES)


@dataclass(frozen=True, slots=True)
class Extras:
    """What goes into the machine configs as patches. `vip_link` is the NIC that holds the VIP, "" for any physical one."""

    install_disk: str = ""
    vip: bool = False
    vip_link: str = ""


def read_plan(name: str, values: Mapping[str, str], extras: Extras = Extras()) -> ClusterPlan:
    """A plan that fits together; ConfigError lists everything that does not, by name. Empty values count as missing."""
    given = {key: value.strip() for key, value in values.items() if key in _NAMES and value.strip()}
    problems = list_problems(name, given, extras)
    if problems:
        raise ConfigError("; ".join(problems))
    kubernetes = "v" + given["KUBERNETES_VERSION"].removeprefix("v")
    install = install_patch(extras.install_disk) if extras.install_disk else ""
    vip = vip_patch(given["CONTROL_PLANE_ENDPOINT"], extras.vip_link) if extras.vip else ""
    return ClusterPlan(
        name=name,
        endpoint=given["CONTROL_PLANE_ENDPOINT"],
        control_plane_class=given["CONTROL_PLANE_SERVERCLASS"],
        worker_class=given["WORKER_SERVERCLASS"],
        kubernetes=kubernetes,
        talos=given.get("TALOS_VERSION") or fitting_talos(kubernetes),
        port=int(given.get("CONTROL_PLANE_PORT", 6443)),
        control_planes=int(given.get("CONTROL_PLANE_MACHINE_COUNT", 1)),
        workers=int(given.get("WORKER_MACHINE_COUNT", 0)),
        namespace=given.get("NAMESPACE", "default"),
        control_plane_patches=tuple(patch for patch in (install, vip) if patch),
        worker_patches=(install,) if install else (),
    )


def find_problems(name: str, given: Mapping[str, str], extras: Extras = Extras()) -> dict[str, str]:
    """Variable (or CLUSTER_NAME, INSTALL_DISK) -> what is wrong with it; MISSING where it is not given and has no default."""
    found = {variable.name: MISSING for variable in VARIABLES if variable.default is None and not given.get(variable.name)}
    checks = {"CLUSTER_NAME": _refuse_cluster_name(name)}
    checks |= {key: _CHECKS[key](value) for key, value in given.items() if key in _CHECKS and value}
    if extras.install_disk:
        checks["INSTALL_DISK"] = refuse_disk(extras.install_disk)
    found |= {key: reason for key, reason in checks.items() if reason}
    kubernetes, talos = given.get("KUBERNETES_VERSION", ""), given.get("TALOS_VERSION", "")
    if talos and not found.keys() & {"KUBERNETES_VERSION", "TALOS_VERSION"} and (reason := describe_misfit(talos, kubernetes)):
        found["TALOS_VERSION"] = reason
    endpoint = given.get("CONTROL_PLANE_ENDPOINT", "")
    if extras.vip and "CONTROL_PLANE_ENDPOINT" not in found and (reason := _refuse_vip_host(endpoint)):
        found["CONTROL_PLANE_ENDPOINT"] = reason
    return found


def list_problems(name: str, given: Mapping[str, str], extras: Extras = Extras()) -> list[str]:
    """The same in sentences, each beginning with its variable; all that is missing in one."""
    found = find_problems(name, given, extras)
    missing = [key for key, reason in found.items() if reason == MISSING]
    told = [f"missing: {', '.join(missing)}"] if missing else []
    return told + [f"{key}: {reason}" for key, reason in found.items() if reason != MISSING]


def find_misspelt(names: Iterable[str], missing_too: Iterable[str] = _NAMES) -> dict[str, str]:
    """Variables that are set and none of ours, but look like one -> the one they look like."""
    wanted = list(missing_too)
    found: dict[str, str] = {}
    for name in sorted(set(names) - set(_NAMES)):
        alike = difflib.get_close_matches(name.upper().replace("-", "_"), wanted, n=1, cutoff=_ALIKE)
        if alike:
            found[name] = alike[0]
    return found


def fitting_talos(kubernetes: str) -> str:
    """The contract of the newest Talos that runs it; ConfigError when none that is known here does."""
    minor = parse_minor(kubernetes)
    for release in reversed(RELEASES):
        if release.oldest_kubernetes <= minor <= release.newest_kubernetes:
            return f"v{release.minor[0]}.{release.minor[1]}"
    oldest, newest = RELEASES[0].oldest_kubernetes, RELEASES[-1].newest_kubernetes
    raise ConfigError(
        f"no Talos known here runs Kubernetes {kubernetes.removeprefix('v')}: "
        f"choose {oldest[0]}.{oldest[1]} to {newest[0]}.{newest[1]}"
    )


def install_patch(disk: str) -> str:
    """Strategic patch with the disk Talos is installed on: a path such as /dev/sda, or selectors as key=value."""
    install = {"disk": disk} if disk.startswith("/dev/") else {"diskSelector": _selectors(disk)}
    return yaml.safe_dump({"machine": {"install": install}}, sort_keys=False)


def vip_patch(address: str, link: str = "") -> str:
    """Strategic patch that has control plane nodes hold the VIP, on `link` or else on their physical NIC, by DHCP as before."""
    chosen: dict[str, object] = {"interface": link} if link else {"deviceSelector": {"physical": True}}
    interface = {**chosen, "dhcp": True, "vip": {"ip": address}}
    return yaml.safe_dump({"machine": {"network": {"interfaces": [interface]}}}, sort_keys=False)


_SELECTORS = ("size", "name", "model", "serial", "modalias", "uuid", "wwid", "type", "busPath")
"""Of Talos' install.diskSelector (facts of talos 2.5)."""


def refuse_disk(disk: str) -> str:
    """Why this names no install disk, "" when it does."""
    if disk.startswith("/dev/") and len(disk) > len("/dev/"):
        return ""
    selectors = _selectors(disk)
    unknown = [key for key, value in selectors.items() if key not in _SELECTORS or not value]
    if unknown:
        return (
            f"{disk!r} is neither a path such as /dev/sda nor selectors such as type=ssd,size=>=100GB ({', '.join(_SELECTORS)})"
        )
    return ""


def _selectors(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(","))
    return {key.strip(): value.strip() for key, _, value in pairs}


def _refuse_cluster_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        return f"{name!r} is no name of a cluster: lower case letters, digits and -"
    return f"{name} is longer than {_LONGEST_NAME} letters" if len(name) > _LONGEST_NAME else ""


def _refuse_class(name: str) -> str:
    return "" if _OBJECT_NAME.fullmatch(name) else f"{name!r} is no name of a ServerClass"


def _refuse_namespace(name: str) -> str:
    return "" if _NAME.fullmatch(name) and len(name) <= 63 else f"{name!r} is no name of a namespace"


def _refuse_port(text: str) -> str:
    return "" if text.isdecimal() and 0 < int(text) < 65536 else f"{text!r} is no port"


def _refuse_kubernetes(version: str) -> str:
    if not _VERSION.fullmatch(version):
        return f"{version!r} is no version: something like v{RELEASES[-1].kubernetes} is wanted"
    return _reason(fitting_talos, version)


def _refuse_talos(version: str) -> str:
    return _reason(parse_contract, version)


def _reason(check: Callable[[str], object], value: str) -> str:
    try:
        check(value)
    except ConfigError as error:
        return str(error)
    return ""


def refuse_control_planes(text: str) -> str:
    if not text.isdecimal() or not int(text):
        return f"{text!r} is no number of control plane nodes: 1, 3 or 5"
    count = int(text)
    if count % 2 == 0:
        return f"etcd of {count} members survives no more failures than of {count - 1}: choose an odd number"
    return ""


def _refuse_workers(text: str) -> str:
    return "" if text.isdecimal() else f"{text!r} is no number of workers"


def _refuse_vip_host(host: str) -> str:
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        return f"{host} cannot be a VIP: that is an IPv4 address"
    return ""


_CHECKS: Mapping[str, Callable[[str], str]] = {
    "CONTROL_PLANE_ENDPOINT": refuse_host,
    "CONTROL_PLANE_SERVERCLASS": _refuse_class,
    "WORKER_SERVERCLASS": _refuse_class,
    "KUBERNETES_VERSION": _refuse_kubernetes,
    "CONTROL_PLANE_PORT": _refuse_port,
    "TALOS_VERSION": _refuse_talos,
    "CONTROL_PLANE_MACHINE_COUNT": refuse_control_planes,
    "WORKER_MACHINE_COUNT": _refuse_workers,
    "NAMESPACE": _refuse_namespace,
}
