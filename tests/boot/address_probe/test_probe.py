from boot.address_probe.probe import AddressProber, read_neighbour
from boot.clock import SystemClock
from boot.resources.address_probes import Finding

TABLE = """IP address       HW type     Flags       HW address            Mask     Device
10.0.0.9         0x1         0x2         02:00:00:00:00:02     *        eth0
10.0.0.8         0x1         0x0         00:00:00:00:00:00     *        eth0
10.0.0.7         0x1         0x2         02:00:00:00:00:07     *        eth1
"""


def test_the_kernels_table_tells_who_was_resolved_on_that_interface() -> None:
    assert read_neighbour(TABLE, "10.0.0.9", "eth0") == "02:00:00:00:00:02"
    assert read_neighbour(TABLE, "10.0.0.8", "eth0") == ""
    assert read_neighbour(TABLE, "10.0.0.7", "eth0") == ""
    assert read_neighbour("", "10.0.0.9", "eth0") == ""


async def test_an_address_behind_a_router_cannot_be_asked_for_and_it_is_said_why() -> None:
    prober = AddressProber(("lo",), SystemClock())
    probe = await prober.probe("192.0.2.7")
    assert probe.finding is Finding.UNKNOWN
    assert probe.reason == "192.0.2.7 is in none of the networks this machine is in (127.0.0.0/8): ARP does not reach it"
    assert (await prober.probe("api.example.org")).finding is Finding.UNKNOWN


async def test_our_own_address_is_taken() -> None:
    probe = await AddressProber(("lo",), SystemClock()).probe("127.0.0.1")
    assert (probe.finding, probe.reason) == (Finding.TAKEN, "127.0.0.1 is this machine's own address")


def test_networks_are_those_of_the_interfaces_that_serve() -> None:
    assert AddressProber(("lo",), SystemClock()).list_networks() == ["127.0.0.0/8"]
    assert AddressProber(("nope",), SystemClock()).list_networks() == []
