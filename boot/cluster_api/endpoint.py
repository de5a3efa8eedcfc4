"""Where a cluster's API is reached: the kinds of endpoint, what each means, and what is wrong with one. Pure.

A VIP is one address that the control plane nodes hold in turn: its holder is elected through etcd, and it moves by gratuitous
ARP, so it must be free and in the nodes' own network (Talos: virtual (shared) IP).
"""

import ipaddress
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import yaml

_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_LONGEST_NAME = 253


class EndpointKind(StrEnum):
    VIP = "vip"
    BALANCER = "balancer"
    SINGLE = "single"


@dataclass(frozen=True, slots=True)
class Choice:
    """`consequence` is what choosing it means, in one sentence."""

    kind: EndpointKind
    title: str
    consequence: str


CHOICES: tuple[Choice, ...] = (
    Choice(
        EndpointKind.VIP,
        "a shared address (VIP) of the control plane nodes",
        "Needs nothing else: one node at a time answers it and another takes over when that one fails; it must be free, in the "
        "nodes' own network, and it balances nothing.",
    ),
    Choice(
        EndpointKind.BALANCER,
        "a load balancer or a DNS name that you run",
        "Spreads the load and may be in any network; it must forward to every control plane node before the first one is "
        "bootstrapped, and follow when nodes come and go.",
    ),
    Choice(
        EndpointKind.SINGLE,
        "one node's own address, for now",
        "The API is gone whenever that node is; the address is in every certificate and kubeconfig, so more control plane nodes "
        "later make it no more available unless the address moves to a VIP or a balancer.",
    ),
)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An address that somebody has, and who, as people say it: `server 4c4c4544-...`."""

    address: str
    owner: str


def refuse_host(host: str) -> str:
    """Why this is no host of an endpoint, "" when it is an IP address or a DNS name."""
    if not host:
        return "the endpoint is empty: an address such as 192.168.254.10 or a DNS name is wanted"
    if "://" in host:
        return f"{host}: the endpoint is a host without a scheme; its port is a setting of its own"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return _refuse_name(host)
    # Loopback passes: that is where simulated servers are.
    if address.is_unspecified or address.is_multicast or address.is_link_local:
        return f"{host} is no address that servers can reach"
    return ""


def _refuse_name(host: str) -> str:
    if re.fullmatch(r"[0-9.]+(:\d+)?|[^:]+:\d+", host):
        return f"{host} is neither an IP address nor a DNS name; its port is a setting of its own"
    if len(host) > _LONGEST_NAME or not all(_LABEL.fullmatch(label) for label in host.split(".")):
        return f"{host} is neither an IP address nor a DNS name"
    return ""


def refuse_vip(host: str, networks: Iterable[str], taken: Collection[Neighbour]) -> str:
    """Why this cannot be a VIP, "" when nothing speaks against it; `networks` are those the servers are in, as CIDR.

    Whether it is free on the wire only a probe tells.
    """
    if reason := refuse_host(host):
        return reason
    try:
        address = ipaddress.IPv4Address(host)
    except ValueError:
        return f"{host}: a VIP is an IPv4 address of the servers' network"
    owner = next((entry.owner for entry in taken if entry.address == host), None)
    if owner is not None:
        return f"{host} is {owner}: a VIP is nobody's own address"
    known = [ipaddress.IPv4Network(network, strict=False) for network in networks]
    home = [network for network in known if address in network]
    if known and not home:
        listed = ", ".join(map(str, known))
        return f"{host} is not in the servers' network ({listed}), where a VIP must be: its holder announces it by ARP"
    if any(network.prefixlen < 31 and address in (network.network_address, network.broadcast_address) for network in home):
        return f"{host} is the network's own or its broadcast address"
    return ""


def advise(kind: EndpointKind, control_planes: int) -> str:
    """What does not fit between a kind of endpoint and a number of control plane nodes, "" where it does."""
    if kind is EndpointKind.SINGLE and control_planes > 1:
        return (
            f"one node's address is the endpoint of {control_planes} control plane nodes: when that node fails, the API is gone"
        )
    if kind is EndpointKind.VIP and control_planes == 1:
        return "a VIP of one control plane node is that node's alone, until there are more"
    return ""


def find_kind(host: str, own: Sequence[str]) -> EndpointKind:
    """What an endpoint that somebody typed amounts to: `own` are addresses that servers have."""
    return EndpointKind.SINGLE if host in own else EndpointKind.BALANCER


def holds_vip(patches: Iterable[str], host: str) -> bool:
    """Whether strategic patches have the nodes hold `host` as a VIP; what is no YAML says nothing here."""
    return any(_names_vip(document, host) for patch in patches for document in _documents(patch))


def _documents(patch: str) -> list[Any]:
    try:
        return list(yaml.safe_load_all(patch))
    except yaml.YAMLError:
        return []


def _names_vip(value: Any, host: str) -> bool:
    """`vip: {ip: host}` of an interface or a VLAN, or a document of its own (Talos 1.12 and later)."""
    if isinstance(value, dict):
        if value.get("kind") == "Layer2VIPConfig" and value.get("name") == host:
            return True
        vip = value.get("vip")
        if isinstance(vip, dict) and vip.get("ip") == host:
            return True
        return any(_names_vip(below, host) for below in value.values())
    return isinstance(value, list) and any(_names_vip(item, host) for item in value)
