import ipaddress

import pytest

from boot.config import AddressRange
from boot.dhcp.networks import decide_network
from boot.dhcp.packet import parse_packet
from boot.dhcp.request import DhcpRequest, read_request
from tests.boot.dhcp import frames

OURS = ipaddress.IPv4Network("10.0.0.0/24")
HOME = AddressRange(first="10.0.0.20", last="10.0.0.29")
FAR = AddressRange(first="10.1.0.20", last="10.1.0.29", prefix=16)
SELECTED = (82, bytes((5, 4, 10, 1, 0, 0)))


def _request(giaddr: str = "0.0.0.0", *options: tuple[int, bytes]) -> DhcpRequest:
    return read_request(parse_packet(frames.frame([*frames.pxe_options(1), *options], giaddr=giaddr)))


@pytest.mark.parametrize(
    ("request_", "netmask", "ranges", "router", "relayed"),
    [
        (_request(), "255.255.255.0", (HOME,), "10.0.0.254", False),
        (_request("10.1.0.1"), "255.255.0.0", (FAR,), "10.1.0.1", True),
        (_request("192.168.7.1", SELECTED), "255.255.0.0", (FAR,), "10.1.0.0", True),
        (_request("10.0.0.9"), "255.255.255.0", (HOME,), "10.0.0.254", True),
    ],
    ids=["on our wire", "behind a relay", "behind a relay that selects the network", "a relay on our own network"],
)
def test_a_client_is_leased_an_address_of_its_own_network(
    request_: DhcpRequest, netmask: str, ranges: tuple[AddressRange, ...], router: str, *, relayed: bool
) -> None:
    network = decide_network(request_, OURS, "10.0.0.254", (HOME, FAR))
    assert network is not None
    assert (network.netmask, network.ranges, network.router, network.relayed) == (netmask, ranges, router, relayed)


def test_a_network_nobody_gave_addresses_for_has_none() -> None:
    assert decide_network(_request("172.16.0.1"), OURS, "", (HOME, FAR)) is None
    wired = decide_network(_request(), OURS, "", (FAR,))
    assert wired is not None
    assert wired.ranges == ()
