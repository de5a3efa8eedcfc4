"""What vendors differ in."""

import pytest

from boot.power.driver import Switch
from boot.power.faults import FaultKind
from boot.power.protocol import PxeMode
from boot.power.redfish_quirks import Attempt, choose_reset, classify_refusal, list_attempts, same_uuid

WHOLE = Attempt("Pxe", "Once", "UEFI")


@pytest.mark.parametrize(
    ("manufacturer", "enabled_now", "expected"),
    [
        ("HPE", "Disabled", (Attempt("Pxe", "Once"),)),
        ("Hewlett Packard Enterprise", "Once", (Attempt("Pxe", "Once"),)),
        ("Supermicro", "Once", (WHOLE,)),
        ("Super Micro Computer, Inc.", "Disabled", (WHOLE,)),
        ("Dell Inc.", "Disabled", (WHOLE, Attempt("Pxe", "Once"))),
        ("AMI", "Once", (WHOLE, Attempt("Pxe", "Once"), Attempt("Pxe", ""))),
        ("", "", (WHOLE, Attempt("Pxe", "Once"))),
    ],
)
def test_the_override_is_tried_as_the_vendor_takes_it(manufacturer: str, enabled_now: str, expected: tuple[Attempt, ...]) -> None:
    assert list_attempts(manufacturer, PxeMode.UEFI, enabled_now) == expected


def test_legacy_boot_is_asked_for_by_its_redfish_name() -> None:
    assert list_attempts("Supermicro", PxeMode.BIOS, "") == (Attempt("Pxe", "Once", "Legacy"),)


@pytest.mark.parametrize(
    ("order", "allowed", "expected"),
    [
        (Switch.CYCLE, ["On", "ForceOff", "PowerCycle", "ForceRestart"], "PowerCycle"),
        (Switch.CYCLE, ["On", "ForceOff", "ForceRestart"], "ForceRestart"),
        (Switch.CYCLE, ["On", "ForceOff"], ""),
        (Switch.ON, ["ForceOn", "ForceOff"], "ForceOn"),
        (Switch.ON, ["PushPowerButton"], "PushPowerButton"),
        (Switch.OFF, ["GracefulShutdown", "PushPowerButton"], ""),
    ],
)
def test_a_reset_is_one_that_the_bmc_offers_and_never_asks_the_operating_system(
    order: Switch, allowed: list[str], expected: str
) -> None:
    assert choose_reset(order, allowed) == expected


@pytest.mark.parametrize(
    ("status", "text", "kind"),
    [
        (400, "iLO.2.14.InvalidOperationForSystemState", FaultKind.BUSY),
        (400, "iLO.2.14.UnableToModifyDuringSystemPOST", FaultKind.BUSY),
        (500, "IDRAC.2.8.SYS518", FaultKind.BUSY),
        (400, "Base.1.8.PropertyNotWritable BootSourceOverrideMode", FaultKind.REFUSED),
        (403, "SMC.1.0.OemLicenseNotPassed", FaultKind.ABSENT),
        (401, "", FaultKind.LOGIN),
        (403, "Base.1.8.InsufficientPrivilege", FaultKind.FORBIDDEN),
        (404, "", FaultKind.ABSENT),
        (412, "", FaultKind.BUSY),
        (503, "", FaultKind.BUSY),
        (500, "", FaultKind.REFUSED),
    ],
)
def test_a_refusal_says_how_to_go_on(status: int, text: str, kind: FaultKind) -> None:
    assert classify_refusal(status, text)[0] is kind


def test_one_uuid_may_be_written_in_two_byte_orders() -> None:
    assert same_uuid("00112233-4455-6677-8899-AABBCCDDEEFF", "33221100-5544-7766-8899-aabbccddeeff")
    assert same_uuid("00112233-4455-6677-8899-aabbccddeeff", "00112233-4455-6677-8899-AABBCCDDEEFF")
    assert not same_uuid("00112233-4455-6677-8899-aabbccddeeff", "00112233-4455-6677-8899-aabbccddee00")
    assert not same_uuid("", "")
