"""Prints the tables of docs/plane.md, "Figures"."""

import argparse
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.plane.sides import Side, open_sides
from benchmarks.plane.usage import memory_mib
from benchmarks.plane.work import ROWS, Measured, Row, prepare

_MOST_CLIENTS = max(row.clients for row in ROWS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1.5, help="of each row on each side in each round")
    parser.add_argument("--rows", default="", help="only rows whose title has this in it")
    parser.add_argument("--sides", default="", help="only sides whose name has this in it")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory, open_sides(Path(directory), arguments.sides) as sides:
        idle = [memory_mib(side.pids) for side in sides]
        for side in sides:
            prepare(side, _MOST_CLIENTS)
        print("| operation | clients |", " | ".join(side.name for side in sides), "| ratios |")
        for row in ROWS:
            if arguments.rows in row.title:
                _print_row(row, sides, _measure(row, sides, arguments.rounds, arguments.seconds))
        for side, before in zip(sides, idle, strict=True):
            print(f"{side.name}: start {side.startup:.2f} s, memory {before:.0f} MiB idle, {memory_mib(side.pids):.0f} MiB after")


def _measure(row: Row, sides: Sequence[Side], rounds: int, seconds: float) -> list[Measured]:
    """The median of the rounds of each figure; sides take turns."""
    measured: list[list[Measured]] = [[] for _ in sides]
    for _ in range(rounds):
        for mine, side in zip(measured, sides, strict=True):
            mine.append(row.measure(side, row.clients, seconds))
    return [
        Measured(*(statistics.median(getattr(one, name) for one in mine) for name in ("rate", "p99", "cpu"))) for mine in measured
    ]


def _print_row(row: Row, sides: Sequence[Side], measured: Sequence[Measured]) -> None:
    cells = [f"{one.rate:,.0f}/s, p99 {one.p99:.1f} ms, {one.cpu:,.0f} µs" for one in measured]
    ratios = [f"{measured[0].rate / other.rate:.2f}x {side.name}" for side, other in zip(sides[1:], measured[1:], strict=True)]
    print(f"| {row.title} | {row.clients} |", " | ".join(cells), "|", ", ".join(ratios), "|", flush=True)


if __name__ == "__main__":
    main()
