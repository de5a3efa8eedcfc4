"""A server under QEMU with real firmware: SeaBIOS with the iPXE ROM, or OVMF booting by PXE or HTTP."""

import asyncio
import hashlib
import random
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from tests.e2e.rack import Rack

OVMF_CODE = Path("/usr/share/OVMF/OVMF_CODE_4M.fd")
OVMF_VARS = Path("/usr/share/OVMF/OVMF_VARS_4M.fd")
DISK_BYTES = 4 << 20


class Firmware(Enum):
    BIOS = "SeaBIOS with the iPXE ROM"
    UEFI = "OVMF with its own PXE"
    UEFI_HTTP = "OVMF with PXE switched off, so that it boots by HTTP"


@dataclass(frozen=True)
class Box:
    """What is bolted into the rack. `uuid` "" leaves the board's SMBIOS UUID blank, as many are."""

    name: str
    mac: str
    firmware: Firmware
    uuid: str
    serial: str
    manufacturer: str = "ACME Inc"
    cpu_manufacturer: str = "Intel(R) Corporation"
    cpu_version: str = "Intel(R) Atom(TM) CPU C3558 @ 2.20GHz"
    cpu_speed: int = 2200
    cores: int = 4
    nic: str = "virtio-net-pci"
    """QEMU's name of the network card."""


@dataclass(frozen=True)
class Drive:
    """A disk in a box: its image, and the serial number it tells ("" for none)."""

    image: Path
    serial: str = ""

    @property
    def checksum(self) -> str:
        with self.image.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class Guest:
    """A box that is on: its process, its serial console, its disks."""

    box: Box
    console: Path
    drives: Sequence[Drive]
    untouched: Sequence[str]
    """Checksums of the disks before power-on."""
    program: asyncio.subprocess.Process

    @property
    def screen(self) -> str:
        """All that the serial console has shown."""
        return self.console.read_text(errors="replace")

    @property
    def checksums(self) -> Sequence[str]:
        return [drive.checksum for drive in self.drives]

    async def until_off(self, within: float) -> None:
        """Return once it has switched itself off; TimeoutError after `within` seconds."""
        async with asyncio.timeout(within):
            assert await self.program.wait() == 0


@asynccontextmanager
async def power_on(rack: Rack, box: Box, drives: Sequence[Drive] = ()) -> AsyncIterator[Guest]:
    """The box on a port of the rack's switch, for the length of the block; without `drives` it has one full of noise."""
    console = rack.directory / f"{box.name}.console"
    drives = drives or (_noise(rack, box),)
    untouched = [drive.checksum for drive in drives]
    command = (
        "qemu-system-x86_64",
        "-name",
        box.name,
        "-accel",
        "tcg",
        "-m",
        "384",
        "-nodefaults",
        "-display",
        "none",
        # Without graphics SeaBIOS and OVMF both talk to the serial port.
        "-machine",
        "q35,graphics=off",
        "-vga",
        "none",
        "-serial",
        f"file:{console}",
        "-monitor",
        "none",
        "-smp",
        f"{box.cores},sockets=1,cores={box.cores}",
        *_smbios(box),
        *_firmware(rack, box),
        "-netdev",
        f"tap,id=rack,ifname={await rack.plug_in()},script=no,downscript=no",
        "-device",
        _nic(box),
        "-device",
        "virtio-rng-pci",
        *(argument for number, drive in enumerate(drives) for argument in _drive(number, drive)),
    )
    async with rack.run(command, output=asyncio.subprocess.DEVNULL) as program:
        yield Guest(box, console, drives, untouched, program)


def _noise(rack: Rack, box: Box) -> Drive:
    image = rack.directory / f"{box.name}.disk"
    image.write_bytes(random.Random(box.mac).randbytes(DISK_BYTES))
    return Drive(image)


def _drive(number: int, drive: Drive) -> Sequence[str]:
    device = f"virtio-blk-pci,drive=disk{number},bootindex={number + 2}"
    serial = f",serial={drive.serial}" if drive.serial else ""
    return ("-drive", f"file={drive.image},format=raw,if=none,id=disk{number}", "-device", device + serial)


def _nic(box: Box) -> str:
    # OVMF drives the card itself when it has no ROM: then it is EDK2's own PXE that boots, not iPXE's.
    rom = "" if box.firmware is Firmware.BIOS else ",romfile="
    return f"{box.nic},netdev=rack,mac={box.mac},bootindex=1{rom}"


def _firmware(rack: Rack, box: Box) -> Sequence[str]:
    if box.firmware is Firmware.BIOS:
        return ()
    variables = rack.directory / f"{box.name}.vars"
    shutil.copyfile(OVMF_VARS, variables)
    pxe = "n" if box.firmware is Firmware.UEFI_HTTP else "y"
    return (
        "-drive",
        f"if=pflash,format=raw,readonly=on,file={OVMF_CODE}",
        "-drive",
        f"if=pflash,format=raw,file={variables}",
        "-fw_cfg",
        f"name=opt/org.tianocore/IPv4PXESupport,string={pxe}",
        "-fw_cfg",
        "name=opt/org.tianocore/IPv6PXESupport,string=n",
    )


def _smbios(box: Box) -> Sequence[str]:
    system = f"type=1,manufacturer={box.manufacturer},product=Rack Box,serial={box.serial}"
    uuid = f",uuid={box.uuid}" if box.uuid else ""
    processor = f"type=4,manufacturer={box.cpu_manufacturer},version={box.cpu_version},max-speed={box.cpu_speed}"
    return ("-smbios", system + uuid, "-smbios", processor)
