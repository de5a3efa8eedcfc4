"""Are the iPXE files there, for every architecture a rack may hold?"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from boot.config import StackConfig
from boot.firmware import ALIASES, find_architecture
from boot.preflight.result import CheckResult, Verdict

_OTHERWISE = "or name a directory that has one with --ipxe-dir"
_WANTED = (
    (0, Verdict.FAIL, f"apt install ipxe, {_OTHERWISE}"),
    (7, Verdict.FAIL, f"apt install ipxe, {_OTHERWISE}"),
    (11, Verdict.WARN, f"only for arm64 servers: Debian 13's package ipxe has it; install that, {_OTHERWISE}"),
)
"""Option 93 codes, what it is when their file is missing, and where to get it."""


def check_ipxe(config: StackConfig) -> Iterator[CheckResult]:
    for code, verdict, mend in _WANTED:
        architecture = find_architecture(code)
        found = _find(config.ipxe_dirs, architecture.boot_files)
        name = f"iPXE {architecture.title}"
        if found is not None:
            yield CheckResult(name, Verdict.OK, f"{found} ({found.stat().st_size} bytes)")
        else:
            directories = ", ".join(map(str, config.ipxe_dirs)) or "no directory at all"
            yield CheckResult(name, verdict, f"none of {', '.join(architecture.boot_files)} in {directories}", mend)


def _find(directories: Sequence[Path], names: Sequence[str]) -> Path | None:
    every = [*names, *(alias for name in names for alias in ALIASES.get(name, ()))]
    paths = (directory / name for name in every for directory in directories)
    return next((path for path in paths if path.is_file()), None)
