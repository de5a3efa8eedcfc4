"""A kernel and a modules directory as small as they can be, for tests that build an image without booting it."""

import gzip
import lzma
from pathlib import Path

VERSION = "6.1.0-9-amd64"


def kernel_bytes(version: str = VERSION) -> bytes:
    """A bzImage's setup header, with nothing behind it (Linux/x86 boot protocol)."""
    header = bytearray(0x400)
    header[0x202:0x206] = b"HdrS"
    header[0x20E:0x210] = (0x300 - 0x200).to_bytes(2, "little")
    text = f"{version} (builder@host) #1 SMP".encode()
    header[0x300 : 0x300 + len(text)] = text
    return bytes(header)


def write_kernel(directory: Path, version: str = VERSION) -> Path:
    path = directory / f"vmlinuz-{version}"
    path.write_bytes(kernel_bytes(version))
    return path


MODULE = b"\x7fELF module\0license=GPL\0firmware=acme/nic.fw\0"


def write_modules(root: Path) -> Path:
    """e1000e needs mdio; igb is compressed twice over; nvme is in the kernel; ahci has a soft dependency."""
    files = {
        "kernel/net/e1000e.ko": MODULE,
        "kernel/net/mdio.ko": b"mdio",
        "kernel/net/igb.ko.xz": lzma.compress(b"igb"),
        "kernel/net/igc.ko.gz": gzip.compress(b"igc"),
        "kernel/ata/ahci.ko": b"ahci",
        "kernel/lib/crc-t10dif.ko": b"crc",
        "kernel/sound/snd.ko": b"snd",
    }
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    needs = {"kernel/net/e1000e.ko": "kernel/net/mdio.ko", "kernel/net/igb.ko.xz": "kernel/net/mdio.ko"}
    (root / "modules.dep").write_text("".join(f"{path}: {needs.get(path, '')}".rstrip() + "\n" for path in files))
    (root / "modules.builtin").write_text("kernel/drivers/nvme/host/nvme.ko\n")
    (root / "modules.softdep").write_text("# comment\nsoftdep ahci pre: crc-t10dif gone post: snd\n")
    (root / "modules.alias").write_text(
        "# comment\nalias pci:v00008086d000010D3* e1000e\nalias pci:v00008086d00001234* snd\nalias crc-x crc_t10dif\n"
    )
    return root
