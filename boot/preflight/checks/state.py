"""Can the state directory be written, and is there room for a kernel and an initramfs?"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from boot.config import StackConfig
from boot.preflight.result import CheckResult, Verdict

_ROOM = 512 * 1024 * 1024
"""Bytes: two Talos releases and the plane's database."""


def check_state(config: StackConfig) -> Iterator[CheckResult]:
    directory = config.state_dir
    existing = next(path for path in (directory, *directory.absolute().parents) if path.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK):
        yield CheckResult("state", Verdict.FAIL, f"{existing} cannot be written", "choose another with --state-dir")
        return
    yield CheckResult("state", Verdict.OK, f"{directory} can be written")
    yield _check_room(existing)


def _check_room(directory: Path) -> CheckResult:
    free = shutil.disk_usage(directory).free
    told = f"{free // 2**20} MiB are free"
    if free < _ROOM:
        return CheckResult("disk", Verdict.WARN, told, "make room, or choose another --state-dir: a Talos release takes 200 MiB")
    return CheckResult("disk", Verdict.OK, told)
