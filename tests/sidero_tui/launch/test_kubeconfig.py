"""What `sidero-tui kubeconfig` prints of a plane that has run."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from boot.apiserver.credentials import Credentials
from boot.clock import SystemClock
from sidero_tui.cli import main


@pytest.fixture
def state_dir(tmp_path: Path) -> Path:
    Credentials(tmp_path, "127.0.0.1", SystemClock()).write_kubeconfigs(16443)
    return tmp_path


def _print(capsys: pytest.CaptureFixture[str], state_dir: Path, *options: str) -> Any:
    assert main(["--state-dir", str(state_dir), "kubeconfig", *options]) == 0
    return yaml.safe_load(capsys.readouterr().out)


def test_it_is_the_admins_with_a_certificate_unless_asked_otherwise(capsys: pytest.CaptureFixture[str], state_dir: Path) -> None:
    config = _print(capsys, state_dir)
    assert config["users"][0]["name"] == "sidero-tui-admin"
    assert set(config["users"][0]["user"]) == {"client-certificate-data", "client-key-data"}


@pytest.mark.parametrize(("options", "file"), [((), "token"), (("--read-only",), "token-read-only")])
def test_a_token_takes_the_certificates_place(
    capsys: pytest.CaptureFixture[str], state_dir: Path, options: tuple[str, ...], file: str
) -> None:
    config = _print(capsys, state_dir, "--token", *options)
    assert config["users"][0]["user"] == {"token": (state_dir / file).read_text().strip()}


def test_it_names_the_plane_as_its_user_reaches_it(capsys: pytest.CaptureFixture[str], state_dir: Path) -> None:
    config = _print(capsys, state_dir, "--server", "https://192.0.2.7:16443")
    assert config["clusters"][0]["cluster"]["server"] == "https://192.0.2.7:16443"
    assert "client-certificate-data" in config["users"][0]["user"]


def test_without_tls_there_is_no_plane(capsys: pytest.CaptureFixture[str], state_dir: Path) -> None:
    assert main(["--state-dir", str(state_dir), "kubeconfig", "--server", "http://192.0.2.7:16443"]) == 2
    assert "should look like https://" in capsys.readouterr().err
