"""The state directory: one stack at a time, files that only the owner reads, replaced whole or not at all."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from boot.errors import ConfigError


class StateDirInUse(ConfigError):
    """Another stack is in it."""


@contextmanager
def hold_state_dir(path: Path) -> Iterator[None]:
    """Create `path` (mode 0700) and keep every other stack out of it until the end; StateDirInUse when one is in."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise ConfigError(f"state directory {path}: {error.strerror}: choose another with --state-dir") from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(lock, 32, 0).decode(errors="replace").strip() or "unknown"
            raise StateDirInUse(
                f"state directory {path} is in use by process {holder}: "
                "use `sidero-tui attach` for a second console, or another --state-dir"
            ) from None
        with suppress(OSError):  # a full disk: the lock holds without the number, which is only told to people
            os.ftruncate(lock, 0)
            os.pwrite(lock, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(lock)


def write_private(path: Path, content: str | bytes) -> None:
    """Replace `path` atomically with mode 0600, on disk when this returns. One that is so already needs no room on the disk."""
    data = content.encode() if isinstance(content, str) else content
    if path.exists() and path.stat().st_mode & 0o777 == 0o600 and path.read_bytes() == data:
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """So that a name made in it survives power loss."""
    directory = os.open(path, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
