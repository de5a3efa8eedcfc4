"""The Prometheus text format, version 0.0.4: families of samples to text. Pure."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Labels = tuple[tuple[str, str], ...]
"""Names and values."""


@dataclass(frozen=True, slots=True)
class Family:
    """One metric: `kind` is counter, gauge or histogram; a sample's suffix is appended to the name."""

    name: str
    kind: str
    description: str
    samples: Sequence[tuple[str, Labels, float]]


def counter(name: str, description: str, values: Mapping[Labels, float]) -> Family:
    return Family(name, "counter", description, [("", labels, value) for labels, value in values.items()])


def gauge(name: str, description: str, values: Mapping[Labels, float]) -> Family:
    return Family(name, "gauge", description, [("", labels, value) for labels, value in values.items()])


@dataclass(slots=True)
class Histogram:
    """How many observations fell under which bound."""

    bounds: tuple[float, ...]
    counts: list[int] = field(default_factory=list)
    total: float = 0.0

    def __post_init__(self) -> None:
        self.counts = [0] * (len(self.bounds) + 1)

    def observe(self, value: float) -> None:
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def samples(self, labels: Labels) -> Iterator[tuple[str, Labels, float]]:
        below = 0
        for bound, count in zip((*map(_number, self.bounds), "+Inf"), self.counts, strict=True):
            below += count
            yield "_bucket", (*labels, ("le", bound)), below
        yield "_sum", labels, self.total
        yield "_count", labels, below


def histogram(name: str, description: str, values: Mapping[Labels, Histogram]) -> Family:
    return Family(name, "histogram", description, [sample for labels, one in values.items() for sample in one.samples(labels)])


def render_metrics(families: Iterable[Family]) -> str:
    return "".join(line for family in families for line in _lines(family))


def _lines(family: Family) -> Iterator[str]:
    yield f"# HELP {family.name} {family.description}\n# TYPE {family.name} {family.kind}\n"
    for suffix, labels, value in family.samples:
        shown = ",".join(f'{name}="{_escape(text)}"' for name, text in labels)
        yield f"{family.name}{suffix}{{{shown}}} {_number(value)}\n" if shown else f"{family.name}{suffix} {_number(value)}\n"


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)
