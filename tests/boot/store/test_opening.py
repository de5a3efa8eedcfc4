"""Databases that can only be read, or not even that."""

import asyncio
import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from boot.errors import ConfigError, ServiceUnavailable
from boot.store.disk import Disk, before_restore, set_aside
from boot.store.opening import Damaged
from boot.store.records import Stored
from boot.store.store import Key, Store, open_store
from tests.boot.store.full_disk import fill, needs_root, relieve, remount, small_disk

OBJECTS = 300


def _key(number: int) -> Key:
    return Key("", "things", "", f"{number:04}")


async def _fill_store(path: Path) -> None:
    store = open_store(path)
    await asyncio.gather(*(store.put(_key(number), b'{"n":"%04d"}' % number * 20) for number in range(OBJECTS)))
    await store.close()


async def _is_well(store: Store) -> None:
    async with asyncio.timeout(20):
        while store.trouble:
            await asyncio.sleep(0.05)


async def _refuses(store: Store) -> str:
    with pytest.raises(ServiceUnavailable) as caught:
        await store.put(_key(9999), b"x" * 10_000)
    return str(caught.value)


@needs_root
async def test_on_a_full_disk_it_opens_to_be_read_says_why_and_recovers_by_itself(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        await _fill_store(disk / "state.db")
        fill(disk)
        store = open_store(disk / "state.db")
        assert "free some space" in store.trouble
        assert len(store.list("", "things")) == OBJECTS
        assert "free some space" in await _refuses(store)
        with pytest.raises(ServiceUnavailable, match="cannot be kept"):
            await store.replace_all([], above=1)
        assert len(store.list("", "things")) == OBJECTS
        relieve(disk)
        await _is_well(store)
        await store.put(_key(0), b"after")
        await store.close()
        again = open_store(disk / "state.db")
        assert again.list("", "things")[0].data == b"after"
        assert again.get(_key(9999)) is None
        await again.close()


@needs_root
async def test_on_a_full_disk_the_log_a_crash_left_is_read_too(tmp_path: Path) -> None:
    store = open_store(tmp_path / "state.db")
    await asyncio.gather(*(store.put(_key(number), b"x" * 500) for number in range(OBJECTS)))
    with small_disk(tmp_path / "disk") as disk:
        for name in ("state.db", "state.db-wal"):
            shutil.copy(tmp_path / name, disk)
        await store.close()
        fill(disk)
        crashed = open_store(disk / "state.db")
        assert crashed.trouble
        assert len(crashed.list("", "things")) == OBJECTS
        await crashed.close()


@needs_root
async def test_a_disk_that_is_read_only_is_read_with_its_log_and_taken_over_when_it_can_be_written(tmp_path: Path) -> None:
    store = open_store(tmp_path / "state.db")
    last = await store.put(_key(1), b"only in the log")
    with small_disk(tmp_path / "disk") as disk:
        for name in ("state.db", "state.db-wal"):
            shutil.copy(tmp_path / name, disk)
        await store.close()
        remount(disk, "ro")
        served = open_store(disk / "state.db")
        assert served.revision == last
        assert [stored.data for stored in served.list("", "things")] == [b"only in the log"]
        assert "nothing can be written" in await _refuses(served)
        remount(disk, "rw")
        await _is_well(served)
        assert await served.put(_key(2), b"2") == last + 1
        await served.close()


LIMITED = """
import asyncio, resource, sys
from pathlib import Path
from boot.errors import ServiceUnavailable
from boot.store.store import Key, open_store
async def main():
    store = open_store(Path(sys.argv[1]))
    begin = await store.put(Key("", "things", "", "first"), b"1")
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
    writes = [store.put(Key("", "things", "", str(n)), b"x" * 50_000) for n in range(10)]
    answers = await asyncio.gather(*writes, return_exceptions=True)
    refused = [n for n, answer in enumerate(answers) if isinstance(answer, ServiceUnavailable)]
    assert refused and "check the disk" in store.trouble and "check the disk" in str(answers[refused[0]])
    assert [change.key.name for _, change in store.changes.after(begin)] == [str(n) for n in range(10) if n not in refused]
    assert all(store.get(Key("", "things", "", str(n))) is None for n in refused)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    while store.trouble:
        await asyncio.sleep(0.05)
    there = {stored.key.name for stored in store.everything()}
    assert await store.put(Key("", "things", "", "after"), b"2") == store.revision
    await store.close()
    again = open_store(Path(sys.argv[1]))
    assert {stored.key.name for stored in again.everything()} == there | {"after"}
    await again.close()
asyncio.run(main())
"""


def test_a_disk_that_takes_no_more_refuses_whole_transactions_and_recovers_by_itself(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-c", LIMITED, tmp_path / "state.db"], capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == 0, result.stderr


def _damage(path: Path, found: bytes, put: bytes) -> None:
    data = path.read_bytes()
    assert found in data
    path.write_bytes(data.replace(found, put, 1))


async def test_an_object_whose_bytes_changed_is_left_out_and_named_and_nothing_is_written_any_more(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    await _fill_store(path)
    _damage(path, b'{"n":"0123"}', b'{"n":"9123"}')
    store = open_store(path)
    assert "1 objects are not what was written and are left out: things/0123" in store.trouble
    assert "sidero-tui restore" in store.trouble
    assert len(store.list("", "things")) == OBJECTS - 1
    assert "is damaged" in await _refuses(store)
    await store.close()


async def test_a_restore_heals_a_damaged_file_while_serving_and_keeps_it_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    await _fill_store(path)
    _damage(path, b'{"n":"0123"}', b'{"n":"9123"}')
    store = open_store(path)
    assert store.trouble
    revision = await store.replace_all([Stored(_key(7), b"7", 1)], above=5000)
    assert (revision, store.revision, store.trouble) == (5001, 5001, "")
    assert await store.put(_key(8), b"8") == 5002
    await store.close()
    again = open_store(path)
    assert [stored.data for stored in again.list("", "things")] == [b"7", b"8"]
    assert b'{"n":"9123"}' in before_restore(path).read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    await again.close()


async def test_a_restore_that_was_killed_half_way_leaves_the_damaged_file_and_its_log_for_the_next_one(tmp_path: Path) -> None:
    path, log = tmp_path / "state.db", tmp_path / "state.db-wal"
    path.write_bytes(b"damaged" * 1000)
    log.write_bytes(b"its log")
    set_aside(path)
    with pytest.raises(Damaged):
        open_store(path)
    disk = Disk(path, None, 1, damage="damaged")
    disk.replace([Stored(_key(1), b"1", 2)], 2)
    disk.close()
    store = open_store(path)
    assert [stored.data for stored in store.everything()] == [b"1"]
    await store.close()
    kept = before_restore(path)
    assert kept.read_bytes() == b"damaged" * 1000
    assert kept.with_name(kept.name + "-wal").read_bytes() == b"its log"


async def test_wherever_pages_flip_it_is_refused_or_read_only_and_never_serves_wrong_bytes(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    await _fill_store(path)
    whole, flips = path.read_bytes(), random.Random(7)
    seen = set()
    for _ in range(60):
        broken = bytearray(whole)
        page = flips.randrange(len(whole) // 4096) * 4096
        broken[page + 100 : page + 600] = bytes(flips.randrange(256) for _ in range(500))
        path.write_bytes(broken)
        seen.add(await _open_damaged(path))
    assert {"refused", "read-only"} <= seen


async def _open_damaged(path: Path) -> str:
    try:
        store = open_store(path)
    except ConfigError:
        return "refused"
    try:
        served = store.list("", "things")
        assert all(stored.data == b'{"n":"%04d"}' % int(stored.key.name) * 20 for stored in served)
        if store.trouble:
            return "read-only"
        assert len(served) == OBJECTS  # the flip hit bytes that nothing uses
        return "unharmed"
    finally:
        await store.close()


@pytest.mark.parametrize("left", [0, 100, 4096, 20_000])
async def test_a_truncated_file_is_refused_with_what_to_do(tmp_path: Path, left: int) -> None:
    path = tmp_path / "state.db"
    await _fill_store(path)
    with path.open("r+b") as file:
        file.truncate(left)
    with pytest.raises(Damaged, match=r"state\.db is damaged .*sidero-tui restore FILE"):
        open_store(path)


async def test_a_truncated_log_gives_the_plane_as_of_a_whole_transaction_before(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    store = open_store(path)
    for number in range(40):
        await asyncio.gather(store.put(_key(number), b"a" * 3000), store.put(_key(number + 1000), b"b" * 3000))
    log = (tmp_path / "state.db-wal").read_bytes()
    shutil.copy(path, tmp_path / "copy.db")
    await store.close()
    for left in range(0, len(log), 40_001):
        shutil.copy(tmp_path / "copy.db", path)
        (tmp_path / "state.db-wal").write_bytes(log[:left])
        cut = open_store(path)
        names = [stored.key.name for stored in cut.list("", "things")]
        pairs = len(names) // 2
        assert names == [_key(n).name for n in (*range(pairs), *range(1000, 1000 + pairs))]
        assert cut.revision == 1 + 2 * pairs
        await cut.close()


def test_another_programs_and_a_later_releases_database_are_left_alone(tmp_path: Path) -> None:
    for pragma, words in (("application_id=7", "another program's"), ("user_version=99", "a later release")):
        path = tmp_path / pragma
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE notes (text)")
            connection.execute(f"PRAGMA {pragma}")
        before = path.read_bytes()
        with pytest.raises(ConfigError, match=words):
            open_store(path)
        assert path.read_bytes() == before


async def test_what_the_first_releases_wrote_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(
            "CREATE TABLE objects (grp TEXT NOT NULL, plural TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL, "
            "revision INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (grp, plural, namespace, name)) WITHOUT ROWID"
        )
        connection.execute("CREATE TABLE counter (id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL)")
        connection.execute("INSERT INTO counter VALUES (1, 41)")
        connection.execute("INSERT INTO objects VALUES ('', 'things', '', '0001', 40, ?)", (b"old",))
    for _ in range(2):
        store = open_store(path)
        assert (store.trouble, store.revision) == ("", 41)
        assert [(stored.data, stored.revision) for stored in store.list("", "things")] == [(b"old", 40)]
        await store.close()


async def test_a_second_program_on_the_same_file_is_told_so(tmp_path: Path) -> None:
    store = open_store(tmp_path / "state.db")
    with pytest.raises(ConfigError, match="in use by another program"):
        open_store(tmp_path / "state.db")
    await store.close()
