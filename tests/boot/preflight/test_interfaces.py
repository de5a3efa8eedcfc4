import pytest

from boot.errors import ConfigError
from boot.interfaces import Interface, list_interfaces
from boot.preflight.interfaces import choose_interface

WIRED = Interface("eth0", "10.0.0.5", 24, up=True, carrier=True)
WIFI = Interface("wlan0", "192.168.1.7", 24, up=True, carrier=True, wireless=True)
DOCKER = Interface("docker0", "172.17.0.1", 16, up=True)
LOOPBACK = Interface("lo", "127.0.0.1", 8, up=True, carrier=True, loopback=True)
UNPLUGGED = Interface("eth1", "10.9.0.5", 24, up=True)
PUBLIC = Interface("eth2", "52.10.0.4", 24, up=True, carrier=True)


@pytest.mark.parametrize(
    ("interfaces", "chosen"),
    [
        ([LOOPBACK, WIFI, WIRED, DOCKER], "eth0"),
        ([LOOPBACK, WIFI, DOCKER], "wlan0"),
        ([LOOPBACK, UNPLUGGED, WIFI], "wlan0"),
        ([LOOPBACK, DOCKER], "docker0"),
        ([LOOPBACK], "lo"),
        ([UNPLUGGED, WIRED], "eth0"),
        ([PUBLIC, WIRED], "eth0"),
        ([Interface("eth3", up=True, carrier=True), WIFI], "wlan0"),
    ],
)
def test_the_likeliest_interface_is_chosen(interfaces: list[Interface], chosen: str) -> None:
    assert choose_interface(interfaces, None).interface == chosen


def test_a_named_interface_or_address_wins() -> None:
    everything = [LOOPBACK, WIRED, WIFI]
    assert choose_interface(everything, "wlan0").address == "192.168.1.7"
    assert choose_interface(everything, None, "192.168.1.7").interface == "wlan0"
    assert choose_interface(everything, None, "203.0.113.9").interface == "eth0"


def test_what_cannot_be_used_is_said_with_what_there_is() -> None:
    with pytest.raises(ConfigError, match="there is no interface eth7; this machine has: eth0"):
        choose_interface([WIRED], "eth7")
    with pytest.raises(ConfigError, match="has no IPv4 address"):
        choose_interface([Interface("eth2", up=True)], "eth2")
    with pytest.raises(ConfigError, match="no interface has an IPv4 address"):
        choose_interface([Interface("eth2", up=True)], None)


def test_this_machines_own_interfaces_are_read() -> None:
    (loopback,) = [interface for interface in list_interfaces() if interface.loopback]
    assert (loopback.name, loopback.address, loopback.netmask, loopback.up) == ("lo", "127.0.0.1", "255.0.0.0", True)
