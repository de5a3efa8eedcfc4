"""What survives a loss of power is what the kernel was told to put on the disk before anybody was told that it is there."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

WRITES = 20
WRITER = f"""
import asyncio, os, sys
from pathlib import Path
from boot.store.store import Key, open_store
async def main():
    store = open_store(Path(sys.argv[1]))
    os.write(1, b"opened")
    for n in range({WRITES}):
        await store.put(Key("", "things", "", str(n)), b"x" * 3000)
        os.write(1, b"acknowledged")
    await store.close()
asyncio.run(main())
"""
_CALL = re.compile(r"(write|fsync|fdatasync)\((\d+)<([^>]*)>(.*)")


@pytest.mark.skipif(shutil.which("strace") is None, reason="wants strace (Debian package strace)")
def test_every_write_is_synced_before_it_is_acknowledged_and_the_file_is_before_anything(tmp_path: Path) -> None:
    path, trace = tmp_path / "state.db", tmp_path / "trace"
    command = ["strace", "-f", "-y", "-o", trace, "-e", "trace=write,fsync,fdatasync", sys.executable, "-c", WRITER, path]
    subprocess.run([str(part) for part in command], check=True, capture_output=True, timeout=60)
    synced: set[str] = set()
    acknowledged = 0
    for call, file, rest in _read_calls(trace):
        if call != "write":
            synced.add(file)
        elif '"opened"' in rest:
            assert {str(tmp_path), f"{path}.new"} <= synced
            synced.clear()
        elif '"acknowledged"' in rest:
            assert synced == {f"{path}-wal"}
            synced.clear()
            acknowledged += 1
    assert acknowledged == WRITES


def _read_calls(trace: Path) -> Iterator[tuple[str, str, str]]:
    """System call, the file it is about, and the rest of the line; a sync counts from the line on which it returns."""
    unfinished: dict[str, tuple[str, str]] = {}
    for line in trace.read_text(errors="replace").splitlines():
        thread = line.split()[0]
        if "resumed>" in line and thread in unfinished:
            yield *unfinished.pop(thread), line
        elif found := _CALL.search(line):
            call, _, file, rest = found.groups()
            if rest.endswith("<unfinished ...>") and call != "write":
                unfinished[thread] = call, file
            else:
                yield call, file, rest
