"""What an agent image is made of, found on this machine or where the operator says: kernel, modules, busybox, ipmitool."""

import re
import shutil
import struct
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from boot.errors import AssetError

BOOT, MODULES, FIRMWARE = Path("/boot"), Path("/lib/modules"), Path("/lib/firmware")
APPLETS = frozenset(
    {
        *("awk", "blkdiscard", "blockdev", "cat", "cut", "date", "dd", "grep", "head", "hexdump", "insmod", "ip", "kill"),
        *("mkdir", "modprobe", "mount", "mv", "od", "poweroff", "reboot", "rm", "sed", "sh", "sleep", "sort", "sync", "tail"),
        *("timeout", "tr", "udhcpc", "uname", "wc", "wget"),
    }
)
"""What the agent's program calls."""

_HEADER_MAGIC = slice(0x202, 0x206)
_VERSION_POINTER = slice(0x20E, 0x210)
_SETUP_BASE = 0x200
"""Linux/x86 boot protocol (Documentation/arch/x86/boot.rst): "HdrS", and where the version string lies past 0x200."""
_ELF_PROGRAM_HEADERS = struct.Struct("<32xQ14xHH")
"""e_phoff, e_phentsize and e_phnum of a 64-bit header."""
_INTERPRETER = 3
"""PT_INTERP: a program that has it needs a dynamic linker."""
_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Kernel:
    """`version` is what it calls itself, which is the name of its modules directory."""

    path: Path
    version: str


@dataclass(frozen=True, slots=True)
class Sources:
    """`modules` is a modules directory; `ipmitool` is the program and its libraries, or empty."""

    kernel: Kernel
    busybox: Path
    modules: Path
    ipmitool: tuple[Path, ...]


def find_sources(kernel: Path | None, busybox: Path | None, modules: Path | None) -> Sources:
    """What is None is looked for on this machine; AssetError says what is missing and which package has it."""
    found = find_kernel(kernel)
    return Sources(found, find_busybox(busybox), find_modules(modules, found), find_ipmitool())


def find_kernel(wanted: Path | None) -> Kernel:
    """`wanted`, else the newest of /boot that has modules; one made for real hardware before a "cloud" one."""
    if wanted is not None:
        return read_kernel(wanted)
    kernels = [read_kernel(path) for path in BOOT.glob("vmlinuz-*")]
    usable = [kernel for kernel in kernels if (MODULES / kernel.version / "modules.dep").is_file()]
    if not usable:
        raise AssetError(
            f"no kernel with its modules in {BOOT} and {MODULES}: apt install linux-image-amd64, or name one with --kernel"
        )
    return max(usable, key=lambda kernel: ("cloud" not in kernel.version, version_order(kernel.version)))


def version_order(version: str) -> list[tuple[int, str]]:
    """Sorts 6.12 after 6.9."""
    return [(int(number), word) if number else (0, word) for number, word in re.findall(r"(\d+)|([^\d]+)", version)]


def read_kernel(path: Path) -> Kernel:
    """AssetError when it is not a Linux kernel for x86-64."""
    try:
        with path.open("rb") as file:
            head = file.read(0x10000)
    except OSError as error:
        raise AssetError(f"{path}: {error.strerror}: name a kernel with --kernel, or apt install linux-image-amd64") from error
    if head[_HEADER_MAGIC] != b"HdrS":
        raise AssetError(f"{path} is no Linux kernel for x86 (bzImage)")
    start = int.from_bytes(head[_VERSION_POINTER], "little") + _SETUP_BASE
    version = head[start : head.find(b"\0", start)].split(b" ")[0].decode(errors="replace")
    return Kernel(path, version)


def find_modules(wanted: Path | None, kernel: Kernel) -> Path:
    """`wanted`, else those of the kernel's version, beside it or on this machine."""
    if wanted is not None:
        return wanted
    directory = MODULES / kernel.version
    if not directory.is_dir():
        raise AssetError(f"{directory}: there is none, so {kernel.path} has no drivers: name its modules with --modules")
    return directory


def find_busybox(wanted: Path | None) -> Path:
    """A static busybox with every applet the agent calls."""
    found = wanted or next((Path(path) for name in ("busybox", "busybox.static") if (path := shutil.which(name))), None)
    if found is None:
        raise AssetError("no busybox on this machine: apt install busybox-static, or name one with --busybox")
    try:
        with found.open("rb") as file:
            data = file.read(0x10000)
    except OSError as error:
        raise AssetError(f"{found}: {error.strerror}: apt install busybox-static, or name one with --busybox") from error
    if not _is_static(data):
        raise AssetError(f"{found} is no static x86-64 program: apt install busybox-static, or name one with --busybox")
    lacking = APPLETS - set(_run([str(found), "--list"]).split())
    if lacking:
        raise AssetError(f"{found} lacks {', '.join(sorted(lacking))}: apt install busybox-static, or name one with --busybox")
    return found


def find_ipmitool() -> tuple[Path, ...]:
    """ipmitool and the libraries it is linked to; nothing where it is not installed."""
    found = shutil.which("ipmitool")
    if found is None:
        return ()
    libraries = re.findall(r"(?:=> )?(/\S+) \(0x", _run(["ldd", found]))
    return (Path(found), *map(Path, libraries))


def _is_static(data: bytes) -> bool:
    if data[:5] != b"\x7fELF\x02":
        return False
    start, size, count = _ELF_PROGRAM_HEADERS.unpack_from(data)
    kinds = (int.from_bytes(data[start + size * number :][:4], "little") for number in range(count))
    return _INTERPRETER not in kinds


def _run(command: Sequence[str]) -> str:
    # Fixed arguments on a program of this machine; its answer is only read.
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as error:
        raise AssetError(f"{command[0]} cannot be run here: {error}") from error
    return done.stdout
