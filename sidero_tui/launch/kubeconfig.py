"""`sidero-tui kubeconfig`: prints a kubeconfig of the embedded plane."""

import sys
from pathlib import Path

import yaml

from boot.client.kubeconfig import ADMIN_KUBECONFIG, READER_KUBECONFIG
from boot.errors import ConfigError
from sidero_tui.launch.exits import Exit
from sidero_tui.settings import Settings

_TOKENS = {ADMIN_KUBECONFIG: "token", READER_KUBECONFIG: "token-read-only"}
"""Kubeconfig -> file with the bearer token of the same identity."""


def run_kubeconfig(settings: Settings, *, read_only: bool, token: bool, server: str | None) -> int:
    """`server` None leaves the URL under which this machine reaches the plane."""
    name = READER_KUBECONFIG if read_only else ADMIN_KUBECONFIG
    text = _read(settings.state_dir / name)
    if token or server:
        config = yaml.safe_load(text)
        if token:
            config["users"][0]["user"] = {"token": _read(settings.state_dir / _TOKENS[name]).strip()}
        if server:
            _check_server(server)
            config["clusters"][0]["cluster"]["server"] = server
        text = yaml.safe_dump(config, sort_keys=False)
    sys.stdout.write(text)
    return Exit.DONE


def _check_server(server: str) -> None:
    if not server.startswith("https://") or len(server) <= len("https://"):
        raise ConfigError(f"--server {server}: should look like https://192.168.1.150:16443")


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}: the embedded plane writes it when it first runs") from error
