"""The database file: transactions that are on disk when they return, and what becomes of it when the disk has trouble.

Used by one thread at a time. WAL with synchronous=FULL syncs the log at every commit, so that an acknowledged write
survives power loss. The lock is exclusive: no other process may write, the log's index lives in memory and needs no file,
so that a plane on a full disk can still be read.
"""

import errno
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from boot.errors import ConfigError, SideroError
from boot.store.layout import PLANE_ID, ROWS_AT_ONCE, Loaded, check_origin, create_tables, load_rows, put_rows, upgrade_tables
from boot.store.records import Key, Stored, Write

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
_MENDING = "free some space or check the disk; reads go on"


class DiskTrouble(SideroError):
    """The disk refuses a write; nothing of it was done."""


class Disk:
    """Opened with `open_disk`. `damage` is one sentence where nothing may be written to this file any more, else ""."""

    def __init__(self, path: Path, connection: sqlite3.Connection | None, revision: int, damage: str = "") -> None:
        self.path = path
        self.damage = damage
        self._connection = connection
        self._revision = revision
        self._log_begun = False

    @property
    def log_begun(self) -> bool:
        """Whether there is something for `checkpoint` to do."""
        return self._log_begun

    def commit(self, batch: Sequence[Write]) -> float:
        """All of it or, with DiskTrouble, nothing. Returns the seconds it took; of two writes to a key the later counts."""
        latest = {write.key: write for write in batch}
        stored = (Stored(key, write.data, write.revision) for key, write in latest.items() if write.data is not None)
        gone = [key for key, write in latest.items() if write.data is None]
        began = time.perf_counter()
        with self._writing() as connection:
            if not gone and len(latest) <= ROWS_AT_ONCE:
                # One statement is its own transaction; the newest revision is that of its last object.
                put_rows(connection, stored)
            else:
                with _transaction(connection):
                    put_rows(connection, stored)
                    _remove(connection, gone)
                    _set_revision(connection, batch[-1].revision)
        self._log_begun = True
        self._revision = batch[-1].revision
        return time.perf_counter() - began

    def replace(self, objects: Sequence[Stored], revision: int) -> None:
        """Everything there is by `objects`, in one transaction; a damaged file by a new one. DiskTrouble: nothing was done."""
        if self.damage:
            self._rebuild(objects, revision)
            return
        with self._writing() as connection, _transaction(connection):
            connection.execute("DELETE FROM objects")
            put_rows(connection, iter(objects))
            _set_revision(connection, revision)
        self._log_begun = True
        self._revision = revision

    def probe(self) -> None:
        """Return once something can be written again; DiskTrouble while nothing can."""
        if self.damage:
            raise DiskTrouble(self.damage)
        if self._connection is None:
            self._reopen()
        with self._writing() as connection, _transaction(connection):
            _set_revision(connection, 0)  # SQLite writes nothing where nothing changes
            _set_revision(connection, self._revision)

    def checkpoint(self) -> None:
        """Carry the log over to the database. A failure loses nothing: the log stays, and is carried over later."""
        self._log_begun = False
        if self._connection is not None:
            try:
                self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            except sqlite3.Error:
                self._log_begun = True

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        if self.damage or self._connection is None:
            raise DiskTrouble(self.damage or f"{self.path}: nothing can be written: {_MENDING}")
        try:
            yield self._connection
        except sqlite3.Error as error:
            raise DiskTrouble(f"{self.path}: nothing can be written ({error}): {_MENDING}") from error

    def _reopen(self) -> None:
        """The file could only be read so far: take it over where it can be written now and is still the one that was read."""
        try:
            connection = _connect(self.path)
        except (OSError, sqlite3.Error) as error:
            raise DiskTrouble(f"{self.path}: nothing can be written ({error}): {_MENDING}") from error
        try:
            loaded = _prepare(connection)
        except (sqlite3.Error, ConfigError) as error:
            connection.close()
            raise DiskTrouble(f"{self.path}: nothing can be written ({error}): {_MENDING}") from error
        if loaded.revision != self._revision:
            connection.close()
            raise DiskTrouble(f"{self.path}: somebody else changed it meanwhile: start again to serve what it holds now")
        self._connection = connection

    def _rebuild(self, objects: Sequence[Stored], revision: int) -> None:
        try:
            fresh = build_database(self.path, objects, revision)
            self.close()
            self._connection = None
            set_aside(self.path)
            fresh.replace(self.path)
            sync_directory(self.path.parent)
            self._connection = _connect(self.path)
            _prepare(self._connection)
        except (OSError, sqlite3.Error) as error:
            raise DiskTrouble(f"{self.path}: it cannot be replaced ({error}): {_MENDING}") from error
        self.damage = ""
        self._revision = revision


