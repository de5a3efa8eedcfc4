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
        Architecture(19, "UEFI ARM64 HTTP", Firmware.UEFI, "arm64", _ARM64_EFI, http=True),
        Architecture(22, "U-Boot ARM64", Firmware.OTHER, "arm64", _ARM64_EFI),
        Architecture(24, "U-Boot ARM64 HTTP", Firmware.OTHER, "arm64", _ARM64_EFI, http=True),
        Architecture(27, "UEFI RISC-V 64", Firmware.UEFI, "riscv64", ("ipxe-riscv64.efi",)),
        Architecture(28, "UEFI RISC-V 64 HTTP", Firmware.UEFI, "riscv64", ("ipxe-riscv64.efi",), http=True),
        Architecture(39, "UEFI LoongArch64", Firmware.UEFI, "loong64", ("ipxe-loong64.efi",)),
        Architecture(40, "UEFI LoongArch64 HTTP", Firmware.UEFI, "loong64", ("ipxe-loong64.efi",), http=True),
    )
}

BOOT_FILE_NAMES: frozenset[str] = frozenset(name for row in ARCHITECTURES.values() for name in row.boot_files) | {
    "undionly.kkpxe",
    "ipxe.pxe",
    "snponly.efi",
    "snp.efi",
}
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


def find_architecture(code: int) -> Architecture:
    """The row for an option 93 code; unknown codes get a row that says so and boots nothing."""
    return ARCHITECTURES.get(code) or Architecture(code, f"unknown architecture {code}", Firmware.OTHER, "", ())
