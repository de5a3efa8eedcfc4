from pathlib import Path

import pytest

from boot.config import DhcpMode
from boot.preflight.checks.firewall import Firewall, judge_firewalls, list_flows
from boot.preflight.firewall.rules import Chain
from boot.preflight.result import Verdict
from tests.boot.preflight.config import build_config


def _firewall(tool: str, *extra: str) -> Firewall:
    chains = {"site input": Chain("site input", (), "input", "drop")} | {name: Chain(name, ()) for name in extra}
    return Firewall(tool, chains)


@pytest.mark.parametrize(
    ("firewall", "mend"),
    [
        (_firewall("nft"), "nft insert rule inet site input iifname lo udp dport 67 accept"),
        (_firewall("nft", "firewalld filter_INPUT"), "firewall-cmd --add-port=67/udp"),
        (_firewall("iptables"), "iptables -I INPUT -i lo -p udp --dport 67 -j ACCEPT"),
        (_firewall("iptables", "ufw-user-input"), "ufw allow in on lo to any port 67 proto udp"),
    ],
)
def test_each_blocked_port_comes_with_the_command_of_whoever_manages_the_rules(
    firewall: Firewall, mend: str, tmp_path: Path
) -> None:
    found = list(judge_firewalls(build_config(tmp_path), [firewall]))
    assert {result.verdict for result in found} == {Verdict.FAIL}
    assert found[0].mend == mend
    assert "DHCP (UDP 67) is dropped by policy of chain site input" in found[0].sentence
    assert len(found) == 5


def test_an_open_machine_is_fine_and_without_dhcp_less_is_asked_for(tmp_path: Path) -> None:
    (found,) = judge_firewalls(build_config(tmp_path), [Firewall("nft", {})])
    assert found.verdict is Verdict.OK
    assert len(list(list_flows(build_config(tmp_path, dhcp=DhcpMode.OFF)))) == 3
