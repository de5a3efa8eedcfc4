"""Opening a plane's database: whole, only to be read, or not at all, each with what the operator can do."""

import shutil
import sqlite3
import tempfile
from pathlib import Path

from boot.errors import ConfigError
from boot.store.database import DISK_CODES, open_writable, primary_code
from boot.store.disk import Disk
from boot.store.layout import Loaded


class Damaged(ConfigError):
    """So that it cannot even be read any more."""


def open_disk(path: Path) -> tuple[Disk, Loaded]:
    """Open or create; a Disk with `damage`, or one that refuses every write, where it can only be read.

    ConfigError (Damaged) names the file and what to do when it cannot be read either.
    """
    try:
        connection, loaded, damage = open_writable(path)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}: choose another --state-dir") from error
    except OSError as error:
        return _open_copy(path, error)
    except sqlite3.Error as error:
        code = primary_code(error)
        if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise ConfigError(f"{path} is in use by another program: end it, or choose another --state-dir") from error
        if code in DISK_CODES:
            return _open_copy(path, error)
        raise Damaged(
            f"{path} is damaged or not a plane's database ({error}): put the last backup in its place with "
            "`sidero-tui restore FILE`, or move it away to start empty"
        ) from error
    return Disk(path, connection, loaded.revision, _describe(path, damage)), loaded


def _describe(path: Path, damage: str) -> str:
    if not damage:
        return ""
    return (
        f"{path} is damaged ({damage}): it can be read and nothing is written to it any more: "
        "make a backup of what is left with `sidero-tui backup FILE`, then `sidero-tui restore FILE`"
    )


def _open_copy(path: Path, cause: Exception) -> tuple[Disk, Loaded]:
    """On a disk that takes nothing the log cannot even be opened: a copy elsewhere shows what the file and it hold together."""
    if not path.exists():
        raise ConfigError(f"{path}: cannot be created: {cause}: free some space, or choose another --state-dir") from cause
    try:
        with tempfile.TemporaryDirectory(prefix="sidero-tui-") as directory:
            copy = Path(directory) / path.name
            for suffix in ("", "-wal"):
                original = path.with_name(path.name + suffix)
                if original.exists():
                    shutil.copyfile(original, copy.with_name(copy.name + suffix))
            connection, loaded, damage = open_writable(copy)
            connection.close()
    except (OSError, sqlite3.Error) as error:
        raise ConfigError(f"{path}: cannot be opened: {cause} (nor as a copy: {error}): check the disk") from cause
    return Disk(path, None, loaded.revision, _describe(path, damage)), loaded
