"""iPXE files are found by name, in any case, with stand-ins; what is missing is said with its cure."""

from pathlib import Path

import pytest

from boot.errors import AssetError
from boot.firmware import find_architecture
from boot.ipxe.binaries import Binaries


def binaries(directory: Path, *names: str) -> Binaries:
    for name in names:
        (directory / name).write_bytes(b"x")
    return Binaries([directory / "absent", directory])


def test_names_are_found_in_any_case(tmp_path: Path) -> None:
    assert binaries(tmp_path, "undionly.kpxe").find("UNDIONLY.KPXE") == tmp_path / "undionly.kpxe"


def test_sideros_name_finds_the_distributions_file(tmp_path: Path) -> None:
    assert binaries(tmp_path, "snponly.efi").find("snp.efi") == tmp_path / "snponly.efi"


@pytest.mark.parametrize("name", ["ipxe.iso", "../undionly.kpxe", "/etc/passwd", "", "sub"])
def test_other_names_are_not_found_even_where_a_file_lies(tmp_path: Path, name: str) -> None:
    assert binaries(tmp_path, "ipxe.iso").find(name) is None


def test_a_directory_of_that_name_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "ipxe.efi").mkdir()
    assert Binaries([tmp_path]).find("ipxe.efi") is None


@pytest.mark.parametrize(
    ("code", "present", "offered"),
    [
        (0, ["undionly.kpxe"], "undionly.kpxe"),
        (7, ["snponly.efi", "ipxe.efi"], "ipxe.efi"),
        (9, ["snponly.efi"], "snponly.efi"),
        (16, ["ipxe.efi"], "ipxe.efi"),
        (7, ["ipxe-amd64.efi"], "ipxe.efi"),
        (11, ["ipxe-arm64.efi"], "ipxe-arm64.efi"),
    ],
)
def test_the_name_offered_is_one_that_can_be_served(tmp_path: Path, code: int, present: list[str], offered: str) -> None:
    found = binaries(tmp_path, *present)
    assert found.choose(find_architecture(code)) == offered
    assert found.find(offered) is not None


def test_a_missing_file_is_named_with_the_command_that_gets_it(tmp_path: Path) -> None:
    with pytest.raises(AssetError) as failure:
        Binaries([tmp_path]).choose(find_architecture(0))
    assert str(failure.value) == (
        f"no iPXE file for x86 BIOS (undionly.kpxe) in {tmp_path}: apt install ipxe, or name a directory with --ipxe-dir"
    )


def test_an_architecture_without_ipxe_says_so(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match="PowerPC Open Firmware cannot be booted"):
        Binaries([tmp_path]).choose(find_architecture(12))


def test_a_file_that_appears_later_is_found(tmp_path: Path) -> None:
    found = Binaries([tmp_path])
    assert found.find("ipxe.efi") is None
    (tmp_path / "ipxe.efi").write_bytes(b"x")
    assert found.find("ipxe.efi") == tmp_path / "ipxe.efi"
