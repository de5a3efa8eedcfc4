from pathlib import Path

import pytest

from boot.config import DhcpMode
from boot.errors import ConfigError
from sidero_tui.settings import load_settings


def test_flags_win_over_environment_over_file_over_defaults(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("interface: eth9\nhttp-port: 1111\ntftp_port: 1169\nlisten: 10.0.0.1\n")
    environ = {"SIDERO_TUI_HTTP_PORT": "2222", "SIDERO_TUI_TFTP_PORT": "2269"}
    settings = load_settings({"http_port": "3333"}, environ, file)
    assert (settings.http_port, settings.tftp_port, settings.interface, settings.listen) == (3333, 2269, "eth9", "10.0.0.1")
    assert settings.dhcp is DhcpMode.PROXY
    assert settings.plane_port == 16443


def test_the_guides_public_ip_is_what_machines_are_told_unless_said_otherwise() -> None:
    environ = {"PUBLIC_IP": "192.168.1.150"}
    assert load_settings({}, environ).advertise == "192.168.1.150"
    assert load_settings({}, environ | {"SIDERO_TUI_ADVERTISE": "10.1.1.1"}).advertise == "10.1.1.1"
    assert load_settings({"advertise": "10.2.2.2"}, environ).advertise == "10.2.2.2"


@pytest.mark.parametrize(
    ("flags", "environ", "words"),
    [
        ({"http_port": "eighty"}, {}, "--http-port: 'eighty'"),
        ({"http_port": "70000"}, {}, "--http-port: '70000'"),
        ({}, {"SIDERO_TUI_DHCP": "maybe"}, "SIDERO_TUI_DHCP: 'maybe'"),
        ({}, {"PUBLIC_IP": "laptop"}, "PUBLIC_IP: 'laptop'"),
        ({"dhcp_range": "10.0.0.9-10.0.0.1"}, {}, "10.0.0.9 is above 10.0.0.1"),
        ({"dhcp_range": "10.0.0.9"}, {}, "should look like"),
        ({"dhcp": "server"}, {}, "needs --dhcp-range"),
    ],
)
def test_a_wrong_setting_is_named_with_its_source(flags: dict[str, str], environ: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        load_settings(flags, environ)


@pytest.mark.parametrize(
    ("content", "words"),
    [("interfaze: eth0", "interfaze: there is no such setting"), ("- a", "mapping"), ("a: [", "cannot be read")],
)
def test_a_wrong_config_file_is_named_with_the_line_that_is_wrong(tmp_path: Path, content: str, words: str) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(content)
    with pytest.raises(ConfigError, match=words) as caught:
        load_settings({}, {}, file)
    assert str(file) in str(caught.value)


def test_a_config_file_that_was_asked_for_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such config file"):
        load_settings({}, {}, tmp_path / "none.yaml")


def test_reservations_may_be_a_flag_given_again_words_of_a_variable_or_a_list_of_the_file(tmp_path: Path) -> None:
    first, second = "d0:50:99:d3:33:60=192.168.254.2,talos-mgmt-0", "52:54:00:aa:00:01=192.168.254.3"
    file = tmp_path / "config.yaml"
    file.write_text(f"reservation:\n  - {first}\n  - {second}\n")
    assert load_settings({"reservation": [first, second]}, {}).reservation == (first, second)
    assert load_settings({}, {"SIDERO_TUI_RESERVATION": f"{first} {second}"}).reservation == (first, second)
    assert load_settings({}, {}, file).reservation == (first, second)
    with pytest.raises(ConfigError, match=r"--reservation: .*should look like"):
        load_settings({"reservation": ["d0:50:99:d3:33:60"]}, {})
