"""Are the iPXE files there, for every architecture a rack may hold?"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from boot.config import StackConfig
from boot.firmware import ALIASES, find_architecture
from boot.preflight.result import CheckResult, Verdict

_WANTED = ((0, Verdict.FAIL), (7, Verdict.FAIL), (11, Verdict.WARN))
"""Option 93 codes, and what it is when their file is missing: arm64 servers are few, and old packages have no file."""


def check_ipxe(config: StackConfig) -> Iterator[CheckResult]:
    for code, verdict in _WANTED:
        architecture = find_architecture(code)
        found = _find(config.ipxe_dirs, architecture.boot_files)
        name = f"iPXE {architecture.title}"
        if found is not None:
            yield CheckResult(name, Verdict.OK, f"{found} ({found.stat().st_size} bytes)")
        else:
            directories = ", ".join(map(str, config.ipxe_dirs))
            yield CheckResult(
                name,
                verdict,
                f"none of {', '.join(architecture.boot_files)} in {directories}",
                "apt install ipxe, or name a directory that has one with --ipxe-dir",
            )


def _find(directories: Sequence[Path], names: Sequence[str]) -> Path | None:
    every = [*names, *(alias for name in names for alias in ALIASES.get(name, ()))]
    paths = (directory / name for name in every for directory in directories)
    return next((path for path in paths if path.is_file()), None)
