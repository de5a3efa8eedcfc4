"""Which build a machine is given after how many starts, and what is kept for its model."""

import pytest

from boot.lifecycle.quirks import STARTS, Quirk, Trial, family_of, fetched, key_of, parse_quirks, render_quirk, stand_in

BIOS = frozenset({"undionly.kpxe", "ipxe.pxe"})


def after(fetches: list[str], available: frozenset[str] = BIOS) -> Trial:
    trial = Trial()
    for file in fetches:
        trial = fetched(trial, file, available)
    return trial


def test_the_next_build_there_is_follows_after_a_row_of_starts() -> None:
    assert after(["undionly.kpxe"] * (STARTS - 1)).build == ""
    assert after(["undionly.kpxe"] * STARTS) == Trial("ipxe.pxe")
    assert after(["undionly.kpxe"] * STARTS + ["ipxe.pxe"] * STARTS) == Trial("undionly.kpxe")


def test_a_build_that_is_not_installed_is_passed_over() -> None:
    assert after(["undionly.kpxe"] * STARTS, frozenset({"undionly.kpxe", "undionly.kkpxe"})).build == "undionly.kkpxe"


def test_where_there_is_no_other_build_nothing_is_replaced() -> None:
    assert after(["undionly.kpxe"] * 9, frozenset({"undionly.kpxe"})).build == ""
    assert after(["vmlinuz", "autoexec.ipxe", "ipxe-riscv64.efi"] * 9) == Trial()


@pytest.mark.parametrize(
    ("asked", "build", "given"),
    [
        ("undionly.kpxe", "ipxe.pxe", "ipxe.pxe"),
        ("UNDIONLY.KPXE", "ipxe.pxe", "ipxe.pxe"),
        ("ipxe.efi", "ipxe.pxe", "ipxe.efi"),
        ("autoexec.ipxe", "ipxe.pxe", "autoexec.ipxe"),
        ("undionly.kpxe", "", "undionly.kpxe"),
    ],
)
def test_no_machine_is_given_a_build_for_other_firmware(asked: str, build: str, given: str) -> None:
    assert stand_in(asked, build) == given
    assert family_of(asked) == () or given.casefold() in family_of(asked)


def test_a_quirk_is_read_back_and_what_a_person_wrote_badly_is_left_out() -> None:
    quirk = Quirk("ACME Inc", "Rack Box", "snponly.efi", "67", "ipxe-sanboot")
    data = {"ACME-Inc.Rack-Box": render_quirk(quirk), "a": "{", "b": "[]", "c": '{"colour": "red"}', "d": "1"}
    assert parse_quirks(data) == {key_of("ACME Inc", "Rack Box"): quirk}


def test_a_machine_without_a_model_has_no_key() -> None:
    assert key_of("", "") == ""
    assert key_of("Dell Inc.", "PowerEdge R640 (x)") == "Dell-Inc..PowerEdge-R640-x"
