"""`iptables-save` -> chains (iptables(8)). Pure."""

import shlex
from collections.abc import Sequence

from boot.preflight.firewall.rules import Chain, Condition, Key, Rule

_HOOKS = {"INPUT": "input", "OUTPUT": "output"}
_TARGETS = {"ACCEPT": "accept", "DROP": "drop", "REJECT": "drop", "RETURN": "return"}
_PASSING = {"LOG", "NFLOG", "MARK", "CONNMARK", "AUDIT", "CT", "NOTRACK", "TRACE"}
"""Targets after which a packet goes on."""
_KEYS = {
    "-i": Key.INPUT,
    "-o": Key.OUTPUT,
    "-p": Key.PROTOCOL,
    "--dport": Key.DESTINATION,
    "--dports": Key.DESTINATION,
    "--sport": Key.SOURCE,
    "--sports": Key.SOURCE,
    "--ctstate": Key.STATE,
    "--state": Key.STATE,
}
_SILENT = {"-m", "--comment", "--reject-with", "--log-prefix", "--log-level"}
"""Options with a value that say nothing about which packets."""


def parse_iptables(text: str) -> dict[str, Chain]:
    """Chains of the filter table by name."""
    policies: dict[str, str] = {}
    rules: dict[str, list[Rule]] = {}
    table = ""
    for line in text.splitlines():
        if line.startswith("*"):
            table = line[1:]
        elif table == "filter" and line.startswith(":"):
            name, policy, *_ = line[1:].split()
            policies[name] = _TARGETS.get(policy, "accept")
        elif table == "filter" and line.startswith("-A "):
            _, name, *words = shlex.split(line)
            rules.setdefault(name, []).append(_rule(words, line))
    return {name: Chain(name, rules.get(name, []), _HOOKS.get(name, ""), policy) for name, policy in policies.items()}


def _rule(words: Sequence[str], line: str) -> Rule:
    conditions: list[Condition] = []
    verdict = target = ""
    negated = False
    position = 0
    while position < len(words):
        option = words[position]
        value = words[position + 1] if position + 1 < len(words) else ""
        position += 2
        if option == "!":
            negated, position = True, position - 1
            continue
        if option in {"-j", "-g"}:
            verdict = _TARGETS.get(value, "" if value in _PASSING else "jump" if option == "-j" else "goto")
            target = value if verdict in {"jump", "goto"} else ""
        elif option in _KEYS:
            conditions.append(Condition(_KEYS[option], tuple(map(_value, value.split(","))), negated))
        elif option not in _SILENT:
            conditions.append(Condition(Key.OTHER))
            if value.startswith("-"):
                position -= 1  # an option without a value
        negated = False
    return Rule(tuple(conditions), verdict, target, f"iptables rule {line!r}")


def _value(text: str) -> str | tuple[int, int]:
    first, _, last = text.partition(":")
    if first.isdigit():
        return int(first), int(last or first)
    return text
