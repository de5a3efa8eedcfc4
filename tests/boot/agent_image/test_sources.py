"""What is found on this machine, what is refused, and what the refusal says."""

import shutil
import sys
from pathlib import Path

import pytest

from boot.agent_image import sources
from boot.agent_image.sources import find_busybox, find_kernel, find_modules, read_kernel, version_order
from boot.errors import AssetError
from tests.boot.agent_image.sources import write_kernel, write_modules


def test_a_kernel_says_its_version_whatever_its_file_is_called(tmp_path: Path) -> None:
    kernel = write_kernel(tmp_path).rename(tmp_path / "bzImage")
    assert read_kernel(kernel).version == "6.1.0-9-amd64"


def test_what_is_no_kernel_is_refused(tmp_path: Path) -> None:
    (tmp_path / "vmlinuz").write_bytes(bytes(2000))
    with pytest.raises(AssetError, match="no Linux kernel"):
        read_kernel(tmp_path / "vmlinuz")


def test_a_kernel_that_is_not_there_names_the_package(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match="apt install linux-image-amd64"):
        read_kernel(tmp_path / "none")


def test_newer_versions_sort_after_older_ones() -> None:
    versions = ["6.9.1-amd64", "6.12.0-1-amd64", "5.10.0-30-amd64", "6.12.0-10-amd64"]
    assert sorted(versions, key=version_order) == ["5.10.0-30-amd64", "6.9.1-amd64", "6.12.0-1-amd64", "6.12.0-10-amd64"]


def test_the_newest_kernel_with_modules_is_taken_and_a_cloud_one_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "BOOT", tmp_path)
    monkeypatch.setattr(sources, "MODULES", tmp_path / "modules")
    for version in ("6.1.0-9-amd64", "6.9.0-1-amd64", "6.12.0-1-cloud-amd64", "6.13.0-1-amd64"):
        write_kernel(tmp_path, version)
        if not version.startswith("6.13"):
            write_modules(tmp_path / "modules" / version)
    assert find_kernel(None).version == "6.9.0-1-amd64"
    assert find_modules(None, find_kernel(None)) == tmp_path / "modules" / "6.9.0-1-amd64"


def test_without_any_kernel_the_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "BOOT", tmp_path)
    with pytest.raises(AssetError, match=r"no kernel with its modules .* apt install linux-image-amd64"):
        find_kernel(None)


def test_without_busybox_the_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(AssetError, match="apt install busybox-static"):
        find_busybox(None)


def test_a_program_that_needs_libraries_is_no_busybox_for_an_initramfs() -> None:
    with pytest.raises(AssetError, match="no static x86-64 program"):
        find_busybox(Path(sys.executable).resolve())
