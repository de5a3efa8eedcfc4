"""Rules as far as they concern us, and what becomes of a packet that walks them. Pure.

A condition that is not understood is taken as one that does not hold, and makes what follows uncertain: a rule is only
blamed when every condition before it was understood.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Key(StrEnum):
    """What a condition looks at."""

    INPUT = "iif"
    OUTPUT = "oif"
    PROTOCOL = "protocol"
    DESTINATION = "dport"
    SOURCE = "sport"
    STATE = "state"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Condition:
    """`values` are alternatives: a word, or an inclusive range of ports."""

    key: Key
    values: tuple[str | tuple[int, int], ...] = ()
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """`verdict` is accept, drop, return, jump, goto or "" for one that only counts; `text` is how people write it."""

    conditions: tuple[Condition, ...]
    verdict: str
    target: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """`hook` is input or output on a chain that packets enter, "" on one they are sent to; `policy` its last word."""

    name: str
    rules: Sequence[Rule]
    hook: str = ""
    policy: str = "accept"


@dataclass(frozen=True, slots=True)
class Flow:
    """The first packet of what should get through, at one of the hooks."""

    hook: str
    interface: str
    protocol: str
    destination: int
    source: int = 49152
    """A port of the kind clients choose."""


@dataclass(frozen=True, slots=True)
class _End:
    verdict: str
    text: str
    certain: bool


def find_blocker(chains: Mapping[str, Chain], flow: Flow) -> str:
    """The rule or policy that drops it, "" when none does for certain."""
    for chain in chains.values():
        if chain.hook != flow.hook:
            continue
        end = _walk(chains, chain, flow, certain=True, depth=0)
        if end.verdict in {"", "return"}:
            end = _End(chain.policy, f"policy of chain {chain.name}", end.certain)
        if end.verdict == "drop" and end.certain:
            return end.text
    return ""


def _walk(chains: Mapping[str, Chain], chain: Chain, flow: Flow, *, certain: bool, depth: int) -> _End:
    for rule in chain.rules:
        holds = [_holds(condition, flow) for condition in rule.conditions]
        if False in holds or not rule.verdict:
            continue
        if None in holds:
            certain = False
            continue
        if rule.verdict not in {"jump", "goto"}:
            return _End(rule.verdict, rule.text, certain)
        target = chains.get(rule.target)
        if target is None or depth > 16:
            certain = False
            continue
        end = _walk(chains, target, flow, certain=certain, depth=depth + 1)
        certain = end.certain
        if end.verdict not in {"", "return"} or rule.verdict == "goto":
            return end
    return _End("", "", certain)


def _holds(condition: Condition, flow: Flow) -> bool | None:
    """None when nobody can tell."""
    if condition.key is Key.OTHER or not condition.values:
        return None
    seen: dict[Key, str | int] = {
        Key.INPUT: flow.interface if flow.hook == "input" else "",
        Key.OUTPUT: flow.interface if flow.hook == "output" else "",
        Key.PROTOCOL: flow.protocol,
        Key.STATE: "new",
        Key.DESTINATION: flow.destination,
        Key.SOURCE: flow.source,
    }
    return any(_fits(value, seen[condition.key]) for value in condition.values) is not condition.negated


def _fits(value: str | tuple[int, int], seen: str | int) -> bool:
    if isinstance(value, tuple):
        return isinstance(seen, int) and value[0] <= seen <= value[1]
    if value.endswith(("*", "+")):
        return str(seen).startswith(value[:-1])
    return value.lower() == seen
