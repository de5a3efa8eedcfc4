"""Who a machine is: sound UUIDs, blank ones, cloned ones, second NICs, moved NICs, restarts."""

from typing import Any

import pytest

from boot.errors import PacketError
from boot.lifecycle.identity import (
    DEFAULT_UUIDS,
    Claim,
    Identity,
    IdentityKind,
    Reported,
    claim_of,
    decide_identity,
    describe_flaw,
    find_known,
    mac_name,
    parse_mac,
    parse_uuid,
)
from boot.resources.metal import Server

UUID = "11223344-5566-7788-99aa-bbccddeeff00"
OTHER = "aabbccdd-5566-7788-99aa-bbccddeeff00"
MAC_A, MAC_B = "52:54:00:aa:00:01", "52:54:00:aa:00:02"
NAME_A, NAME_B = mac_name(MAC_A), mac_name(MAC_B)


def claim(server: str, mac: str = "", uuid: str = UUID, serial: str = "") -> Claim:
    return Claim(server, (mac,) if mac else (), uuid, serial)


@pytest.mark.parametrize("text", ["52:54:00:AA:00:01", "52-54-00-aa-00-01", "525400aa0001", " 52:54:00:aa:00:01 "])
def test_macs_are_read_in_every_spelling(text: str) -> None:
    assert parse_mac(text) == MAC_A


