"""The iPXE files of this machine: found by the names firmware asks for, whatever else lies in the directories."""

from collections.abc import Sequence
from pathlib import Path

from boot.errors import AssetError
from boot.firmware import ALIASES, BOOT_FILE_NAMES, Architecture


class Binaries:
    """Looks into `directories`, first one wins. A package installed while we run is found without a restart."""

    def __init__(self, directories: Sequence[Path]) -> None:
        self._directories = tuple(directories)

    def find(self, name: str) -> Path | None:
        """The file for a boot file name in any case, or what stands in for it; None for every other name."""
        wanted = name.casefold()
        if wanted not in BOOT_FILE_NAMES:
            return None
        candidates = (self._locate(candidate) for candidate in (wanted, *ALIASES.get(wanted, ())))
        return next((path for path in candidates if path is not None), None)

    def has(self, name: str) -> bool:
        """Whether this very build is there, without a stand-in."""
        return self._locate(name) is not None

    def choose(self, architecture: Architecture) -> str:
        """The name to offer to firmware of this kind; AssetError says what is missing and how to get it."""
        names = architecture.boot_files
        if not names:
            raise AssetError(f"{architecture.title} cannot be booted: there is no iPXE build for it")
        for name in names:
            if self._locate(name) is not None:
                return name
        for name in names:
            if self.find(name) is not None:
                return name
        raise AssetError(
            f"no iPXE file for {architecture.title} ({' or '.join(names)}) in {self._describe_directories()}: "
            "apt install ipxe, or name a directory with --ipxe-dir"
        )

    def _locate(self, name: str) -> Path | None:
        paths = (directory / name for directory in self._directories)
        return next((path for path in paths if path.is_file()), None)

    def _describe_directories(self) -> str:
        return ", ".join(map(str, self._directories)) or "no directory at all"
