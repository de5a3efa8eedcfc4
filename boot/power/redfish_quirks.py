"""What Redfish implementations differ in, as tables: which override to try, which reset to order, what an error means. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from boot.power.driver import BootOverride, Switch
from boot.power.faults import FaultKind
from boot.power.protocol import PxeMode

MODES = {PxeMode.UEFI: "UEFI", PxeMode.BIOS: "Legacy"}
PXE, ONCE = "Pxe", "Once"


@dataclass(frozen=True, slots=True)
class Attempt:
    """BootSourceOverride of one PATCH; "" leaves that property out."""

    target: str = PXE
    enabled: str = ONCE
    mode: str = ""


@dataclass(frozen=True, slots=True)
class Vendor:
    """`writes_mode` False: BootSourceOverrideMode is not writable and costs the whole PATCH.

    `wants_all`: a PATCH without Enabled and Mode is taken and does nothing.
    """

    prefixes: tuple[str, ...]
    writes_mode: bool = True
    wants_all: bool = False


_VENDORS = (
    Vendor(("hpe", "hewlett"), writes_mode=False),
    Vendor(("supermicro", "super micro"), wants_all=True),
)
_ANY = Vendor(())


def list_attempts(manufacturer: str, mode: PxeMode, enabled_now: str) -> tuple[Attempt, ...]:
    """The PATCHes to try in order, until one is taken and can be read back."""
    name = manufacturer.strip().lower()
    vendor = next((vendor for vendor in _VENDORS if name.startswith(vendor.prefixes)), _ANY)
    whole, without_mode = Attempt(mode=MODES[mode]), Attempt()
    if not vendor.writes_mode:
        return (without_mode,)
    if vendor.wants_all:
        return (whole,)
    # Some refuse to be told an Enabled that they have already.
    last = (Attempt(enabled=""),) if enabled_now == ONCE else ()
    return (whole, without_mode, *last)


def parse_override(boot: Mapping[str, Any]) -> BootOverride:
    """Boot of a ComputerSystem or of its Settings."""
    target, enabled = boot.get("BootSourceOverrideTarget"), boot.get("BootSourceOverrideEnabled")
    if target in (None, "None") or enabled in (None, "Disabled"):
        return BootOverride("none", once=True)
    mode = next((mode for mode, name in MODES.items() if name == boot.get("BootSourceOverrideMode")), None)
    return BootOverride(str(target).lower(), enabled == ONCE, mode)


_RESETS = {
    Switch.ON: ("On", "ForceOn", "PushPowerButton"),
    Switch.OFF: ("ForceOff",),
    Switch.CYCLE: ("PowerCycle", "ForceRestart"),
}


def choose_reset(order: Switch, allowed: Collection[str]) -> str:
    """The ResetType to POST; "" when the BMC offers none that will do."""
    return next((reset for reset in _RESETS[order] if reset in allowed), "")


_TEXTS = (
    # What a BMC says while it cannot: HPE in POST, Dell before its controller is ready, OpenBMC while the host changes state.
    ("InvalidOperationForSystemState", FaultKind.BUSY, "refuses while the server is in POST"),
    ("UnableToModifyDuringSystemPOST", FaultKind.BUSY, "refuses while the server is in POST"),
    ("SYS518", FaultKind.BUSY, "is not ready after the last operation"),
    ("ResourceInUse", FaultKind.BUSY, "is busy with another order"),
    ("ServiceTemporarilyUnavailable", FaultKind.BUSY, "is not available just now"),
    ("ServiceInUnknownState", FaultKind.BUSY, "is starting"),
    ("OemLicenseNotPassed", FaultKind.ABSENT, "needs a licence for this by Redfish"),
    ("LicenseKeyRequired", FaultKind.ABSENT, "needs a licence for this by Redfish"),
    ("InsufficientPrivilege", FaultKind.FORBIDDEN, "its user may not do this"),
)
_STATUSES = {
    400: (FaultKind.REFUSED, "refused the request"),
    401: (FaultKind.LOGIN, "Redfish login refused"),
    403: (FaultKind.LOGIN, "Redfish login refused"),
    404: (FaultKind.ABSENT, "has no Redfish there"),
    405: (FaultKind.UNSUPPORTED, "does not offer this"),
    409: (FaultKind.BUSY, "is busy with another order"),
    412: (FaultKind.BUSY, "changed in the middle"),
    429: (FaultKind.BUSY, "is asked too often"),
    501: (FaultKind.UNSUPPORTED, "does not offer this"),
    503: (FaultKind.BUSY, "is not available just now"),
}


def classify_refusal(status: int, text: str) -> tuple[FaultKind, str]:
    """What an HTTP error with this body means, and the cause in words."""
    for marker, kind, cause in _TEXTS:
        if marker in text:
            return kind, cause
    return _STATUSES.get(status, (FaultKind.REFUSED, f"answered {status}"))


def same_uuid(one: str, other: str) -> bool:
    """Whether two SMBIOS UUIDs are one: firmware and BMC may disagree on the byte order of the first three fields."""
    first, second = one.replace("-", "").lower(), other.replace("-", "").lower()
    return len(first) == 32 and second in (first, _swap(first))


def _swap(digits: str) -> str:
    fields = (digits[0:8], digits[8:12], digits[12:16])
    turned = ("".join(reversed([field[at : at + 2] for at in range(0, len(field), 2)])) for field in fields)
    return "".join(turned) + digits[16:]
