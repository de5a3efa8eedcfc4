"""One SQLite file of a plane: connect to it, check it, build it anew.

WAL with synchronous=FULL syncs the log at every commit, so that an acknowledged write survives power loss. The lock is
exclusive: no other process may write, and the log's index lives in memory and needs no file, so that a plane on a full disk
can still be read.
"""

import errno
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from boot.state_dir import sync_directory
from boot.store.layout import PLANE_ID, Loaded, check_origin, create_tables, load_rows, put_rows, upgrade_tables
from boot.store.records import Stored

LOG_PAGES = 8000
"""Pages (4 KiB) of the log at which a commit carries it over to the database. An idle moment does it before, mostly: under
load one commit in some hundreds pays for it, so that the 99th percentile does not."""
LOG_KEPT = 32 * 1024 * 1024
"""Bytes the log is cut to when one transaction (a restore) made it larger."""
DISK_CODES = frozenset(
    {sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN}
)
"""Primary result codes that speak of the disk, not of what is on it."""
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "temp_store=MEMORY",
    f"wal_autocheckpoint={LOG_PAGES}",
    f"journal_size_limit={LOG_KEPT}",
)


def open_writable(path: Path) -> tuple[sqlite3.Connection, Loaded, str]:
    """Open or create: the connection, what the file holds, and one sentence on its damage, or "".

    sqlite3.Error and OSError where it cannot be opened for writing or not every row can be read.
    """
    if not path.exists():
        # Whole or not at all: an empty file is one that lost its content, never one that was about to be made.
        build_database(path, (), 1).replace(path)
        sync_directory(path.parent)
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)  # SQLite gives the log the same mode
    connection = connect(path)
    try:
        loaded = prepare(connection)
        found = _check(connection)
    except BaseException:
        connection.close()
        raise
    if loaded.unreadable:
        found = f"{len(loaded.unreadable)} objects are not what was written and are left out: {', '.join(loaded.unreadable[:3])}"
    return connection, loaded, " ".join(found.split())


def build_database(path: Path, objects: Sequence[Stored], revision: int) -> Path:
    """A complete database beside `path`, on disk."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    _create_private(fresh)
    with closing(sqlite3.connect(fresh, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=FULL")
        with transaction(connection):
            create_tables(connection, PLANE_ID)
            put_rows(connection, iter(objects))
            set_revision(connection, revision)
    return fresh


def connect(path: Path) -> sqlite3.Connection:
    """To a file that is there. sqlite3.Error, OSError; ConfigError when it is not a plane's."""
    if not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0)
    try:
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        check_origin(connection)  # before anything of it is changed
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


def prepare(connection: sqlite3.Connection) -> Loaded:
    """Bring it to this release's layout and read it; sqlite3.Error where it is damaged."""
    ((layout,),) = connection.execute("PRAGMA user_version")
    ((tables,),) = connection.execute("SELECT count(*) FROM sqlite_master WHERE name IN ('objects', 'counter')")
    if tables != 2:
        raise sqlite3.DatabaseError("it has no tables of a plane")
    if layout == 0:
        with transaction(connection):
            upgrade_tables(connection)
    return load_rows(connection)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing, on disk at the end."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite itself rolls back where the disk is full
            connection.execute("ROLLBACK")
        raise


def set_revision(connection: sqlite3.Connection, revision: int) -> None:
    """Needed where no object carries the newest one: after deletions."""
    connection.execute("UPDATE counter SET revision=?", (revision,))


def primary_code(error: sqlite3.Error) -> int:
    """sqlite.org/rescode.html; 0 for an error that has none."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _check(connection: sqlite3.Connection) -> str:
    """What SQLite finds wrong with the file's structure, or ""."""
    try:
        ((verdict,), *_) = connection.execute("PRAGMA integrity_check(1)")
    except sqlite3.DatabaseError as error:
        if primary_code(error) in DISK_CODES:
            raise
        return str(error)
    return "" if verdict == "ok" else str(verdict)


def _create_private(path: Path) -> None:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