def before_restore(path: Path) -> Path:
    """Where a restore leaves what was there before."""
    return path.with_name(path.name + ".before-restore")


def set_aside(path: Path) -> None:
    """Keep a damaged database as it is; `path` itself stays until something is put in its place. Its log goes first: it must
    never be taken for the log of what follows."""
    kept = before_restore(path)
    log = path.with_name(path.name + "-wal")
    kept.unlink(missing_ok=True)
    kept.with_name(kept.name + "-wal").unlink(missing_ok=True)
    if log.exists():
        log.rename(kept.with_name(kept.name + "-wal"))
    os.link(path, kept)
    sync_directory(path.parent)


def build_database(path: Path, objects: Sequence[Stored], revision: int) -> Path:
    """A complete database beside `path`, on disk."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    _create_private(fresh)
    with closing(sqlite3.connect(fresh, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=FULL")
        with _transaction(connection):
            create_tables(connection, PLANE_ID)
            put_rows(connection, iter(objects))
            _set_revision(connection, revision)
    return fresh


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
    connection = _connect(path)
    try:
        loaded = _prepare(connection)
        found = _check(connection)
    except BaseException:
        connection.close()
        raise
    if loaded.unreadable:
        found = f"{len(loaded.unreadable)} objects are not what was written and are left out: {', '.join(loaded.unreadable[:3])}"
    return connection, loaded, " ".join(found.split())


def sync_directory(path: Path) -> None:
    """So that a name made in it survives power loss."""
    directory = os.open(path, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _create_private(path: Path) -> None:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _connect(path: Path) -> sqlite3.Connection:
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


def _check(connection: sqlite3.Connection) -> str:
    """What SQLite finds wrong with the file's structure, or ""."""
    try:
        ((verdict,), *_) = connection.execute("PRAGMA integrity_check(1)")
    except sqlite3.DatabaseError as error:
        if primary_code(error) in DISK_CODES:
            raise
        return str(error)
    return "" if verdict == "ok" else str(verdict)


def primary_code(error: sqlite3.Error) -> int:
    """sqlite.org/rescode.html; 0 for an error that has none."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _prepare(connection: sqlite3.Connection) -> Loaded:
    ((layout,),) = connection.execute("PRAGMA user_version")
    ((tables,),) = connection.execute("SELECT count(*) FROM sqlite_master WHERE name IN ('objects', 'counter')")
    if tables != 2:
        raise sqlite3.DatabaseError("it has no tables of a plane")
    if layout == 0:
        with _transaction(connection):
            upgrade_tables(connection)
    return load_rows(connection)


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite itself rolls back where the disk is full
            connection.execute("ROLLBACK")
        raise


def _remove(connection: sqlite3.Connection, keys: Sequence[Key]) -> None:
    connection.executemany("DELETE FROM objects WHERE grp=? AND plural=? AND namespace=? AND name=?", keys)


def _set_revision(connection: sqlite3.Connection, revision: int) -> None:
    connection.execute("UPDATE counter SET revision=?", (revision,))
