"""Whether classes have enough servers to give, and what keeps the others: as the allocation itself decides it."""

from collections.abc import Sequence
from dataclasses import dataclass

from boot.lifecycle.allocation import Choice, choose_servers
from boot.lifecycle.matching import Match, match_server
from sidero_tui.model.snapshot import Snapshot

_TOLD = 3
"""Servers that a shortfall names."""


@dataclass(frozen=True, slots=True)
class Demand:
    """So many servers of that class, for that role ("control plane", "workers")."""

    role: str
    server_class: str
    count: int


def find_choice(snapshot: Snapshot, server_class: str) -> Choice:
    """Servers the class can give now, and why not the others it matches; nothing where there is no such class."""
    found = snapshot.server_classes.get(server_class)
    if found is None:
        return Choice((), {})
    if server_class not in snapshot.choices:
        bound = frozenset(snapshot.bindings)
        snapshot.choices[server_class] = choose_servers(found, list(snapshot.servers.values()), bound)
    return snapshot.choices[server_class]


def describe_shortfall(snapshot: Snapshot, demand: Demand) -> str:
    """One sentence on what this class lacks and why, "" when it has enough."""
    if demand.server_class not in snapshot.server_classes:
        return f"there is no ServerClass {demand.server_class}" if demand.server_class else "choose a class"
    choice = find_choice(snapshot, demand.server_class)
    if len(choice.usable) >= demand.count:
        return ""
    has = f"{demand.server_class} has {len(choice.usable)} of {demand.count} free {_servers(demand.count)}"
    return f"{has}: {_explain(snapshot, demand.server_class, choice)}"


def describe_contention(snapshot: Snapshot, demands: Sequence[Demand]) -> str:
    """One sentence when each class has enough and both together have not, since they share servers; "" otherwise."""
    choices = [find_choice(snapshot, demand.server_class) for demand in demands]
    if any(len(choice.usable) < demand.count for choice, demand in zip(choices, demands, strict=True)):
        return ""
    together = {name for choice in choices for name in choice.usable}
    wanted = sum(demand.count for demand in demands)
    if len(together) >= wanted:
        return ""
    names = " and ".join(dict.fromkeys(demand.server_class for demand in demands))
    roles = " and ".join(f"{demand.count} {demand.role}" for demand in demands)
    return f"{names} together have {len(together)} of {wanted} free {_servers(wanted)}, for {roles}"


def _explain(snapshot: Snapshot, server_class: str, choice: Choice) -> str:
    told = [f"{name} {reason}" for name, reason in sorted(choice.refused.items())]
    missed = sorted(
        (
            match
            for server in snapshot.servers.values()
            if not (match := match_server(snapshot.server_classes[server_class], server)).matches
        ),
        key=_nearness,
    )
    told += [f"{match.server} {_miss(match)}" for match in missed]
    if not told:
        return "no server has registered"
    rest = f", and {len(told) - _TOLD} more" if len(told) > _TOLD else ""
    return "; ".join(told[:_TOLD]) + rest


def _miss(match: Match) -> str:
    if match.causes:
        return "is " + " and ".join(match.causes)
    clause = next(clause for clause in match.clauses if not clause.holds)
    return f"does not match: {clause.path} is {clause.actual or 'not known'}, wanted {clause.wanted}"


def _nearness(match: Match) -> tuple[int, str]:
    return sum(not clause.holds for clause in match.clauses) + len(match.causes), match.server


def _servers(count: int) -> str:
    return "server" if count == 1 else "servers"
