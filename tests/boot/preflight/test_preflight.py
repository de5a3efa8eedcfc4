import os
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from boot.config import DhcpMode, Ports, StackConfig
from boot.errors import ConfigError
from boot.preflight.checks.clock import check_clock
from boot.preflight.checks.interface import check_interface
from boot.preflight.checks.ipxe import check_ipxe
from boot.preflight.checks.ports import check_ports
from boot.preflight.checks.state import check_state
from boot.preflight.doctor import run_checks
from boot.preflight.interfaces import Interface, choose_interface, list_interfaces
from boot.preflight.result import CheckResult, Verdict, render_checks

WIRED = Interface("eth0", "10.0.0.5", 24, up=True, carrier=True)
WIFI = Interface("wlan0", "192.168.1.7", 24, up=True, carrier=True, wireless=True)
DOCKER = Interface("docker0", "172.17.0.1", 16, up=True)
LOOPBACK = Interface("lo", "127.0.0.1", 8, up=True, carrier=True, loopback=True)
UNPLUGGED = Interface("eth1", "10.9.0.5", 24, up=True)


def _config(tmp_path: Path, **fields: object) -> StackConfig:
    base = {"state_dir": tmp_path, "advertise": "127.0.0.1", "interface": "lo", "listen": "127.0.0.1", "ipxe_dirs": (tmp_path,)}
    return StackConfig.model_validate({**base, **fields})


@pytest.mark.parametrize(
    ("interfaces", "chosen"),
    [
        ([LOOPBACK, WIFI, WIRED, DOCKER], "eth0"),
        ([LOOPBACK, WIFI, DOCKER], "wlan0"),
        ([LOOPBACK, UNPLUGGED, WIFI], "wlan0"),
        ([LOOPBACK, DOCKER], "docker0"),
        ([LOOPBACK], "lo"),
        ([UNPLUGGED, WIRED], "eth0"),
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


@pytest.mark.parametrize(
    ("interface", "verdict", "words"),
    [
        (WIRED, Verdict.OK, "machines are told"),
        (Interface("eth0", "10.0.0.5", 24), Verdict.FAIL, "it is down"),
        (Interface("eth0", "10.0.0.5", 24, up=True), Verdict.FAIL, "no link"),
        (Interface("eth0", "10.0.0.6", 24, up=True, carrier=True), Verdict.WARN, "no interface of this machine has that address"),
        (Interface("eth0", "10.0.0.5", 24, up=True, carrier=True, wireless=True), Verdict.WARN, "wireless"),
        (WIFI, Verdict.FAIL, "there is no interface eth0"),
    ],
)
def test_the_interface_is_looked_at(tmp_path: Path, interface: Interface, verdict: Verdict, words: str) -> None:
    result = check_interface(_config(tmp_path, interface="eth0", advertise="10.0.0.5"), [interface], "because")
    assert result.verdict is verdict
    assert words in result.sentence
    assert bool(result.mend) is (verdict is not Verdict.OK)


def test_who_holds_a_port_is_named_with_its_process(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        ports = Ports(dhcp=0, pxe=0, tftp=taken.getsockname()[1], http=0, plane=0)
        results = {result.name: result for result in check_ports(_config(tmp_path, ports=ports))}
    assert results["port tftp"].verdict is Verdict.FAIL
    assert f"(process {os.getpid()})" in results["port tftp"].sentence
    assert all(result.verdict is Verdict.OK for name, result in results.items() if name != "port tftp")


def test_dhcp_that_is_off_wants_no_port(tmp_path: Path) -> None:
    results = check_ports(_config(tmp_path, dhcp=DhcpMode.OFF, ports=Ports(tftp=0, http=0, plane=0)))
    assert [result.name for result in results] == ["port tftp", "port http", "port plane"]


def test_ipxe_files_are_found_or_their_package_is_named(tmp_path: Path) -> None:
    (tmp_path / "undionly.kpxe").write_bytes(b"x")
    (tmp_path / "snponly.efi").write_bytes(b"x")
    bios, uefi, arm = check_ipxe(_config(tmp_path))
    assert (bios.verdict, uefi.verdict, arm.verdict) == (Verdict.OK, Verdict.OK, Verdict.WARN)
    assert "apt install ipxe" in arm.mend
    assert next(check_ipxe(_config(tmp_path, ipxe_dirs=()))).verdict is Verdict.FAIL


def test_a_state_directory_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (result,) = check_state(_config(tmp_path, state_dir=tmp_path / "file" / "state"))
    assert result.verdict is Verdict.FAIL
    good, _ = check_state(_config(tmp_path, state_dir=tmp_path / "new" / "state"))
    assert good.verdict is Verdict.OK
    assert not (tmp_path / "new").exists()


def test_a_clock_in_the_past_is_told() -> None:
    assert check_clock(datetime(1970, 1, 1, tzinfo=UTC)).verdict is Verdict.FAIL
    assert check_clock(datetime(2027, 1, 1, tzinfo=UTC)).verdict is Verdict.OK


def test_the_page_names_each_check_its_remedy_and_the_sum(tmp_path: Path) -> None:
    ports = Ports(dhcp=0, pxe=0, tftp=0, http=0, plane=0)
    text = render_checks(run_checks(_config(tmp_path, ports=ports), "because", datetime(2027, 1, 1, tzinfo=UTC)))
    assert "2 failures" in text.splitlines()[-1]
    assert "→ apt install ipxe" in text
    page = render_checks([CheckResult("a", Verdict.OK, "fine"), CheckResult("longer", Verdict.WARN, "hm", "do this")])
    assert page.splitlines()[-1] == "1 ok, 1 warnings, 0 failures"
