import pytest

from boot.cluster_api.endpoint import CHOICES, EndpointKind, Neighbour, advise, find_kind, holds_vip, refuse_host, refuse_vip
from boot.cluster_api.variables import vip_patch

NETWORK = ["192.168.254.0/24"]


@pytest.mark.parametrize("host", ["192.168.254.10", "fd00::10", "api.example.org", "api"])
def test_an_address_or_a_name_is_a_host(host: str) -> None:
    assert refuse_host(host) == ""


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("", "the endpoint is empty"),
        ("https://api.example.org", "a host without a scheme"),
        ("10.0.0.1:6443", "its port is a setting of its own"),
        ("api.example.org:6443", "its port is a setting of its own"),
        ("10.0.0.256", "neither an IP address nor a DNS name"),
        ("Api_Server", "neither an IP address nor a DNS name"),
        ("224.0.0.1", "no address that servers can reach"),
        ("0.0.0.0", "no address that servers can reach"),
    ],
)
def test_what_is_none_is_refused_in_a_sentence(host: str, said: str) -> None:
    assert said in refuse_host(host)


def test_each_choice_says_what_it_means_in_one_sentence() -> None:
    assert {choice.kind for choice in CHOICES} == set(EndpointKind)
    assert all(choice.consequence.endswith(".") and ". " not in choice.consequence for choice in CHOICES)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("192.168.254.10", ""),
        ("192.168.1.10", "not in the servers' network (192.168.254.0/24)"),
        ("192.168.254.255", "broadcast address"),
        ("192.168.254.7", "server seven: a VIP is nobody's own address"),
        ("fd00::1", "an IPv4 address"),
        ("api.example.org", "an IPv4 address"),
    ],
)
def test_a_vip_is_a_free_address_of_the_servers_network(address: str, said: str) -> None:
    reason = refuse_vip(address, NETWORK, [Neighbour("192.168.254.7", "server seven")])
    assert said in reason
    assert bool(said) == bool(reason)


def test_where_no_network_is_known_nothing_is_said_about_it() -> None:
    assert refuse_vip("10.1.2.3", [], []) == ""


def test_the_address_of_a_server_is_one_node_for_now_and_does_not_fit_three() -> None:
    kind = find_kind("10.0.0.7", ["10.0.0.7"])
    assert kind is EndpointKind.SINGLE
    assert "when that node fails, the API is gone" in advise(kind, 3)
    assert advise(kind, 1) == ""
    assert advise(EndpointKind.VIP, 1)
    assert find_kind("10.0.0.8", ["10.0.0.7"]) is EndpointKind.BALANCER


def test_a_vip_is_found_wherever_patches_may_name_it() -> None:
    patches = [vip_patch("10.0.0.9"), "apiVersion: v1alpha1\nkind: Layer2VIPConfig\nname: 10.0.0.8\nlink: eth0\n"]
    vlan = "machine:\n  network:\n    interfaces:\n      - interface: eth0\n        vlans: [{vlanId: 5, vip: {ip: 10.0.5.9}}]\n"
    assert holds_vip(patches, "10.0.0.9")
    assert holds_vip(patches, "10.0.0.8")
    assert holds_vip([vlan], "10.0.5.9")
    assert not holds_vip([*patches, vlan, ": no\n  yaml"], "10.0.0.7")
