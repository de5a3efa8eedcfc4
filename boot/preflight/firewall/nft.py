"""`nft -j list ruleset` -> chains (libnftables-json(5)). Pure."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from boot.preflight.firewall.rules import Chain, Condition, Key, Rule

_VERDICTS = {"accept": "accept", "drop": "drop", "reject": "drop", "return": "return", "jump": "jump", "goto": "goto"}
_META = {"iifname": Key.INPUT, "iif": Key.INPUT, "oifname": Key.OUTPUT, "oif": Key.OUTPUT, "l4proto": Key.PROTOCOL}
_PORTS = {"dport": Key.DESTINATION, "sport": Key.SOURCE}
_FAMILIES = {"inet", "ip"}
_HARMLESS = {"counter", "log", "limit", "comment"}
_NUMBERS = {6: "tcp", 17: "udp"}


def parse_nft(text: str) -> dict[str, Chain]:
    """Chains of IPv4 by "table name"; ValueError when it is no such text."""
    objects = json.loads(text)["nftables"]
    sets = {(o["set"]["table"], o["set"]["name"]): o["set"].get("elem", []) for o in objects if "set" in o}
    rules: dict[str, list[Rule]] = {}
    for rule in (o["rule"] for o in objects if "rule" in o):
        rules.setdefault(_name(rule["table"], rule["chain"]), []).append(_rule(rule, sets))
    return {
        _name(chain["table"], chain["name"]): Chain(
            _name(chain["table"], chain["name"]),
            rules.get(_name(chain["table"], chain["name"]), []),
            chain.get("hook", ""),
            chain.get("policy", "accept"),
        )
        for chain in (o["chain"] for o in objects if "chain" in o)
        if chain["family"] in _FAMILIES
    }


def _name(table: str, chain: str) -> str:
    return f"{table} {chain}"


def _rule(rule: Mapping[str, Any], sets: Mapping[tuple[str, str], Any]) -> Rule:
    conditions: list[Condition] = []
    verdict = target = ""
    for expression in rule.get("expr", ()):
        (kind, content), *_ = expression.items()
        if kind == "match":
            conditions += _conditions(content, rule["table"], sets)
        elif kind in _VERDICTS:
            verdict = _VERDICTS[kind]
            target = _name(rule["table"], content["target"]) if kind in {"jump", "goto"} else ""
        elif kind not in _HARMLESS:
            # A verdict map, a match of iptables: it may decide anything.
            conditions.append(Condition(Key.OTHER))
            verdict = verdict or "accept"
    text = f"rule {rule.get('handle', '?')} of nft chain {rule['family']} {_name(rule['table'], rule['chain'])}"
    return Rule(tuple(conditions), verdict, target, text)


def _conditions(match: Mapping[str, Any], table: str, sets: Mapping[tuple[str, str], Any]) -> Iterable[Condition]:
    left, right, negated = match["left"], match["right"], match["op"] == "!="
    if "meta" in left:
        key = _META.get(left["meta"]["key"], Key.OTHER)
    elif "ct" in left:
        key = Key.STATE if left["ct"]["key"] == "state" else Key.OTHER
    elif "payload" in left and left["payload"].get("field") in _PORTS:
        protocol = left["payload"]["protocol"]
        if protocol in {"tcp", "udp"}:
            yield Condition(Key.PROTOCOL, (protocol,))
        key = _PORTS[left["payload"]["field"]]
    elif "payload" in left and (left["payload"].get("protocol"), left["payload"].get("field")) == ("ip", "protocol"):
        key = Key.PROTOCOL
    else:
        key = Key.OTHER
    yield Condition(key, tuple(_values(right, table, sets)), negated)


def _values(right: Any, table: str, sets: Mapping[tuple[str, str], Any]) -> Iterable[str | tuple[int, int]]:
    if isinstance(right, str) and right.startswith("@"):
        right = sets.get((table, right[1:]), [])
    elif isinstance(right, dict) and "set" in right:
        right = right["set"]
    for value in right if isinstance(right, list) else [right]:
        if isinstance(value, dict) and "range" in value:
            yield int(value["range"][0]), int(value["range"][1])
        elif isinstance(value, int):
            yield (value, value)
            if value in _NUMBERS:
                yield _NUMBERS[value]
        elif isinstance(value, str):
            yield value
