"""A kernel's modules directory: what is in it, what needs what, and the files for a wish list. Reads depmod's tables."""

import gzip
import lzma
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from boot.agent_image.drivers import canonical
from boot.errors import AssetError

_FIRMWARE = re.compile(rb"(?:^|\0)firmware=([!-~]+)\0")
"""A line of the module's .modinfo section (Linux include/linux/module.h, MODULE_FIRMWARE)."""
_ZSTD_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Module:
    """`path` is relative to the modules directory; `needs` are those to load before it."""

    name: str
    path: str
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """`modules` hold every dependency, sorted by name; `builtin` and `missing` are wishes the kernel has or lacks."""

    modules: tuple[Module, ...]
    builtin: tuple[str, ...]
    missing: tuple[str, ...]


class ModulesDirectory:
    """`/lib/modules/VERSION`; AssetError where depmod's tables are not in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        try:
            self._modules = {module.name: module for module in _parse_dependencies((root / "modules.dep").read_text())}
            self._builtin = frozenset(_names((root / "modules.builtin").read_text().split()))
        except OSError as error:
            raise AssetError(
                f"{error.filename}: {error.strerror}: {root} is no modules directory; "
                "name the kernel's own with --modules, or apt install linux-image-amd64"
            ) from error
        self._soft = dict(_parse_soft_dependencies(self._read_optional("modules.softdep")))

    def select(self, wanted: Iterable[str]) -> Selection:
        """Those of `wanted` that are there, with all they need."""
        chosen: dict[str, Module] = {}
        builtin, missing = [], []
        for name in map(canonical, wanted):
            if name in self._modules:
                self._choose(name, chosen)
            elif name in self._builtin:
                builtin.append(name)
            else:
                missing.append(name)
        return Selection(tuple(chosen[name] for name in sorted(chosen)), tuple(builtin), tuple(missing))

    def read(self, module: Module) -> bytes:
        """The module as the kernel loads it: not compressed."""
        path = self.root / module.path
        try:
            data = path.read_bytes()
        except OSError as error:
            raise AssetError(f"{path}: {error.strerror}: reinstall the kernel's package") from error
        match path.suffix:
            case ".xz":
                return lzma.decompress(data)
            case ".gz":
                return gzip.decompress(data)
            case ".zst":
                return _decompress_zstd(path)
        return data

    def tables(self, modules: Iterable[Module]) -> dict[str, str]:
        """modules.dep and modules.alias of just these, for modprobe: file name -> content."""
        kept = {module.name: module for module in modules}
        dependencies = "".join(
            f"{_plain_path(module)}: {' '.join(_plain_path(kept[need]) for need in module.needs)}".rstrip() + "\n"
            for module in kept.values()
        )
        lines = self._read_optional("modules.alias").splitlines()
        aliases = [line for line in lines if line.startswith("alias ") and canonical(line.split()[-1]) in kept]
        return {"modules.dep": dependencies, "modules.alias": "".join(f"{line}\n" for line in aliases)}

    def _choose(self, name: str, chosen: dict[str, Module]) -> None:
        module = self._modules[name]
        if name in chosen:
            return
        chosen[name] = module
        for need in (*module.needs, *(need for need in self._soft.get(name, ()) if need in self._modules)):
            self._choose(need, chosen)

    def _read_optional(self, name: str) -> str:
        path = self.root / name
        return path.read_text() if path.is_file() else ""


def installed_path(module: Module) -> str:
    """Where it lies below the modules directory of the image."""
    return _plain_path(module)


def find_firmware_names(module: bytes) -> list[str]:
    """The firmware files a module may ask for."""
    return [match.decode() for match in _FIRMWARE.findall(module)]


def _parse_dependencies(text: str) -> Iterator[Module]:
    for line in text.splitlines():
        path, _, needs = line.partition(":")
        yield Module(_name(path), path, tuple(_names(needs.split())))


def _parse_soft_dependencies(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for line in text.splitlines():
        words = line.split()
        if words[:1] == ["softdep"]:
            yield canonical(words[1]), tuple(canonical(word) for word in words[2:] if not word.endswith(":"))


def _names(paths: Iterable[str]) -> list[str]:
    return [_name(path) for path in paths]


def _name(path: str) -> str:
    file = PurePosixPath(path).name
    return canonical(file.partition(".ko")[0])


def _plain_path(module: Module) -> str:
    return module.path.partition(".ko")[0] + ".ko"


def _decompress_zstd(path: Path) -> bytes:
    program = shutil.which("zstd")
    if program is None:
        raise AssetError(f"{path}: to unpack it zstd is wanted: apt install zstd")
    # The program found in the path, on a file of the kernel's package.
    done = subprocess.run([program, "-dcq", str(path)], capture_output=True, timeout=_ZSTD_SECONDS, check=False)  # noqa: S603
    if done.returncode:
        raise AssetError(f"{path}: zstd cannot unpack it: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout
