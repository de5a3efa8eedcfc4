"""Which disk Talos is installed on. A config that names one, by path or selector, is taken at its word; else the inventory says
which, if only one disk can be meant: of two plausible ones none is ever picked. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from boot.errors import ConfigError
from boot.resources.wiping import Disk
from boot.talos.documents import Document

SMALLEST_DISK = 6 * 10**9
"""Bytes that Talos itself wants at least (docs of Talos: system requirements, 10 GB recommended; images are 4 GB)."""
_BYTES_PER_GB = 10**9


@dataclass(frozen=True, slots=True)
class InstallDisk:
    """`named` is the path the config or the inventory gives; `disk` the inventory's entry, None where it knows none such.

    `patch` is what must be added to the config, "" where it says so itself.
    """

    named: str
    disk: Disk | None
    patch: str = ""


def choose_install_disk(main: Document, disks: Sequence[Disk]) -> InstallDisk:
    """Of the v1alpha1 document and what the inventory knows; ConfigError with the disks to choose from and how to."""
    install = (main.get("machine") or {}).get("install") or {}
    if named := install.get("disk"):
        return InstallDisk(named, _find(str(named), disks))
    if selector := install.get("diskSelector"):
        return _select(selector, disks)
    plausible = [disk for disk in disks if _is_plausible(disk)]
    if len(plausible) == 1:
        only = plausible[0]
        return InstallDisk(only.device_name, only, f"machine:\n  install:\n    disk: {only.device_name}\n")
    if not plausible:
        raise ConfigError(f"no disk of its inventory is fit for Talos ({_list(disks)}): set machine.install.disk")
    raise ConfigError(
        f"it has {len(plausible)} disks fit for Talos and its config names none ({_list(plausible)}): add to the server's or its "
        f"class's strategicPatches: machine: {{install: {{disk: {plausible[0].device_name}}}}}, or a diskSelector"
    )


def _is_plausible(disk: Disk) -> bool:
    return not disk.read_only and not disk.removable and disk.transport != "usb" and disk.size >= SMALLEST_DISK


def _find(path: str, disks: Sequence[Disk]) -> Disk | None:
    wanted = path.removeprefix("/dev/")
    found = next((disk for disk in disks if disk.device_name.removeprefix("/dev/") == wanted), None)
    # /dev/disk/by-id and the like are links that only the machine can follow.
    if found is None and disks and not wanted.startswith("disk/"):
        raise ConfigError(f"machine.install.disk is {path}, and it has no such disk ({_list(disks)})")
    return found


def _select(selector: Mapping[str, Any], disks: Sequence[Disk]) -> InstallDisk:
    matching = [disk for disk in disks if _matches(selector, disk)]
    if disks and not matching and not _unknowable(selector):
        raise ConfigError(f"machine.install.diskSelector {dict(selector)} matches no disk ({_list(disks)})")
    # Talos takes the first that matches, in the kernel's order, which is not ours to know.
    only = matching[0] if len(matching) == 1 else None
    return InstallDisk(only.device_name if only else "the selected disk", only)


_UNKNOWN = frozenset({"modalias", "uuid", "busPath", "name"})
"""What a selector may ask for and no inventory here tells."""


def _unknowable(selector: Mapping[str, Any]) -> bool:
    return not _UNKNOWN.isdisjoint(selector)


def _matches(selector: Mapping[str, Any], disk: Disk) -> bool:
    checks = {
        "model": lambda value: _glob(value, disk.model),
        "serial": lambda value: _glob(value, disk.serial),
        "wwid": lambda value: _glob(value, disk.wwid),
        "type": lambda value: str(value).lower() == _type(disk),
        "size": lambda value: _size_holds(str(value), disk.size),
    }
    return all(checks[name](value) for name, value in selector.items() if name in checks)


def _glob(pattern: Any, value: str) -> bool:
    """As Talos: `*` at either end."""
    text = str(pattern)
    if text.endswith("*") and text.startswith("*"):
        return text.strip("*") in value
    if text.endswith("*"):
        return value.startswith(text[:-1])
    return value.endswith(text[1:]) if text.startswith("*") else value == text


def _type(disk: Disk) -> str:
    if disk.transport == "nvme" or disk.device_name.removeprefix("/dev/").startswith("nvme"):
        return "nvme"
    return "hdd" if disk.rotational else "ssd"


_UNITS = {
    "": 1,
    "B": 1,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "TB": 10**12,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
    "TiB": 2**40,
}


def _size_holds(text: str, size: int) -> bool:
    """`>= 100GB`, `< 1TB`, `480GB`; ConfigError for what is none of these."""
    stripped = text.strip()
    operator = next((sign for sign in ("<=", ">=", "==", "<", ">") if stripped.startswith(sign)), "")
    rest = stripped.removeprefix(operator).strip()
    digits = rest.rstrip("BKMGTib ")
    unit = rest[len(digits) :].strip()
    try:
        wanted = int(float(digits) * _UNITS[unit])
    except (KeyError, ValueError):
        raise ConfigError(f"machine.install.diskSelector.size is {text!r}: such as '>= 100GB' is wanted") from None
    return {"<": size < wanted, "<=": size <= wanted, ">": size > wanted, ">=": size >= wanted}.get(operator, size == wanted)


def _list(disks: Sequence[Disk]) -> str:
    told = [f"{disk.device_name} {disk.model or 'disk'} {disk.size // _BYTES_PER_GB} GB".replace("  ", " ") for disk in disks]
    return ", ".join(told) or "it reported none"
