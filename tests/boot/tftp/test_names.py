"""File names from real firmware become table keys; names that climb become refusals."""

import pytest

from boot.errors import PacketError
from boot.tftp.names import Asked, is_expected_miss, parse_name, show_name


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("undionly.kpxe", "undionly.kpxe"),
        ("/undionly.kpxe", "undionly.kpxe"),
        ("//./boot//ipxe.efi", "boot/ipxe.efi"),
        ("undionly.kpxe\xff", "undionly.kpxe"),
        ("undionly.kpxe\xff\xff\x01 ", "undionly.kpxe"),
        ("undionly.kpxe\0garbage", "undionly.kpxe"),
        ("\\boot\\ipxe.efi", "boot/ipxe.efi"),
        ("tftp://192.168.1.1/ipxe.efi", "ipxe.efi"),
        ("TFTP://192.168.1.1:69//ipxe.efi", "ipxe.efi"),
    ],
)
def test_names_are_cleaned(raw: str, name: str) -> None:
    assert parse_name(raw) == Asked(name)


@pytest.mark.parametrize("prefix", ["52:54:00:aa:00:01", "52-54-00-AA-00-01", "01-52-54-00-aa-00-01"])
def test_a_leading_mac_names_the_node(prefix: str) -> None:
    assert parse_name(f"/{prefix}/ipxe.efi") == Asked("ipxe.efi", "52:54:00:aa:00:01")


@pytest.mark.parametrize("raw", ["../etc/passwd", "a/../../b", "..\\..\\boot.ini", "C:\\boot.ini", "/c:/x", "", "/", "\xff\xff"])
def test_names_that_climb_name_a_drive_or_are_empty_are_refused(raw: str) -> None:
    with pytest.raises(PacketError):
        parse_name(raw)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("autoexec.ipxe", True),
        ("pxelinux.cfg/01-52-54-00-aa-00-01", True),
        ("boot/grub.cfg-01-52-54-00-aa-00-01", True),
        ("bootsig.bin", True),
        ("ipxe.efi", False),
        ("my-autoexec.ipxe", False),
    ],
)
def test_files_asked_for_on_the_off_chance_are_known(name: str, expected: bool) -> None:
    assert is_expected_miss(name) is expected


def test_a_shown_name_steers_no_terminal() -> None:
    assert show_name("a\x1b[2Jb\xe9") == "a\\x1b[2Jb\\xe9"
