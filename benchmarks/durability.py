"""What the plane pays for writes that survive power loss: transactions of its own tables with a sync each, and without."""

import statistics
import tempfile
import time
from pathlib import Path

from boot.store.database import open_writable, transaction
from boot.store.layout import put_rows
from boot.store.records import Key, Stored

ROUNDS, SECONDS, SIZE = 5, 1.0, 3000
"""Rounds in turns, seconds of each, bytes of an object."""
POLICIES, BATCHES = ("FULL", "NORMAL"), (1, 32)


def main() -> None:
    rates: dict[tuple[str, int], list[float]] = {(policy, batch): [] for policy in POLICIES for batch in BATCHES}
    with tempfile.TemporaryDirectory() as directory:
        for number in range(ROUNDS):
            for policy, batch in rates:
                rates[policy, batch].append(_measure(Path(directory) / f"{policy}-{batch}-{number}.db", policy, batch))
    for (policy, batch), measured in rates.items():
        rate = statistics.median(measured)
        title = f"synchronous={policy:7} {batch:3} writes a transaction"
        print(f"{title} {rate:8,.0f} writes/s {1e6 / rate * batch:8,.0f} µs a transaction")
    for batch in BATCHES:
        full, normal = (statistics.median(rates[policy, batch]) for policy in POLICIES)
        print(f"with {batch} writes a transaction FULL keeps {full / normal:.0%} of NORMAL's rate")


def _measure(path: Path, policy: str, batch: int) -> float:
    """Writes a second."""
    connection, _, _ = open_writable(path)
    connection.execute(f"PRAGMA synchronous={policy}")
    written, began = 0, time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        objects = [
            Stored(Key("", "configmaps", "default", f"m{number % 1000}"), bytes(SIZE), number + 1)
            for number in range(written, written + batch)
        ]
        with transaction(connection):
            put_rows(connection, iter(objects))
        written += batch
    rate = written / (time.perf_counter() - began)
    connection.close()
    return rate


if __name__ == "__main__":
    main()
