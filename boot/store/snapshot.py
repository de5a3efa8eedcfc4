"""A backup: every object at one revision, as the bytes of an SQLite file of its own. Needs no disk."""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass

import orjson

from boot.errors import ConfigError
from boot.store.layout import BACKUP_ID, PLANE_ID, check_origin, create_tables, load_rows, put_rows
from boot.store.records import Stored

_SQLITE_MAGIC = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All objects as of `revision`."""

    objects: tuple[Stored, ...]
    revision: int

    def count_kinds(self) -> dict[str, int]:
        """Objects by resource (`servers.metal.sidero.dev`), by name."""
        counts = Counter(f"{key.plural}.{key.group}".rstrip(".") for key in (stored.key for stored in self.objects))
        return dict(sorted(counts.items()))


def encode_snapshot(objects: Iterable[Stored], revision: int) -> bytes:
    """An SQLite file: application id "SdTB", the tables of a plane's database."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute("BEGIN")
        create_tables(connection, BACKUP_ID)
        put_rows(connection, iter(objects))
        connection.execute("UPDATE counter SET revision=?", (revision,))
        connection.execute("COMMIT")
        return connection.serialize()


def decode_snapshot(data: bytes) -> Snapshot:
    """ConfigError says what is wrong with it; nothing of a backup that is damaged anywhere is used."""
    # Read off the header (sqlite.org/fileformat2.html 1.3): SQLite opens no copy of a database in WAL mode from memory.
    application_id = int.from_bytes(data[68:72])
    if not data.startswith(_SQLITE_MAGIC) or application_id not in {BACKUP_ID, PLANE_ID}:
        raise ConfigError("it is no backup of a plane: make one with `sidero-tui backup FILE`")
    if application_id == PLANE_ID:
        raise ConfigError(
            "it is a plane's own database, whose newest writes may be in the file beside it: "
            "make a backup with `sidero-tui backup FILE`"
        )
    try:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.deserialize(data)
            return _read(connection)
    except sqlite3.Error as error:
        raise ConfigError(f"it is damaged ({error}): use another backup") from error


def _read(connection: sqlite3.Connection) -> Snapshot:
    check_origin(connection)
    ((verdict,), *_) = connection.execute("PRAGMA integrity_check(1)")
    if verdict != "ok":
        raise ConfigError(f"it is damaged ({verdict}): use another backup")
    loaded = load_rows(connection)
    broken = [*loaded.unreadable, *("/".join(filter(None, s.key)) for s in loaded.objects if not _is_whole(s))]
    if broken:
        raise ConfigError(f"it is damaged ({broken[0]} is not what was written): use another backup")
    return Snapshot(tuple(loaded.objects), loaded.revision)


def _is_whole(stored: Stored) -> bool:
    """Whether it is the object that its key says."""
    try:
        obj = orjson.loads(stored.data)
        metadata = obj["metadata"]
        return bool(
            all(isinstance(part, str) for part in stored.key)
            and metadata["name"] == stored.key.name
            and (metadata.get("namespace") or "") == stored.key.namespace
            and isinstance(metadata["uid"], str)
        )
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return False
