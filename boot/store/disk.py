"""The disk under a plane: transactions that are on it when they return, and what becomes of it when it has trouble.

Used by one thread at a time.
"""

import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from boot.errors import ConfigError, SideroError
from boot.state_dir import sync_directory
from boot.store.database import build_database, connect, prepare, set_revision, transaction
from boot.store.layout import ROWS_AT_ONCE, put_rows
from boot.store.records import Key, Stored, Write

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
                with transaction(connection):
                    put_rows(connection, stored)
                    _remove(connection, gone)
                    set_revision(connection, batch[-1].revision)
        self._log_begun = True
        self._revision = batch[-1].revision
        return time.perf_counter() - began

    def replace(self, objects: Sequence[Stored], revision: int) -> None:
        """Everything there is by `objects`, in one transaction; a damaged file by a new one. DiskTrouble: nothing was done."""
        if self.damage:
            self._rebuild(objects, revision)
            return
        with self._writing() as connection, transaction(connection):
            connection.execute("DELETE FROM objects")
            put_rows(connection, iter(objects))
            set_revision(connection, revision)
        self._log_begun = True
        self._revision = revision

    def probe(self) -> None:
        """Return once something can be written again; DiskTrouble while nothing can."""
        if self.damage:
            raise DiskTrouble(self.damage)
        if self._connection is None:
            self._reopen()
        with self._writing() as connection, transaction(connection):
            set_revision(connection, 0)  # SQLite writes nothing where nothing changes
            set_revision(connection, self._revision)

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
            connection = connect(self.path)
        except (OSError, sqlite3.Error) as error:
            raise DiskTrouble(f"{self.path}: nothing can be written ({error}): {_MENDING}") from error
        try:
            loaded = prepare(connection)
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
            self._connection = connect(self.path)
            prepare(self._connection)
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
    log, kept_log = path.with_name(path.name + "-wal"), kept.with_name(kept.name + "-wal")
    if not (kept.exists() and kept.samefile(path)):  # else a restore was killed right here: what it kept is the same
        kept.unlink(missing_ok=True)
        kept_log.unlink(missing_ok=True)
        os.link(path, kept)
    if log.exists():
        log.replace(kept_log)
    sync_directory(path.parent)


def _remove(connection: sqlite3.Connection, keys: Sequence[Key]) -> None:
    connection.executemany("DELETE FROM objects WHERE grp=? AND plural=? AND namespace=? AND name=?", keys)
