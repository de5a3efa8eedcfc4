"""IPMI's bytes."""

import pytest

from boot.power.driver import BootOverride
from boot.power.faults import Fault, FaultKind
from boot.power.ipmi_boot import check_completion, encode_pxe_once, parse_maker, parse_override, parse_state
from boot.power.protocol import PowerState, PxeMode


@pytest.mark.parametrize(("mode", "flags"), [(PxeMode.UEFI, 0xA0), (PxeMode.BIOS, 0x80)])
def test_network_boot_once_carries_the_efi_bit_for_uefi_and_is_never_persistent(mode: PxeMode, flags: int) -> None:
    assert encode_pxe_once(mode) == (5, flags, 4, 0, 0, 0)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("0105a0040000 00", BootOverride("pxe", once=True, mode=PxeMode.UEFI)),
        ("010580040000 00", BootOverride("pxe", once=True, mode=PxeMode.BIOS)),
        ("0105e0080000 00", BootOverride("disk", once=False, mode=PxeMode.UEFI)),
        ("010500040000 00", BootOverride("pxe", once=True)),
        ("010500000000 00", BootOverride("none", once=True)),
        ("0105a0240000 00", BootOverride("device 0x24", once=True, mode=PxeMode.UEFI)),
    ],
)
def test_boot_flags_are_read_back(data: str, expected: BootOverride) -> None:
    assert parse_override(bytes.fromhex(data)) == expected


def test_boot_flags_that_are_cut_off_are_a_fault() -> None:
    with pytest.raises(Fault, match="too short"):
        parse_override(b"\x01")


@pytest.mark.parametrize(("data", "state"), [("210000", PowerState.ON), ("200000", PowerState.OFF), ("", PowerState.UNKNOWN)])
def test_the_power_state_is_the_lowest_bit(data: str, state: PowerState) -> None:
    assert parse_state(bytes.fromhex(data)) is state


def test_the_maker_is_named_by_its_enterprise_number() -> None:
    assert parse_maker(bytes.fromhex("20810173029f7c2a00020f00000000")) == "Supermicro, firmware 1.73"
    assert parse_maker(bytes.fromhex("20810173029f010000020f00000000")) == "maker 1, firmware 1.73"
    assert parse_maker(b"") == "unknown make"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (0xC0, FaultKind.BUSY),
        (0xD5, FaultKind.BUSY),
        (0xC1, FaultKind.UNSUPPORTED),
        (0x80, FaultKind.UNSUPPORTED),
        (0xD4, FaultKind.FORBIDDEN),
        (0xFF, FaultKind.REFUSED),
    ],
)
def test_a_completion_code_says_how_to_go_on(code: int, kind: FaultKind) -> None:
    with pytest.raises(Fault) as caught:
        check_completion(code)
    assert caught.value.kind is kind
    check_completion(0)
