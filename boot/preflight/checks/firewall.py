"""Does a firewall of this machine keep the rack's packets from us, or ours from the rack?"""

import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from boot.config import DhcpMode, StackConfig
from boot.preflight.firewall.iptables import parse_iptables
from boot.preflight.firewall.nft import parse_nft
from boot.preflight.firewall.rules import Chain, Flow, find_blocker
from boot.preflight.result import CheckResult, Verdict

NAME = "firewall"
_EPHEMERAL = 49152
"""A port of the kind TFTP answers from: its data does not come from port 69."""


@dataclass(frozen=True, slots=True)
class Firewall:
    """`tool` is nft or iptables, which must be told differently."""

    tool: str
    chains: Mapping[str, Chain]


def check_firewall(config: StackConfig) -> Iterator[CheckResult]:
    """Runs nft and iptables-save, which want root."""
    readers: tuple[tuple[str, tuple[str, ...], Callable[[str], dict[str, Chain]]], ...] = (
        ("nft", ("nft", "-j", "list", "ruleset"), parse_nft),
        ("iptables", ("iptables-save",), parse_iptables),
    )
    firewalls: list[Firewall] = []
    for tool, command, parse in readers:
        if shutil.which(command[0]) is None:
            continue
        try:
            output = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout  # noqa: S603
            firewalls.append(Firewall(tool, parse(output)))
        except (subprocess.SubprocessError, OSError, ValueError, KeyError):
            yield CheckResult(NAME, Verdict.WARN, f"the rules of {tool} cannot be read", "sudo sidero-tui doctor")
    yield from judge_firewalls(config, firewalls)


def judge_firewalls(config: StackConfig, firewalls: Sequence[Firewall]) -> Iterator[CheckResult]:
    """A failure for each rule that is in the way, with what lets us through. Pure."""
    blocked = False
    for firewall in firewalls:
        for what, flow in list_flows(config):
            blocker = find_blocker(firewall.chains, flow)
            if blocker:
                blocked = True
                yield CheckResult(NAME, Verdict.FAIL, f"{what} is dropped by {blocker}", build_remedy(firewall, flow))
    if not blocked:
        yield CheckResult(
            NAME, Verdict.OK, "no rule that drops the rack's packets was found" if firewalls else "none is installed"
        )


def list_flows(config: StackConfig) -> Iterator[tuple[str, Flow]]:
    """What must get through, in words and as the first packet of it."""
    ports, interface = config.ports, config.interface
    if config.dhcp is not DhcpMode.OFF:
        yield f"DHCP (UDP {ports.dhcp})", Flow("input", interface, "udp", ports.dhcp, 68)
        yield f"what we answer to DHCP (UDP {ports.dhcp} to 68)", Flow("output", interface, "udp", 68, ports.dhcp)
        yield f"PXE (UDP {ports.pxe})", Flow("input", interface, "udp", ports.pxe)
    yield f"TFTP (UDP {ports.tftp})", Flow("input", interface, "udp", ports.tftp)
    yield "TFTP's data (UDP, high ports)", Flow("input", interface, "udp", _EPHEMERAL)
    yield f"HTTP (TCP {ports.http})", Flow("input", interface, "tcp", ports.http)


def build_remedy(firewall: Firewall, flow: Flow) -> str:
    """The command, for whoever manages the rules: a rule of firewalld or ufw changed behind its back would come again."""
    port = "32768:60999" if flow.destination == _EPHEMERAL else str(flow.destination)
    names = " ".join(firewall.chains)
    if "firewalld " in names:
        return f"firewall-cmd --add-port={port.replace(':', '-')}/{flow.protocol}"
    if "ufw-user-input" in names:
        way = "in" if flow.hook == "input" else "out"
        return f"ufw allow {way} on {flow.interface} to any port {port} proto {flow.protocol}"
    if firewall.tool == "iptables":
        chain, way = ("INPUT", "-i") if flow.hook == "input" else ("OUTPUT", "-o")
        return f"iptables -I {chain} {way} {flow.interface} -p {flow.protocol} --dport {port} -j ACCEPT"
    chain = next(chain.name for chain in firewall.chains.values() if chain.hook == flow.hook)
    way = "iifname" if flow.hook == "input" else "oifname"
    return f"nft insert rule inet {chain} {way} {flow.interface} {flow.protocol} dport {port.replace(':', '-')} accept"