@pytest.mark.parametrize("text", ["", "52:54:00", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01", "x" * 12])
def test_what_is_no_nics_address_is_refused(text: str) -> None:
    with pytest.raises(PacketError):
        parse_mac(text)


def test_uuids_are_lower_case_or_nothing() -> None:
    assert parse_uuid(f" {UUID.upper()}\n") == UUID
    assert parse_uuid("not settable") == parse_uuid(f"{UUID}0") == ""


@pytest.mark.parametrize(
    ("uuid", "flaw"),
    [
        (UUID, ""),
        (NAME_A, ""),
        ("", "it reports no SMBIOS UUID"),
        ("00000000-0000-0000-0000-000000000000", "its SMBIOS UUID is blank (every byte is 00)"),
        ("ffffffff-ffff-ffff-ffff-ffffffffffff", "its SMBIOS UUID is blank (every byte is ff)"),
    ],
)
def test_a_uuid_of_one_byte_identifies_nobody(uuid: str, flaw: str) -> None:
    assert describe_flaw(uuid) == flaw


@pytest.mark.parametrize("uuid", sorted(DEFAULT_UUIDS))
def test_a_board_makers_default_identifies_nobody(uuid: str) -> None:
    assert parse_uuid(uuid) == uuid
    assert "board maker's default" in describe_flaw(uuid)


ROWS: dict[str, tuple[Reported, list[Claim], Identity]] = {
    "a sound UUID is the name": (Reported(MAC_A, UUID), [], Identity(UUID, IdentityKind.SMBIOS)),
    "a blank UUID gives a name made of the MAC": (
        Reported(MAC_A, "00000000-0000-0000-0000-000000000000"),
        [],
        Identity(NAME_A, IdentityKind.MAC, "its SMBIOS UUID is blank (every byte is 00)"),
    ),
    "two blank boxes are two servers": (
        Reported(MAC_B, ""),
        [claim(NAME_A, MAC_A, "")],
        Identity(NAME_B, IdentityKind.MAC, "it reports no SMBIOS UUID"),
    ),
    "a rebooting box keeps its name": (
        Reported(MAC_A, UUID), [claim(UUID, MAC_A)], Identity(UUID, IdentityKind.SMBIOS)
    ),
    "of two boxes with one UUID the later is named by its MAC": (
        Reported(MAC_B, UUID),
        [claim(UUID, MAC_A)],
        Identity(NAME_B, IdentityKind.MAC, f"its SMBIOS UUID {UUID} is also that of server {UUID}", (UUID,)),
    ),
    "the earlier of them stays what it was and is told of the other": (
        Reported(MAC_A, UUID),
        [claim(UUID, MAC_A), claim(NAME_B, MAC_B)],
        Identity(UUID, IdentityKind.SMBIOS, duplicates=(NAME_B,)),
    ),
    "the later of them stays what it was after a restart": (
        Reported(MAC_B, UUID),
        [claim(UUID, MAC_A), claim(NAME_B, MAC_B)],
        Identity(NAME_B, IdentityKind.MAC, f"its SMBIOS UUID {UUID} is also that of server {UUID}", (UUID,)),
    ),
    "the later of them keeps its name when the earlier is gone": (
        Reported(MAC_B, UUID),
        [claim(NAME_B, MAC_B)],
        Identity(NAME_B, IdentityKind.MAC, "it was named so before"),
    ),
    "the same serial number too means a second NIC of one box": (
        Reported(MAC_B, UUID, "SER1"), [claim(UUID, MAC_A, serial="SER1")], Identity(UUID, IdentityKind.SMBIOS)
    ),
    "different serial numbers mean two boxes": (
        Reported(MAC_B, UUID, "SER2"),
        [claim(UUID, MAC_A, serial="SER1")],
        Identity(NAME_B, IdentityKind.MAC, f"its SMBIOS UUID {UUID} is also that of server {UUID}", (UUID,)),
    ),
    "a Server created by hand for a UUID is taken by the first box with it": (
        Reported(MAC_A, UUID), [claim(UUID)], Identity(UUID, IdentityKind.SMBIOS)
    ),
    "a new UUID after a firmware update leaves the name": (
        Reported(MAC_A, OTHER), [claim(UUID, MAC_A)], Identity(UUID, IdentityKind.SMBIOS)
    ),
    "a NIC moved into another box does not carry the name along": (
        Reported(MAC_A, OTHER, "SER2"), [claim(UUID, MAC_A, serial="SER1")], Identity(OTHER, IdentityKind.SMBIOS)
    ),
    "Supermicro's zero UUID with the MAC at its end is sound": (
        Reported(MAC_A, NAME_A), [], Identity(NAME_A, IdentityKind.SMBIOS)
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_who_it_is(row: str) -> None:
    reported, known, identity = ROWS[row]
    assert decide_identity(reported, known) == identity
    assert decide_identity(reported, reversed(known)) == identity


def test_two_nics_heard_at_once_are_two_boxes_even_with_one_serial_number() -> None:
    reported, first = Reported(MAC_B, UUID, "SER1"), claim(UUID, MAC_A, serial="SER1")
    assert decide_identity(reported, [first], {MAC_B}).name == UUID
    assert decide_identity(reported, [first], {MAC_A, MAC_B}).name == NAME_B


def test_of_two_boxes_taken_for_one_the_first_keeps_the_server() -> None:
    shared = Claim(UUID, (MAC_A, MAC_B), UUID, "SER1")
    both = {MAC_A, MAC_B}
    assert decide_identity(Reported(MAC_A, UUID, "SER1"), [shared], both).name == UUID
    assert decide_identity(Reported(MAC_B, UUID, "SER1"), [shared], both).name == NAME_B
    assert find_known(Reported(MAC_A, UUID), [shared], both) is shared
    assert find_known(Reported(MAC_B, UUID), [shared], both) is None
    assert find_known(Reported(MAC_B, UUID), [shared], {MAC_B}) is shared


def test_a_box_told_apart_once_stays_so() -> None:
    shared, apart = Claim(UUID, (MAC_A, MAC_B), UUID, "SER1"), claim(NAME_B, MAC_B, serial="SER1")
    assert decide_identity(Reported(MAC_B, UUID, "SER1"), [shared, apart]).name == NAME_B
    assert find_known(Reported(MAC_B, UUID), [shared, apart]) is apart


def test_a_server_claims_what_its_annotations_and_hardware_say() -> None:
    wire: dict[str, Any] = {
        "metadata": {"name": NAME_A, "annotations": {"sidero-tui.dev/mac": MAC_A, "sidero-tui.dev/identity": "mac"}},
        "spec": {
            "hardware": {
                "system": {"uuid": UUID, "serialNumber": "SER1"},
                "network": {"interfaces": [{"mac": MAC_A}, {"mac": MAC_B}]},
            }
        },
    }
    assert claim_of(Server.model_validate(wire)) == Claim(NAME_A, (MAC_A, MAC_B), UUID, "SER1")


def test_a_server_without_hardware_claims_its_name() -> None:
    assert claim_of(Server.model_validate({"metadata": {"name": UUID}})) == Claim(UUID, (), UUID)
    annotations = {"sidero-tui.dev/identity": "mac"}
    by_mac = Server.model_validate({"metadata": {"name": NAME_A, "annotations": annotations}})
    assert claim_of(by_mac).uuid == ""
