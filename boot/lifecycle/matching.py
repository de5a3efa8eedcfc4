"""Which Servers a ServerClass lists, exactly as Sidero's controller decides it, and for every other one the reason why not.

Sidero: accepted, not cordoned, `selector` over the Server's labels, and `qualifiers`: hardware entries are alternatives,
each compared by partial equality (a zero value in the filter is ignored, slices index by index, strings exactly);
labelSelectors are alternatives too, and inside one any single pair suffices.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from boot.resources.metal import Server, ServerClass

_NOTHING = "(none)"


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing the class asks for: where, what it wants, what the server has."""

    path: str
    wanted: str
    actual: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Match:
    """`matches` = listed in the class's status, under serversInUse when `in_use`, else serversAvailable.

    `clauses` come misses first, the nearest miss first; of alternatives, those of the nearest one. `causes` are the other
    reasons why it is not listed, a sentence each.
    """

    server: str
    server_class: str
    matches: bool
    clauses: tuple[Clause, ...]
    causes: tuple[str, ...]
    in_use: bool


def match_server(server_class: ServerClass, server: Server) -> Match:
    """The decision and everything it rests on."""
    labels = server.metadata.labels
    clauses = [
        *_selector_clauses(server_class, labels),
        *_nearest(_hardware_alternatives(server_class, server)),
        *_label_alternatives(server_class, labels),
    ]
    causes = tuple(
        cause
        for holds, cause in (
            (not server.spec.accepted, "not accepted"),
            (server.spec.cordoned, "cordoned"),
        )
        if holds
    )
    return Match(
        server=server.name,
        server_class=server_class.name,
        matches=not causes and all(clause.holds for clause in clauses),
        clauses=tuple(sorted(clauses, key=_nearness)),
        causes=causes,
        in_use=server.status.in_use,
    )


def _nearness(clause: Clause) -> tuple[bool, float]:
    # The controller asks this for every server and class: an upper bound of the likeness is a tenth of the work.
    return clause.holds, 0.0 if clause.holds else -SequenceMatcher(None, clause.wanted, clause.actual).quick_ratio()


def _nearest(alternatives: Sequence[list[Clause]]) -> list[Clause]:
    """Of alternatives, one that holds, else the one with the fewest and nearest misses; none at all when unqualified."""

    def distance(clauses: list[Clause]) -> tuple[int, float]:
        misses = [clause for clause in clauses if not clause.holds]
        return len(misses), sum(_nearness(clause)[1] for clause in misses)

    return min(alternatives, key=distance, default=[])


def _hardware_alternatives(server_class: ServerClass, server: Server) -> list[list[Clause]]:
    hardware = server.spec.hardware
    actual = hardware.wire() if hardware else {}
    entries = server_class.spec.qualifiers.hardware or []
    return [list(_partial_equality(entry.wire(), actual, "hardware")) for entry in entries]


def _partial_equality(wanted: Any, actual: Any, path: str) -> Iterator[Clause]:
    if isinstance(wanted, dict):
        for key, value in wanted.items():
            yield from _partial_equality(value, actual.get(key) if isinstance(actual, dict) else None, f"{path}.{key}")
    elif isinstance(wanted, list):
        for index, value in enumerate(wanted):
            there = isinstance(actual, list) and index < len(actual)
            if not there and not _asks(value):
                # Even an entry that asks for nothing needs something at its place: Sidero compares lengths first.
                yield Clause(f"{path}[{index}]", "an entry", _NOTHING, holds=False)
            yield from _partial_equality(value, actual[index] if there else None, f"{path}[{index}]")
    elif wanted not in ("", 0, None, False):
        yield Clause(path, str(wanted), _NOTHING if actual in (None, "") else str(actual), holds=wanted == actual)


def _asks(wanted: Any) -> bool:
    return any(_partial_equality(wanted, None, ""))


def _label_alternatives(server_class: ServerClass, labels: Mapping[str, str]) -> Iterator[Clause]:
    selectors = server_class.spec.qualifiers.label_selectors or []
    if selectors:
        pairs = [(key, value) for selector in selectors for key, value in selector.items()]
        wanted = " or ".join(f"{key}={value}" for key, value in pairs)
        holds = any(labels.get(key) == value for key, value in pairs)
        yield Clause("labels", wanted, _render_labels(labels, {key for key, _ in pairs}), holds)


def _selector_clauses(server_class: ServerClass, labels: Mapping[str, str]) -> Iterator[Clause]:
    selector = server_class.spec.selector
    if selector is None:
        return
    for key, value in (selector.match_labels or {}).items():
        yield Clause(f"labels[{key}]", value, labels.get(key, _NOTHING), labels.get(key) == value)
    for requirement in selector.match_expressions or ():
        values = requirement.values or []
        present = requirement.key in labels
        actual = labels.get(requirement.key, _NOTHING)
        holds = {
            "In": present and actual in values,
            "NotIn": not present or actual not in values,
            "Exists": present,
            "DoesNotExist": not present,
        }.get(requirement.operator, False)
        wanted = " ".join((requirement.operator, ", ".join(values))).strip()
        yield Clause(f"labels[{requirement.key}]", wanted, actual, holds)


def _render_labels(labels: Mapping[str, str], keys: set[str]) -> str:
    found = [f"{key}={labels[key]}" for key in sorted(keys) if key in labels]
    return ", ".join(found) or _NOTHING
