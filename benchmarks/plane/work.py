"""What is measured: each row on each side, in turns, so that whatever else the machine does meets all sides alike."""

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from benchmarks.plane.sides import Side
from benchmarks.plane.usage import cpu_seconds
from benchmarks.plane.wire import Connection, Operation, Result, run_clients

LISTED, WATCHERS = 1000, 50
LIST, CREATE, OWN = "listed", "created", "own"
_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class Measured:
    """One row on one side, once. `p99` in milliseconds, `cpu` in microseconds per operation."""

    rate: float
    p99: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Row:
    title: str
    clients: int
    measure: Callable[[Side, int, float], Measured]


def prepare(side: Side, most_clients: int) -> None:
    """The places, a thousand objects to list, and an object of its own for each client."""
    with closing(Connection(side.address, side.tls)) as connection:
        steps = [side.dialect.prepare(place) for place in (LIST, CREATE, OWN)]
        steps += [side.dialect.create(LIST, f"l-{number:04}") for number in range(LISTED)]
        steps += [side.dialect.create(OWN, f"o-{number}") for number in range(most_clients)]
        left = iter(steps)
        for _ in steps:
            run_clients([connection], lambda _index: left, 0)


def _create(side: Side, _index: int) -> Iterator[Operation]:
    return (side.dialect.create(CREATE, f"c-{number}") for number in _numbers)


def _get(side: Side, index: int) -> Iterator[Operation]:
    return (side.dialect.get(OWN, f"o-{index}") for _ in itertools.repeat(None))


def _list(side: Side, _index: int) -> Iterator[Operation]:
    return (side.dialect.list(LIST) for _ in itertools.repeat(None))


def _patch(side: Side, index: int) -> Iterator[Operation]:
    return (side.dialect.patch(OWN, f"o-{index}", f"{time.monotonic_ns() // 1000:016}") for _ in itertools.repeat(None))


def _measuring(work: Callable[[Side, int], Iterator[Operation]]) -> Callable[[Side, int, float], Measured]:
    def measure(side: Side, clients: int, seconds: float) -> Measured:
        connections = [Connection(side.address, side.tls) for _ in range(clients)]
        before = cpu_seconds(side.pids)
        result = run_clients(connections, lambda index: work(side, index), seconds)
        used = cpu_seconds(side.pids) - before
        for connection in connections:
            connection.close()
        return _judge(result.latencies, result.seconds, used)

    return measure


class _Audience:
    """Watchers that count what they are told, and note how old the oldest of it is."""

    def __init__(self, side: Side) -> None:
        self._side = side
        self.connections = [Connection(side.address, side.tls) for _ in range(WATCHERS)]
        self._told = [0] * WATCHERS
        self.ages: list[float] = []
        for connection in self.connections:
            connection.send(side.dialect.watch(OWN))
        self._settle()

    def read(self, index: int) -> None:
        connection = self.connections[index]
        connection.read_some()
        whole = connection.answer.rfind(b"\n") + 1
        piece = bytes(connection.answer[:whole])
        del connection.answer[:whole]
        told = piece.count(self._side.dialect.event)
        if told:
            self._told[index] += told
            if stamp := self._side.dialect.stamp_of(piece):
                self.ages.append(time.monotonic() - stamp / 1_000_000)

    def wait(self, writes: int) -> None:
        """Until everybody has been told of so many writes."""
        deadline = time.monotonic() + 60
        while min(self._told) < writes:
            assert time.monotonic() < deadline, f"told {min(self._told)} to {max(self._told)} of {writes}"
            for index in range(WATCHERS):
                self.read(index)

    def _settle(self) -> None:
        """Until the objects that were there are told: the stream has begun."""
        quiet = time.monotonic() + 0.5
        while time.monotonic() < quiet:
            for index in range(WATCHERS):
                self.read(index)
        self._told = [0] * WATCHERS
        self.ages.clear()


def _measure_audience(side: Side, clients: int, seconds: float) -> Measured:
    audience = _Audience(side)
    writers = [Connection(side.address, side.tls) for _ in range(clients)]
    before, began = cpu_seconds(side.pids), time.monotonic()
    result: Result = run_clients(writers, lambda index: _patch(side, index), seconds, audience.connections, audience.read)
    audience.wait(len(result.latencies))
    took, used = time.monotonic() - began, cpu_seconds(side.pids) - before
    for connection in (*writers, *audience.connections):
        connection.close()
    measured = _judge(result.latencies, took, used)
    return Measured(measured.rate, percentile(audience.ages, 0.99) * 1000, measured.cpu)


def _judge(latencies: Sequence[float], seconds: float, cpu: float) -> Measured:
    return Measured(len(latencies) / seconds, percentile(latencies, 0.99) * 1000, cpu / len(latencies) * 1_000_000)


def percentile(values: Sequence[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * part))] if values else 0.0


ROWS = tuple(
    Row(title, clients, measure)
    for title, measure in (
        ("create", _measuring(_create)),
        ("get", _measuring(_get)),
        (f"list {LISTED}", _measuring(_list)),
        ("merge patch", _measuring(_patch)),
        (f"merge patch, {WATCHERS} watchers fed", _measure_audience),
    )
    for clients in (1, 32)
)
