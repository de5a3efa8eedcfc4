"""`python -m benchmarks.netboot`: TFTP beside dnsmasq, tftpd-hpa and atftpd, HTTP beside nginx, in one run.

Root, a C compiler, iproute2 and two cores: the server of the moment has one, the clients the other. All of it runs in a
network namespace of its own, where the well-known ports are free.
"""

import os
import random
import statistics
import subprocess
import sys
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path

from benchmarks.netboot.load import MIB, SERVER_CPU, Clients
from benchmarks.netboot.servers import HTTP_PORT, foreign, installed, sidero_tui

CLIENTS = (1, 16, 64, 200)
REPETITIONS = 2
BOOT_FILE, ASSET = "ipxe.efi", "snp.efi"
"""1 MiB and 80 MiB."""
BLOCK, OVMF_BLOCK = 1428, 1468
INSIDE = "inside"
OURS = "sidero-tui"
Row = dict[str, list[str]]


def main() -> None:
    if sys.argv[1:] != [INSIDE]:
        script = (
            f"ip link set lo up && ip address add 192.0.2.1/32 dev lo && exec {sys.executable} -m benchmarks.netboot {INSIDE}"
        )
        sys.exit(subprocess.run(["unshare", "--net", "sh", "-c", script], check=False).returncode)
    os.sched_setaffinity(0, {SERVER_CPU})
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "root").mkdir()
        (directory / "root" / BOOT_FILE).write_bytes(random.Random(1).randbytes(MIB))
        (directory / "root" / ASSET).write_bytes(random.Random(2).randbytes(80 * MIB))
        clients = Clients(directory)
        _compare_tftp(clients, directory)
        _compare_http(clients, directory)


def _opened(name: str, directory: Path) -> AbstractContextManager[None]:
    return sidero_tui(directory) if name == OURS else foreign(name, directory)


def _compare_tftp(clients: Clients, directory: Path) -> None:
    lines: dict[str, Row] = {}
    for name in ("dnsmasq", "in.tftpd", "atftpd", OURS):
        if name != OURS and not installed(name):
            continue
        with _opened(name, directory):
            for count in CLIENTS:
                cell = _tftp(clients, count, max(1, 100 // count), BLOCK, 1)
                lines.setdefault(f"lock-step, {count} clients", {})[name] = cell
            for window in (1, 4, 16, 32):
                cell = _tftp(clients, 1, 2, OVMF_BLOCK, window, 500)
                lines.setdefault(f"window {window}, 1 client at 0.5 ms", {})[name] = cell
            for count in (16, 200):
                cell = _tftp(clients, count, 200 // count, OVMF_BLOCK, 16)
                lines.setdefault(f"window 16, {count} clients", {})[name] = cell
    _print("TFTP, MiB/s (failures/repeats where there are any)", lines)


def _tftp(clients: Clients, count: int, rounds: int, block: int, window: int, delay_us: int = 0) -> list[str]:
    runs = [clients.tftp(BOOT_FILE, count, rounds, block, window, delay_us) for _ in range(REPETITIONS)]
    failures, repeats = sum(run.failures for run in runs), sum(run.repeats for run in runs)
    return [
        f"{statistics.median(run.mib_per_second for run in runs):.1f}",
        f"({failures}/{repeats})" if failures + repeats else "",
    ]


def _compare_http(clients: Clients, directory: Path) -> None:
    lines: dict[str, Row] = {}
    for name in ("nginx", OURS):
        if name != OURS and not installed(name):
            continue
        path = f"/tftp/{ASSET}" if name == OURS else f"/{ASSET}"
        small = "/boot.ipxe" if name == OURS else f"/{BOOT_FILE}"
        with _opened(name, directory):
            for count in CLIENTS:
                runs = [clients.http(HTTP_PORT, path, count, 2) for _ in range(REPETITIONS)]
                failures = sum(run.failures for run in runs)
                cell = [f"{statistics.median(run.mib_per_second for run in runs):.0f}", f"({failures})" if failures else ""]
                lines.setdefault(f"80 MiB asset, {count} clients", {})[name] = cell
            if name == OURS:
                _script_under_load(clients, path, small)
    _print("HTTP, MiB/s (failures where there are any)", lines)


def _script_under_load(clients: Clients, asset: str, script: str) -> None:
    for streams in (0, 64):
        loading = clients.start_http(HTTP_PORT, asset, streams, 7) if streams else None
        found = clients.http(HTTP_PORT, script, 200, 5, pause_ms=1000)
        print(
            f"script to 200 clients, one a second each, {streams} assets streaming: median {found.median_ms:.1f} ms, "
            f"p99 {found.p99_ms:.1f} ms, {found.answers} answers, {found.failures} failures"
        )
        if loading is not None:
            print(f"  meanwhile {clients.collect_http(loading).mib_per_second:.0f} MiB/s of assets")


def _print(title: str, lines: dict[str, Row]) -> None:
    names = list(dict.fromkeys(name for row in lines.values() for name in row))
    print(f"\n{title}\n{'':32}" + "".join(f"{name:>18}" for name in names))
    for line, row in lines.items():
        print(f"{line:32}" + "".join(f"{' '.join(row[name]).strip():>18}" if name in row else f"{'-':>18}" for name in names))


if __name__ == "__main__":
    main()
