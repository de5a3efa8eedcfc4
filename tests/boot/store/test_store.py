import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from boot.errors import ConfigError, ServiceUnavailable
from boot.feed import FeedGone
from boot.store.disk import before_restore
from boot.store.snapshot import decode_snapshot
from boot.store.store import CHANGES_KEPT, Key, Store, Stored, open_store


def _key(name: str) -> Key:
    return Key("", "things", "", name)


async def test_what_was_written_is_read_back_in_order_also_after_reopening(tmp_path: Path) -> None:
    store = open_store(tmp_path / "state.db")
    revisions = [await store.put(_key(name), name.encode()) for name in ("b", "a", "c")]
    removed = await store.remove(_key("b"))
    await store.close()
    assert [*revisions, removed] == sorted({*revisions, removed})
    again = open_store(tmp_path / "state.db")
    assert [(stored.key.name, stored.data) for stored in again.list("", "things")] == [("a", b"a"), ("c", b"c")]
    assert again.revision == removed
    assert await again.put(_key("d"), b"d") == removed + 1
    await again.close()
    assert (tmp_path / "state.db").stat().st_mode & 0o777 == 0o600


async def test_changes_of_before_the_start_are_gone_and_later_ones_are_all_there(tmp_path: Path) -> None:
    store = open_store(tmp_path / "state.db")
    old = await store.put(_key("a"), b"1")
    await store.close()
    store = open_store(tmp_path / "state.db")
    await store.put(_key("a"), b"2")
    with pytest.raises(FeedGone):
        store.changes.after(old - 1)
    ((_, change),) = store.changes.after(old)
    assert change.old is not None
    assert change.new is not None
    assert (change.old.data, change.new.data) == (b"1", b"2")
    await store.close()


async def test_a_crowd_of_writers_shares_transactions_and_every_write_is_there(tmp_path: Path) -> None:
    store = open_store(tmp_path / "state.db")
    revisions = await asyncio.gather(*(store.put(_key(f"{n:04}"), b"x" * 3000) for n in range(2000)))
    assert sorted(revisions) == list(range(min(revisions), min(revisions) + 2000))
    await store.close()
    again = open_store(tmp_path / "state.db")
    assert len(again.list("", "things")) == 2000
    await again.close()


WRITER = """
import asyncio, sys
from pathlib import Path
from boot.store.store import Key, open_store
async def main():
    store = open_store(Path(sys.argv[1]))
    async def write(n):
        await store.put(Key("", "things", "", str(n)), b"x" * 500)
        sys.stdout.write(f"{n}\\n"); sys.stdout.flush()
    for start in range(0, 100_000, 20):
        await asyncio.gather(*(write(n) for n in range(start, start + 20)))
asyncio.run(main())
"""


async def test_every_acknowledged_write_survives_kill_9(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path / "state.db")], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    acknowledged = {process.stdout.readline().strip() for _ in range(500)}
    process.send_signal(signal.SIGKILL)
    acknowledged |= {line.strip() for line in process.stdout.read().splitlines(keepends=True) if line.endswith("\n")}
    process.stdout.close()
    process.wait()
    store = open_store(tmp_path / "state.db")
    assert acknowledged <= {stored.key.name for stored in store.list("", "things")}
    await store.close()


def test_a_damaged_file_is_named_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    path.write_bytes(b"this is no database, this is a letter" * 100)
    with pytest.raises(ConfigError, match=r"state\.db is damaged .* move it away"):
        open_store(path)


async def test_a_closed_store_takes_nothing_more(tmp_path: Path) -> None:
    store = open_store(tmp_path / "state.db")
    await store.close()
    with pytest.raises(ServiceUnavailable):
        await store.put(_key("a"), b"1")


