"""The tables of a plane's database and of a backup, and how their rows are read and written.

Each row carries a checksum of its content: SQLite has none on its pages, and a disk's flipped bit must not become a fact.
"""

import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from boot.errors import ConfigError
from boot.store.records import Key, Stored

PLANE_ID, BACKUP_ID = 0x53645450, 0x53645442
"""PRAGMA application_id of a plane's database ("SdTP") and of a backup ("SdTB")."""
LAYOUT = 1
"""PRAGMA user_version. 0 is what the first releases wrote: without checksums and without an application id."""
ROWS_AT_ONCE = 64
"""Rows of one statement: SQLite lets go of the interpreter once for all of them, and the loop's thread takes it back once."""

_OBJECTS = """
CREATE TABLE objects (
    grp TEXT NOT NULL, plural TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
    revision INTEGER NOT NULL, checksum INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (grp, plural, namespace, name)
)"""
_COUNTER = "CREATE TABLE counter (id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL)"
_FIELDS = "grp, plural, namespace, name, revision, checksum, data"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a database holds; `unreadable` names the objects whose bytes are not those that were written."""

    objects: Sequence[Stored]
    revision: int
    unreadable: Sequence[str] = ()


def checksum(stored: Stored) -> int:
    """CRC-32 over revision, key and bytes."""
    return zlib.crc32(stored.data, zlib.crc32("\0".join(stored.key).encode(errors="replace"), stored.revision & 0xFFFFFFFF))


def create_tables(connection: sqlite3.Connection, application_id: int) -> None:
    """In an empty database, inside the caller's transaction."""
    connection.execute(_OBJECTS)
    connection.execute(_COUNTER)
    connection.execute("INSERT INTO counter VALUES (1, 1)")
    _mark(connection, application_id)


def upgrade_tables(connection: sqlite3.Connection) -> None:
    """From layout 0, inside the caller's transaction."""
    connection.execute("ALTER TABLE objects RENAME TO objects_before")
    connection.execute(_OBJECTS)
    before = connection.execute("SELECT grp, plural, namespace, name, revision, data FROM objects_before")
    put_rows(connection, (Stored(Key(*names), data, revision) for *names, revision, data in before))
    connection.execute("DROP TABLE objects_before")
    _mark(connection, PLANE_ID)


def check_origin(connection: sqlite3.Connection) -> None:
    """ConfigError for another program's database and for a later release's."""
    ((application_id,),) = connection.execute("PRAGMA application_id")
    ((layout,),) = connection.execute("PRAGMA user_version")
    if application_id not in {0, PLANE_ID, BACKUP_ID}:
        raise ConfigError(f"it is another program's database (application id {application_id:#x})")
    if layout > LAYOUT:
        raise ConfigError(f"a later release of sidero-tui wrote it (layout {layout}, this one reads up to {LAYOUT})")


def load_rows(connection: sqlite3.Connection) -> Loaded:
    """Everything; sqlite3.Error where the file is damaged so that not every row can be found."""
    ((revision,),) = connection.execute("SELECT revision FROM counter")
    objects, unreadable = [], []
    for *names, number, crc, data in connection.execute(f"SELECT {_FIELDS} FROM objects"):  # noqa: S608
        stored = Stored(Key(*names), data, number)
        if isinstance(data, bytes) and isinstance(number, int) and checksum(stored) == crc:
            objects.append(stored)
            revision = max(revision, number)
        else:
            unreadable.append("/".join(str(name) for name in names if name))
    return Loaded(objects, revision, unreadable)


def put_rows(connection: sqlite3.Connection, objects: Iterator[Stored]) -> None:
    """Insert or replace. Up to 64 objects are one statement, which is one transaction where the caller began none."""
    while chunk := list(islice(objects, ROWS_AT_ONCE)):
        values = [value for stored in chunk for value in (*stored.key, stored.revision, checksum(stored), stored.data)]
        connection.execute(_put_statement(len(chunk)), values)


@lru_cache(maxsize=ROWS_AT_ONCE)
def _put_statement(rows: int) -> str:
    places = ",".join(["(?,?,?,?,?,?,?)"] * rows)
    return (
        f"INSERT INTO objects ({_FIELDS}) VALUES {places} ON CONFLICT DO UPDATE "  # noqa: S608
        "SET revision=excluded.revision, checksum=excluded.checksum, data=excluded.data"
    )


def _mark(connection: sqlite3.Connection, application_id: int) -> None:
    connection.execute(f"PRAGMA application_id={application_id}")
    connection.execute(f"PRAGMA user_version={LAYOUT}")
