import os
import socket
from pathlib import Path

import pytest

from boot.config import DhcpMode, Ports
from boot.preflight.checks.ports import build_remedy, check_ports
from boot.preflight.result import Verdict
from tests.boot.preflight.config import build_config


@pytest.mark.parametrize(("kind", "name"), [(socket.SOCK_DGRAM, "tftp"), (socket.SOCK_STREAM, "http")])
def test_who_holds_a_port_is_named_with_its_process(kind: socket.SocketKind, name: str, tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        if kind is socket.SOCK_STREAM:
            taken.listen()
        ports = Ports.model_validate({"dhcp": 0, "pxe": 0, "tftp": 0, "http": 0, "plane": 0, name: taken.getsockname()[1]})
        results = {result.name: result for result in check_ports(build_config(tmp_path, ports=ports))}
    own = Path("/proc/self/comm").read_text().strip()
    held = results.pop(f"port {name}")
    assert held.verdict is Verdict.FAIL
    assert f"held by {own} (process {os.getpid()})" in held.sentence
    assert f"--{name}-port" in held.mend
    assert all(result.verdict is Verdict.OK for result in results.values())


def test_an_interface_that_is_not_there_is_told_as_such(tmp_path: Path) -> None:
    ports = Ports(dhcp=0, pxe=0, tftp=0, http=0, plane=0)
    results = list(check_ports(build_config(tmp_path, ports=ports, interface="none0")))
    assert {result.name for result in results if result.verdict is Verdict.FAIL} == {"port dhcp", "port pxe"}


def test_dhcp_that_is_off_wants_no_port(tmp_path: Path) -> None:
    results = check_ports(build_config(tmp_path, dhcp=DhcpMode.OFF, ports=Ports(tftp=0, http=0, plane=0)))
    assert [result.name for result in results] == ["port tftp", "port http", "port plane"]


def test_libvirts_dnsmasq_is_told_from_the_sites_by_how_it_was_started() -> None:
    command = "/usr/sbin/dnsmasq --conf-file=/var/lib/libvirt/dnsmasq/default.conf --leasefile-ro"
    assert build_remedy("dhcp", "dnsmasq", command).startswith("virsh net-destroy default ")
    assert build_remedy("dhcp", "dnsmasq", "/usr/sbin/dnsmasq").startswith("systemctl stop dnsmasq")
    assert "--tftp-port" in build_remedy("tftp", "strange", "")
