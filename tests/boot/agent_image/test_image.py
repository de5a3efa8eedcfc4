"""The whole image: the same bits twice, everything in it, and what it says about what it lacks."""

import gzip
import json
from pathlib import Path

import pytest

from boot.agent_image.image import build_image
from boot.agent_image.sources import Kernel, Sources, find_busybox
from sidero_tui.cli import main
from sidero_tui.launch.agent import describe_image
from tests.boot.agent_image.busybox import MARKS
from tests.boot.agent_image.sources import VERSION, write_kernel, write_modules

pytestmark = MARKS


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    modules = write_modules(tmp_path / "modules")
    return Sources(Kernel(write_kernel(tmp_path), VERSION), find_busybox(None), modules, ())


def _quiet(_line: str) -> None:
    pass


def test_built_twice_it_is_the_same_down_to_the_bit(sources: Sources, tmp_path: Path) -> None:
    for name in ("one", "two"):
        build_image(sources, tmp_path / name, _quiet)
    for file in ("vmlinuz", "initramfs.xz", "agent.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_it_holds_the_agent_and_the_drivers_with_what_they_need(sources: Sources, tmp_path: Path) -> None:
    build_image(sources, tmp_path / "out", _quiet)
    archive = gzip.decompress((tmp_path / "out" / "initramfs.xz").read_bytes())
    for path in ("init", "agent/main.sh", "agent/signatures.txt", "bin/busybox", "sbin/modprobe"):
        assert path.encode() + b"\0" in archive
    for module in ("net/e1000e", "net/mdio", "net/igb", "lib/crc-t10dif"):
        assert f"lib/modules/{VERSION}/kernel/{module}.ko\0".encode() in archive


def test_what_this_kernel_cannot_drive_is_told(sources: Sources, tmp_path: Path) -> None:
    lines: list[str] = []
    image = build_image(sources, tmp_path / "out", lines.append)
    assert "tg3" in image.missing
    assert "e1000e" in image.missing_firmware
    assert any("cannot set up a BMC user" in line for line in lines)
    told = describe_image(image)
    assert any(line.startswith(f"{tmp_path / 'out' / 'initramfs.xz'}: ") for line in told)
    assert any(line.startswith("not in this kernel: ") for line in told)
    manifest = json.loads((tmp_path / "out" / "agent.json").read_text())
    assert (manifest["kernel"], manifest["builtin"]) == (VERSION, ["nvme"])


def test_the_command_says_what_is_missing_and_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["agent", "build", "--state-dir", str(tmp_path), "--kernel", str(tmp_path / "none")]
    assert main(arguments) == 1
    assert "apt install linux-image-amd64" in capsys.readouterr().err
