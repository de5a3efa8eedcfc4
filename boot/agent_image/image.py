"""Builds the agent's kernel and initramfs: the same files from the same inputs, down to the bit."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from boot.agent_image.archive import (
    Entry,
    build_character_device,
    build_directory,
    build_file,
    build_link,
    compress,
    encode_archive,
)
from boot.agent_image.drivers import BMC, WANTED
from boot.agent_image.modules import Module, ModulesDirectory, Selection, find_firmware_names, installed_path
from boot.agent_image.sources import FIRMWARE, Kernel, Sources
from boot.assets.cache import INITRD, KERNEL
from boot.errors import AssetError

MANIFEST = "agent.json"
Tell = Callable[[str], None]
"""Takes a line of progress."""

_APPLET_LINKS = ("bin/sh", "sbin/modprobe", "sbin/insmod")
"""What the kernel and the scripts' first lines name by path; every other applet the shell finds by itself."""


@dataclass(frozen=True, slots=True)
class Image:
    """What was built: where, from which kernel, what was wanted and is not in it."""

    directory: Path
    kernel: Kernel
    sizes: dict[str, int]
    missing: tuple[str, ...]
    """Drivers this kernel does not have."""
    missing_firmware: tuple[str, ...]


def build_image(sources: Sources, output: Path, tell: Tell) -> Image:
    """Write vmlinuz, initramfs.xz and agent.json to `output`; AssetError says what is missing and which package has it.

    The initramfs is gzip inside: it is named as the official Sidero agent's, and the kernel goes by the content.
    """
    kernel = sources.kernel
    tell(f"kernel     {kernel.path} ({kernel.version})")
    tell(f"busybox    {sources.busybox}")
    directory = ModulesDirectory(sources.modules)
    selection = directory.select(name for names in WANTED.values() for name in names)
    contents = {module: directory.read(module) for module in selection.modules}
    tell(f"drivers    {len(contents)} modules of {directory.root}, {len(selection.builtin)} more are in the kernel")
    firmware, missing_firmware = _find_firmware(contents)
    entries = [
        *_program(sources.busybox),
        *_modules(directory, kernel.version, contents),
        *firmware,
        *_bmc_tool(sources.ipmitool, selection, tell),
    ]
    tell("initramfs  is packed ...")
    written = {KERNEL: _read(kernel.path), INITRD: compress(encode_archive(entries))}
    _write(output, written, _manifest(kernel, selection, written))
    sizes = {name: len(data) for name, data in written.items()}
    return Image(output, kernel, sizes, selection.missing, missing_firmware)


def _program(busybox: Path) -> Iterator[Entry]:
    for directory in ("dev", "proc", "sys", "run", "tmp", "etc", "root"):
        yield build_directory(directory)
    # The kernel opens it for /init before anything is mounted.
    yield build_character_device("dev/console", 5, 1)
    yield build_file("bin/busybox", _read(busybox), executable=True)
    for path in _APPLET_LINKS:
        yield build_link(path, "/bin/busybox")
    for script in files("boot.agent_image").joinpath("program").iterdir():
        data = script.read_bytes()
        if script.name == "init":
            yield build_file("init", data, executable=True)
        else:
            yield build_file(f"agent/{script.name}", data, executable=script.name == "lease.sh")
    yield build_file("agent/version", f"{version('sidero-tui')}\n".encode())


def _modules(directory: ModulesDirectory, release: str, contents: dict[Module, bytes]) -> Iterator[Entry]:
    root = f"lib/modules/{release}"
    for name, text in directory.tables(contents).items():
        yield build_file(f"{root}/{name}", text.encode())
    for module, data in contents.items():
        yield build_file(f"{root}/{installed_path(module)}", data)


def _find_firmware(contents: dict[Module, bytes]) -> tuple[list[Entry], tuple[str, ...]]:
    """The firmware files of this machine that the modules may ask for, and the modules that find none of theirs here."""
    entries, lacking = [], []
    for module, data in contents.items():
        names = find_firmware_names(data)
        found = [name for name in names if (FIRMWARE / name).is_file()]
        entries += [build_file(f"lib/firmware/{name}", _read(FIRMWARE / name)) for name in found]
        if names and not found:
            lacking.append(module.name)
    return entries, tuple(lacking)


def _bmc_tool(paths: Sequence[Path], selection: Selection, tell: Tell) -> Iterator[Entry]:
    if set(BMC) & set(selection.missing):
        tell("ipmitool   left out: this kernel has no IPMI driver, so the agent cannot set up a BMC user")
        return
    if not paths:
        tell("ipmitool   not on this machine (apt install ipmitool): the agent cannot set up a BMC user")
        return
    tell(f"ipmitool   {paths[0]}")
    for path in paths:
        yield build_file(str(path).lstrip("/"), _read(path), executable=True)


def _manifest(kernel: Kernel, selection: Selection, written: dict[str, bytes]) -> bytes:
    content = {
        "version": version("sidero-tui"),
        "kernel": kernel.version,
        "modules": [module.name for module in selection.modules],
        "builtin": list(selection.builtin),
        "missing": list(selection.missing),
        "sha256": {name: hashlib.sha256(data).hexdigest() for name, data in written.items()},
    }
    return json.dumps(content, indent=2).encode() + b"\n"


def _write(output: Path, written: dict[str, bytes], manifest: bytes) -> None:
    """A machine that fetches meanwhile gets the old file or the new one, whole."""
    try:
        output.mkdir(parents=True, exist_ok=True)
        for name, data in (*written.items(), (MANIFEST, manifest)):
            temporary = output / f".{name}.new"
            temporary.write_bytes(data)
            temporary.replace(output / name)
    except OSError as error:
        raise AssetError(f"{output}: cannot be written: {error.strerror}: choose another with --output") from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise AssetError(f"{path}: {error.strerror}") from error
