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
