"""How long from exec until every component is bound, and how much memory that takes; beside a bare aiohttp server."""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.support.program import Served, serve

ROUNDS = 7
BARE = """
import asyncio, pathlib, sys
from aiohttp import web
async def main():
    runner = web.AppRunner(web.Application()); await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    pathlib.Path(sys.argv[1]).touch()
    await asyncio.Event().wait()
asyncio.run(main())
"""


def main() -> None:
    ours = [_measure_ours() for _ in range(ROUNDS)]
    bare = [_measure_bare() for _ in range(ROUNDS)]
    print(f"{'':24}{'median':>10}{'worst':>10}")
    for title, figures, unit in (
        ("--serve, all bound", [seconds for seconds, _ in ours], "s"),
        ("bare aiohttp, bound", bare, "s"),
        ("--serve, peak memory", [memory for _, memory in ours], "MiB"),
    ):
        print(f"{title:24}{statistics.median(figures):>10.2f}{max(figures):>10.2f}  {unit}")
    print(f"ratio to bare aiohttp: {statistics.median(s for s, _ in ours) / statistics.median(bare):.1f}")


def _measure_ours() -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as directory, serve(Path(directory)) as served:
        return served.seconds, _peak_memory(served)


def _peak_memory(served: Served) -> float:
    """VmHWM in MiB (proc(5))."""
    for line in Path(f"/proc/{served.process.pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmHWM")


def _measure_bare() -> float:
    with tempfile.TemporaryDirectory() as directory:
        mark = Path(directory) / "bound"
        began = time.monotonic()
        process = subprocess.Popen([sys.executable, "-c", BARE, str(mark)])
        while not mark.exists():
            time.sleep(0.002)
        seconds = time.monotonic() - began
        process.kill()
        process.wait()
        return seconds


if __name__ == "__main__":
    main()
