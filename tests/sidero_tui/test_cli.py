from pathlib import Path

import pytest

from sidero_tui.cli import main


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("PUBLIC_IP", raising=False)


def test_a_wrong_setting_is_refused_with_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--serve", "--http-port", "eighty"]) == 2
    assert capsys.readouterr().err.startswith("sidero-tui: --http-port: 'eighty'")


def test_settings_may_stand_before_or_after_the_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "kubeconfig").write_text("apiVersion: v1\n")
    assert main(["--state-dir", str(tmp_path), "kubeconfig"]) == 0
    assert main(["kubeconfig", "--state-dir", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "apiVersion: v1\n" * 2


def test_without_a_plane_there_is_no_kubeconfig_and_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kubeconfig"]) == 2
    assert "when it first runs" in capsys.readouterr().err


def test_an_unknown_option_is_bad_usage() -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--no-such-option"])
    assert caught.value.code == 2


def test_an_existing_dhcp_server_gets_the_actual_addresses_and_the_reserved_servers(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--interface", "lo", "--advertise", "192.168.1.150", "--subnet", "192.168.254.0/24", "--router", "192.168.254.1"]
    reserved = ["--reservation", "d0:50:99:d3:33:60=192.168.254.2,talos-mgmt-0", "--reservation", "52:54:00:aa:00:01=10.0.0.1"]
    assert main(["dhcp-config", "--format", "isc", *options, *reserved]) == 0
    captured = capsys.readouterr()
    assert "next-server 192.168.1.150;" in captured.out
    assert "host talos-mgmt-0 {" in captured.out
    assert "10.0.0.1" not in captured.out
    assert "no plane was asked" in captured.err
    assert main(["dhcp-config", "--format", "kea", "--interface", "lo", "--subnet", "somewhere"]) == 2
