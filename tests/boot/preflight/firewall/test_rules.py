"""The two readers and the walk, by rules as nft 1.0.6 and iptables 1.8.9 print them."""

import json
from collections.abc import Mapping

import pytest

from boot.preflight.firewall.iptables import parse_iptables
from boot.preflight.firewall.nft import parse_nft
from boot.preflight.firewall.rules import Chain, Flow, find_blocker

DHCP = Flow("input", "eth0", "udp", 67, 68)
HTTP = Flow("input", "eth0", "tcp", 8081)
ANSWER = Flow("output", "eth0", "udp", 68, 67)
ESTABLISHED = {"match": {"op": "in", "left": {"ct": {"key": "state"}}, "right": ["established", "related"]}}
LOOPBACK = {"match": {"op": "==", "left": {"meta": {"key": "iifname"}}, "right": "lo"}}
SOMEBODY = {"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "saddr"}}, "right": "10.0.0.9"}}


def _port(protocol: str, right: object, op: str = "==", field: str = "dport") -> Mapping[str, object]:
    return {"match": {"op": op, "left": {"payload": {"protocol": protocol, "field": field}}, "right": right}}


def _nft(policy: str, *rules: list[Mapping[str, object]], hook: str = "input") -> dict[str, Chain]:
    where = {"family": "inet", "table": "f"}
    chains = [
        {"chain": where | {"name": "base", "hook": hook, "policy": policy, "type": "filter", "prio": 0}},
        {"chain": where | {"name": "sub"}},
    ]
    listed = [{"rule": where | {"chain": "base", "handle": n, "expr": rule}} for n, rule in enumerate(rules)]
    listed.append({"rule": where | {"chain": "sub", "handle": 99, "expr": [_port("udp", 67), {"drop": None}]}})
    ports = {"set": where | {"name": "ports", "elem": [80, {"range": [8000, 8100]}]}}
    return parse_nft(json.dumps({"nftables": [{"metainfo": {}}, {"table": where}, ports, *chains, *listed]}))


@pytest.mark.parametrize(
    ("chains", "flow", "blocker"),
    [
        (_nft("accept"), DHCP, ""),
        (_nft("drop"), DHCP, "policy of chain f base"),
        (_nft("drop"), ANSWER, ""),
        (_nft("drop", hook="output"), ANSWER, "policy of chain f base"),
        (_nft("drop", [ESTABLISHED, {"accept": None}], [LOOPBACK, {"accept": None}]), DHCP, "policy of chain f base"),
        (_nft("drop", [_port("udp", {"set": [53, {"range": [60, 70]}]}), {"accept": None}]), DHCP, ""),
        (_nft("drop", [_port("udp", 53, "!="), {"accept": None}]), DHCP, ""),
        (_nft("drop", [_port("tcp", "@ports"), {"counter": {"packets": 1}}, {"accept": None}]), HTTP, ""),
        (_nft("drop", [_port("tcp", "@ports"), {"accept": None}]), DHCP, "policy of chain f base"),
        (_nft("accept", [{"jump": {"target": "sub"}}]), DHCP, "rule 99 of nft chain inet f sub"),
        (_nft("accept", [{"goto": {"target": "sub"}}], [{"drop": None}]), HTTP, ""),
        (
            _nft("accept", [_port("udp", 67, field="sport"), {"reject": None}], hook="output"),
            ANSWER,
            "rule 0 of nft chain inet f base",
        ),
        (_nft("drop", [SOMEBODY, {"accept": None}]), DHCP, ""),
        (_nft("drop", [{"vmap": {}}]), DHCP, ""),
        (_nft("accept", [SOMEBODY, {"drop": None}]), DHCP, ""),
        (_nft("accept", [{"jump": {"target": "gone"}}], [{"drop": None}]), DHCP, ""),
    ],
)
def test_a_rule_of_nftables_is_blamed_only_when_it_is_sure_to_drop(chains: dict[str, Chain], flow: Flow, blocker: str) -> None:
    assert find_blocker(chains, flow) == blocker


IPTABLES = """*nat
:PREROUTING ACCEPT [0:0]
-A PREROUTING -p udp --dport 67 -j DROP
COMMIT
*filter
:INPUT DROP [0:0]
:OUTPUT ACCEPT [0:0]
:ufw - [0:0]
-A INPUT -i eth+ -p udp -m multiport --dports 67,69 -m comment --comment "boot -j DROP" -j ACCEPT
-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
-A INPUT -j LOG --log-prefix "x "
-A INPUT -j ufw
-A ufw ! -i eth3 -p tcp -m tcp --dport 8080:8090 -j REJECT --reject-with icmp-port-unreachable
COMMIT
"""


@pytest.mark.parametrize(
    ("flow", "blocker"),
    [
        (DHCP, ""),
        (ANSWER, ""),
        (HTTP, "--dport 8080:8090 -j REJECT"),
        (Flow("input", "eth3", "tcp", 8081), "policy of chain INPUT"),
        (Flow("input", "eth0", "udp", 4011), "policy of chain INPUT"),
    ],
)
def test_a_rule_of_iptables_is_blamed_likewise(flow: Flow, blocker: str) -> None:
    found = find_blocker(parse_iptables(IPTABLES), flow)
    assert (blocker in found) if blocker else not found


def test_a_chain_that_calls_itself_ends() -> None:
    text = "*filter\n:INPUT ACCEPT [0:0]\n:a - [0:0]\n-A INPUT -j a\n-A a -j a\n-A INPUT -s 10.0.0.1 -j DROP\nCOMMIT\n"
    assert find_blocker(parse_iptables(text), DHCP) == ""
