"""A config for checks: loopback, and nothing anywhere."""

from pathlib import Path

from boot.config import StackConfig


def build_config(directory: Path, **fields: object) -> StackConfig:
    """`directory` is both the state directory and the only one that iPXE files are looked for in."""
    base = {"state_dir": directory, "advertise": "127.0.0.1", "interface": "lo", "listen": "127.0.0.1", "ipxe_dirs": (directory,)}
    return StackConfig.model_validate({**base, **fields})
