import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from boot.errors import ConfigError, ServiceUnavailable
from boot.feed import FeedGone
from boot.store.store import Key, open_store


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


@pytest.mark.skipif(os.geteuid() != 0, reason="wants root, to mount a small disk")
async def test_a_full_disk_refuses_writes_goes_on_reading_and_recovers(tmp_path: Path) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", tmp_path], check=True)
    try:
        store = open_store(tmp_path / "state.db")
        await store.put(_key("first"), b"1")
        writes = await asyncio.gather(*(store.put(_key(str(n)), b"x" * 100_000) for n in range(100)), return_exceptions=True)
        refused = [error for error in writes if isinstance(error, ServiceUnavailable)]
        assert "free some space" in str(refused[0])
        stored = store.get(_key("first"))
        assert stored is not None
        assert stored.data == b"1"
        subprocess.run(["mount", "-o", "remount,size=20m", tmp_path], check=True)
        await store.put(_key("after"), b"2")
        await store.close()
    finally:
        subprocess.run(["umount", tmp_path], check=True)


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