async def test_only_its_owner_may_read_it_also_its_log_and_one_that_was_open_to_all(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    await open_store(path).close()
    path.chmod(0o644)
    store = open_store(path)
    await store.put(_key("a"), b"1")
    assert {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {"state.db": 0o600, "state.db-wal": 0o600}
    await store.close()


async def test_lists_are_in_order_of_namespace_and_name_whatever_came_when(tmp_path: Path) -> None:
    store = open_store(tmp_path / "state.db")
    for namespace, name in (("b", "x"), ("a-b", "y"), ("a", "z"), ("a", "b"), ("b", "a"), ("a", "c")):
        await store.put(Key("", "things", namespace, name), b"1")
    await store.remove(Key("", "things", "a", "c"))
    await store.put(Key("", "things", "a", "z"), b"2")
    assert [stored.key[2:] for stored in store.list("", "things")] == [
        ("a", "b"), ("a", "z"), ("a-b", "y"), ("b", "a"), ("b", "x"),
    ]  # fmt: skip
    assert [stored.key.name for stored in store.list("", "things", "a")] == ["b", "z"]
    assert store.list("", "things", "c") == store.list("", "others") == []
    await store.close()


async def test_a_list_of_an_older_revision_is_what_it_was_and_none_when_that_is_no_longer_kept(tmp_path: Path) -> None:
    store = open_store(tmp_path / "state.db")
    first = await store.put(_key("a"), b"1")
    seen: dict[int, list[bytes]] = {}
    for name, data in (("b", b"1"), ("a", b"2"), ("c", b"1"), ("b", None), ("b", b"3"), ("a", None)):
        revision = await (store.remove(_key(name)) if data is None else store.put(_key(name), data))
        await store.put(Key("", "others", "", name), b"noise")
        seen[revision] = [stored.data for stored in store.list("", "things")]
    for revision, data_then in seen.items():
        found = store.list_at("", "things", "", revision)
        assert found is not None
        assert [stored.data for stored in found] == data_then
    assert store.list_at("", "things", "", store.revision + 1) is None
    await asyncio.gather(*(store.put(_key("d"), b"x") for _ in range(CHANGES_KEPT)))
    assert store.list_at("", "things", "", first) is None
    await store.close()


async def test_who_is_cancelled_learns_of_it_when_his_write_is_done(tmp_path: Path) -> None:
    store = open_store(tmp_path / "state.db")
    writing = asyncio.create_task(store.put(_key("a"), b"1"))
    await asyncio.sleep(0)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert store.get(_key("a")) is not None
    await store.close()


async def test_it_counts_what_it_wrote(tmp_path: Path) -> None:
    store = open_store(tmp_path / "state.db")
    await asyncio.gather(*(store.put(_key(str(n)), b"x") for n in range(100)))
    await store.put(_key("a"), b"x")
    metrics = store.metrics
    assert (metrics.writes, metrics.commits, metrics.largest_batch, metrics.refused) == (101, 2, 100, 0)
    assert metrics.commit_seconds > metrics.slowest_commit > 0
    await store.close()


async def _wait(store: Store, revision: int) -> type[Exception] | int:
    """What a watch from `revision` is told next."""
    await store.changes.wait(revision)
    try:
        return len(store.changes.after(revision))
    except FeedGone:
        return FeedGone


async def test_a_restore_ends_every_watch_goes_up_in_revisions_and_keeps_what_was_there(tmp_path: Path) -> None:
    store = open_store(tmp_path / "state.db")
    old = await store.put(_key("a"), b'{"metadata":{"name":"a","uid":"1"}}')
    kept = decode_snapshot(await store.snapshot())
    await store.remove(_key("a"))
    await store.put(_key("b"), b'{"metadata":{"name":"b","uid":"2"}}')
    waiting = asyncio.create_task(_wait(store, store.revision))
    revision = await store.replace_all(kept.objects, kept.revision)
    assert await waiting is FeedGone
    assert [stored.key.name for stored in store.list("", "things")] == ["a"]
    assert store.list_at("", "things", "", old) is None
    before = decode_snapshot(before_restore(tmp_path / "state.db").read_bytes())
    assert [stored.key.name for stored in before.objects] == ["b"]
    assert revision == before.revision + 1
    assert await store.put(_key("c"), b"1") == revision + 1
    await store.close()
    again = open_store(tmp_path / "state.db")
    assert [(stored.key.name, stored.revision) for stored in again.list("", "things")] == [("a", revision), ("c", revision + 1)]
    await again.close()


async def test_writes_that_come_during_a_restore_are_refused_and_those_before_it_are_kept_aside(tmp_path: Path) -> None:
    store = open_store(tmp_path / "state.db")
    before = asyncio.create_task(store.put(_key("before"), b'{"metadata":{"name":"before","uid":"1"}}'))
    await asyncio.sleep(0)
    restoring = asyncio.create_task(store.replace_all([Stored(_key("restored"), b"1", 1)], above=1))
    await asyncio.sleep(0)
    with pytest.raises(ServiceUnavailable, match="being restored"):
        await store.put(_key("meanwhile"), b"1")
    assert await before < await restoring
    assert [stored.key.name for stored in store.everything()] == ["restored"]
    (kept,) = decode_snapshot(before_restore(tmp_path / "state.db").read_bytes()).objects
    assert kept.key.name == "before"
    await store.close()


async def test_an_idle_moment_carries_the_log_over_to_the_database(tmp_path: Path) -> None:
    store = open_store(tmp_path / "state.db")
    await asyncio.gather(*(store.put(_key(str(n)), b"x" * 1000) for n in range(100)))
    async with asyncio.timeout(20):
        while not store.metrics.checkpoints:
            await asyncio.sleep(0.05)
    (tmp_path / "without-log.db").write_bytes((tmp_path / "state.db").read_bytes())
    await store.close()
    carried = open_store(tmp_path / "without-log.db")
    assert len(carried.everything()) == 100
    await carried.close()
