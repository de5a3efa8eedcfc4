"""Client architectures (IANA "Processor Architecture Types", RFC 4578 option 93) and the file each one boots, once."""

from dataclasses import dataclass
from enum import StrEnum


class Firmware(StrEnum):
    """What runs before an operating system."""

    BIOS = "bios"
    UEFI = "uefi"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Architecture:
    """One row of the table. `boot_files` are names in order of preference, first found wins; empty = cannot be booted.

    `http` marks firmware that fetches an http URL itself (UEFI HTTP boot) instead of a TFTP name.
    """

    code: int
    title: str
    firmware: Firmware
    cpu: str
    boot_files: tuple[str, ...]
    http: bool = False


_X64_EFI = ("ipxe.efi", "snponly.efi", "snp.efi")
_ARM64_EFI = ("ipxe-arm64.efi", "snp-arm64.efi", "snponly-arm64.efi")

ARCHITECTURES: dict[int, Architecture] = {
    row.code: row
    for row in (
        Architecture(0, "x86 BIOS", Firmware.BIOS, "x86_64", ("undionly.kpxe",)),
        Architecture(6, "UEFI IA32", Firmware.UEFI, "i386", ("ipxe-ia32.efi",)),
        Architecture(7, "UEFI x86-64", Firmware.UEFI, "x86_64", _X64_EFI),
        # IANA says EBC, RFC 4578's text says x86-64, and real x86-64 firmware sends it.
        Architecture(9, "UEFI x86-64 (EBC)", Firmware.UEFI, "x86_64", _X64_EFI),
        Architecture(10, "UEFI ARM32", Firmware.UEFI, "arm", ("ipxe-arm32.efi",)),
        Architecture(11, "UEFI ARM64", Firmware.UEFI, "arm64", _ARM64_EFI),
        Architecture(15, "UEFI IA32 HTTP", Firmware.UEFI, "i386", ("ipxe-ia32.efi",), http=True),
        Architecture(16, "UEFI x86-64 HTTP", Firmware.UEFI, "x86_64", _X64_EFI, http=True),
        Architecture(17, "UEFI x86-64 HTTP (EBC)", Firmware.UEFI, "x86_64", _X64_EFI, http=True),
        Architecture(18, "UEFI ARM32 HTTP", Firmware.UEFI, "arm", ("ipxe-arm32.efi",), http=True),
        Architecture(19, "UEFI ARM64 HTTP", Firmware.UEFI, "arm64", _ARM64_EFI, http=True),
        Architecture(20, "x86 BIOS HTTP", Firmware.BIOS, "x86_64", ("undionly.kpxe",), http=True),
        Architecture(21, "U-Boot ARM32", Firmware.OTHER, "arm", ("ipxe-arm32.efi",)),
        Architecture(22, "U-Boot ARM64", Firmware.OTHER, "arm64", _ARM64_EFI),
        Architecture(23, "U-Boot ARM32 HTTP", Firmware.OTHER, "arm", ("ipxe-arm32.efi",), http=True),
        Architecture(24, "U-Boot ARM64 HTTP", Firmware.OTHER, "arm64", _ARM64_EFI, http=True),
        Architecture(27, "UEFI RISC-V 64", Firmware.UEFI, "riscv64", ("ipxe-riscv64.efi",)),
        Architecture(28, "UEFI RISC-V 64 HTTP", Firmware.UEFI, "riscv64", ("ipxe-riscv64.efi",), http=True),
        Architecture(39, "UEFI LoongArch64", Firmware.UEFI, "loong64", ("ipxe-loong64.efi",)),
        Architecture(40, "UEFI LoongArch64 HTTP", Firmware.UEFI, "loong64", ("ipxe-loong64.efi",), http=True),
        # Its ROM says 0 and is known by its card; what it loads then says 11 (UEFI) or 22 (U-Boot).
        Architecture(41, "Raspberry Pi boot ROM", Firmware.OTHER, "arm64", ("start4.elf", "bootcode.bin")),
    )
}
RASPBERRY_PI = 41
_RASPBERRY_PI_FILES = frozenset(
    {"config.txt", "fixup.dat", "fixup4.dat", "kernel8.img", "rpi_efi.fd", "start.elf", "start4.elf", "u-boot.bin"}
)
"""What the ROM asks for after its first file, where --ipxe-dir has a UEFI or U-Boot image for it."""

_WITHOUT_IPXE: dict[int, str] = {
    1: "NEC PC-98",
    2: "UEFI Itanium",
    3: "DEC Alpha",
    4: "Arc x86",
    5: "Intel Lean Client",
    8: "UEFI Xscale",
    12: "PowerPC Open Firmware",
    13: "PowerPC ePAPR",
    14: "POWER OPAL",
    25: "UEFI RISC-V 32",
    26: "UEFI RISC-V 32 HTTP",
    29: "UEFI RISC-V 128",
    30: "UEFI RISC-V 128 HTTP",
    31: "s390",
    32: "s390 extended",
    33: "UEFI MIPS 32",
    34: "UEFI MIPS 64",
    35: "UEFI Sunway 32",
    36: "UEFI Sunway 64",
    37: "UEFI LoongArch32",
    38: "UEFI LoongArch32 HTTP",
}
"""What IANA names and nobody builds iPXE for."""

BOOT_FILE_NAMES: frozenset[str] = (
    frozenset(name for row in ARCHITECTURES.values() for name in row.boot_files)
    | _RASPBERRY_PI_FILES
    | {
        "undionly.kkpxe",
        "ipxe.pxe",
        "snponly.efi",
        "snp.efi",
    }
)
"""Every name we may serve by TFTP and under /tftp/, whatever else lies in the directory."""

ALIASES: dict[str, tuple[str, ...]] = {
    # Today's Sidero names on the left, what distributions call the same build on the right.
    "snp.efi": ("snponly.efi", "ipxe.efi"),
    "snponly.efi": ("snp.efi", "ipxe.efi"),
    "snp-arm64.efi": ("ipxe-arm64.efi", "snponly-arm64.efi"),
    "snponly-arm64.efi": ("ipxe-arm64.efi", "snp-arm64.efi"),
    "ipxe-arm64.efi": ("snp-arm64.efi", "snponly-arm64.efi"),
    "ipxe.efi": ("ipxe-amd64.efi", "snponly.efi", "snp.efi"),
}
"""Names that stand in for a missing one."""


class FileRole(StrEnum):
    """What a file is for, on its way from us to a machine."""

    BOOT_FILE = "boot file"
    KERNEL = "kernel"
    INITRD = "initrd"


def role_of_file(name: str) -> FileRole:
    """By its name: the kernel and initramfs of an Environment or the agent, else what firmware loads first."""
    if "vmlinuz" in name:
        return FileRole.KERNEL
    return FileRole.INITRD if "initramfs" in name else FileRole.BOOT_FILE


def cpus_of_boot_file(name: str) -> frozenset[tuple[Firmware, str]]:
    """The firmware and CPUs that can start this file; empty when we do not know the name."""
    names = {name, *(wanted for wanted, others in ALIASES.items() if name in others)}
    return frozenset((row.firmware, row.cpu) for row in ARCHITECTURES.values() if names & set(row.boot_files))


def find_architecture(code: int) -> Architecture:
    """The row for an option 93 code; unknown codes get a row that says so and boots nothing."""
    title = _WITHOUT_IPXE.get(code, f"unknown architecture {code}")
    return ARCHITECTURES.get(code) or Architecture(code, title, Firmware.OTHER, "", ())
