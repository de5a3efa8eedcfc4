"""Boxes with two disks each, for tests of what an agent does to them."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.disks import MIB, PATH, make_data_disk, make_system_disk
from tests.e2e.guest import OVMF_CODE, Box, Drive, Firmware
from tests.e2e.laptop import Laptop
from tests.support.kubectl import KUBECTL, WANTED

PATIENCE = 420.0
"""Seconds: six emulated servers on two busy cores."""
_PROGRAMS = {
    "qemu-system-x86_64": "qemu-system-x86",
    "ip": "iproute2",
    "busybox": "busybox-static",
    "mkfs.ext4": "e2fsprogs",
    "sfdisk": "fdisk",
    "wipefs": "util-linux",
}
_FILES = {
    OVMF_CODE: "ovmf",
    Path("/usr/lib/ipxe/undionly.kpxe"): "ipxe",
    Path("/usr/lib/ipxe/qemu/pxe-virtio.rom"): "ipxe-qemu",
}
REQUIREMENTS = [
    pytest.mark.e2e,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(os.geteuid() != 0, reason="wants root, for network namespaces"),
    pytest.mark.skipif(KUBECTL is None, reason=WANTED),
    pytest.mark.skipif(not list(Path("/boot").glob("vmlinuz-*")), reason="wants a kernel (apt install linux-image-cloud-amd64)"),
    *(
        pytest.mark.skipif(not shutil.which(name, path=PATH), reason=f"wants {name} (apt install {deb})")
        for name, deb in _PROGRAMS.items()
    ),
    *(pytest.mark.skipif(not file.exists(), reason=f"wants {file} (apt install {deb})") for file, deb in _FILES.items()),
]


@dataclass(frozen=True)
class Unit:
    """A box with its two disks: one with an operating system on it, one with data."""

    box: Box
    system: Drive
    data: Drive

    @property
    def name(self) -> str:
        """Of its Server."""
        return self.box.uuid

    @property
    def drives(self) -> Sequence[Drive]:
        return (self.system, self.data)


def make_unit(directory: Path, number: int, firmware: Firmware = Firmware.BIOS, *, data_size: int = 96 * MIB) -> Unit:
    """`number` has one digit."""
    mac, uuid = f"52:54:00:bb:00:0{number}", f"11223344-5566-7788-99aa-bbccddeeee0{number}"
    box = Box(f"unit{number}", mac, firmware, uuid=uuid, serial=f"W{number}", cores=1)
    system = make_system_disk(directory / f"system{number}")
    data = make_data_disk(directory / f"data{number}", data_size)
    return Unit(box, Drive(system, f"SYS{number}"), Drive(data, f"DATA{number}"))


async def is_clean(laptop: Laptop, unit: Unit) -> None:
    """The plane says so, and the Boot of its MAC names this Server."""
    assert (await laptop.get("server", unit.name))["status"]["isClean"] is True
    assert (await laptop.get("boots", unit.box.mac.replace(":", "-")))["status"]["server"] == unit.name
