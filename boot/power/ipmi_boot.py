"""The bytes of IPMI's chassis commands (IPMI 2.0 section 28), encoded and read. Pure."""

from boot.power.driver import BootOverride
from boot.power.faults import Fault, FaultKind
from boot.power.protocol import PowerState, PxeMode

CHASSIS, APP = 0x00, 0x06
GET_DEVICE_ID = 0x01
GET_STATUS, CONTROL, IDENTIFY, SET_BOOT_OPTIONS, GET_BOOT_OPTIONS = 0x01, 0x02, 0x04, 0x08, 0x09
POWER_DOWN, POWER_UP, POWER_CYCLE, HARD_RESET = 0, 1, 2, 3

_VALID, _PERSISTENT, _EFI = 0x80, 0x40, 0x20
_DEVICES = {0x00: "none", 0x04: "pxe", 0x08: "disk", 0x0C: "safe mode", 0x14: "cd", 0x18: "setup", 0x3C: "floppy"}
_DEVICE_MASK = 0x3C

KEEP_FLAGS = (0x03, 0x08)
"""Parameter 3: do not clear the flags when no restart follows within 60 seconds (bit 3)."""
ASK_FLAGS = (0x05, 0x00, 0x00)
CLEAR_FLAGS = (0x05, 0x00, 0x00, 0x00, 0x00, 0x00)
IDENTIFY_FOREVER = (0x00, 0x01)
IDENTIFY_LONGEST = (0xFF,)
"""Seconds, for BMCs that know no "until told otherwise"."""
IDENTIFY_OFF = (0x00,)

MAKERS = {
    2: "IBM",
    11: "HPE",
    343: "Intel",
    674: "Dell",
    10876: "Supermicro",
    15370: "Giga-Byte",
    19046: "Lenovo",
    47196: "ASRock Rack",
}
"""IANA enterprise numbers, as Get Device ID has them."""

_COMPLETIONS = {
    0xC0: (FaultKind.BUSY, "busy"),
    0xC3: (FaultKind.BUSY, "timed out inside the BMC"),
    0xCE: (FaultKind.BUSY, "has no answer just now"),
    0xD0: (FaultKind.BUSY, "is being updated"),
    0xD1: (FaultKind.BUSY, "is being updated"),
    0xD2: (FaultKind.BUSY, "is starting"),
    0xD5: (FaultKind.BUSY, "does not take this in its present state"),
    0xC1: (FaultKind.UNSUPPORTED, "does not know this command"),
    0xC9: (FaultKind.UNSUPPORTED, "does not know this parameter"),
    0xCC: (FaultKind.UNSUPPORTED, "does not know this value"),
    0x80: (FaultKind.UNSUPPORTED, "does not know this boot parameter"),
    0xD4: (FaultKind.FORBIDDEN, "its user may not do this"),
}


def encode_pxe_once(mode: PxeMode) -> tuple[int, ...]:
    """Parameter 5. Without the EFI bit some UEFI hosts fall back to legacy boot."""
    return (0x05, _VALID | (_EFI if mode is PxeMode.UEFI else 0), 0x04, 0x00, 0x00, 0x00)


def parse_override(data: bytes) -> BootOverride:
    """The answer to ASK_FLAGS. OpenIPMI's simulator keeps the device and drops the valid bit, so the device alone counts."""
    if len(data) < 4:
        raise Fault(FaultKind.REFUSED, "its boot flags are too short")
    flags, device = data[2], data[3] & _DEVICE_MASK
    mode = (PxeMode.UEFI if flags & _EFI else PxeMode.BIOS) if flags & _VALID else None
    return BootOverride(_DEVICES.get(device, f"device {device:#x}"), not flags & _PERSISTENT, mode)


def parse_state(data: bytes) -> PowerState:
    """The answer to Get Chassis Status."""
    if not data:
        return PowerState.UNKNOWN
    return PowerState.ON if data[0] & 0x01 else PowerState.OFF


def parse_maker(data: bytes) -> str:
    """The answer to Get Device ID: "Supermicro, firmware 1.73"."""
    if len(data) < 9:
        return "unknown make"
    maker = int.from_bytes(data[6:9], "little") & 0xFFFFF
    return f"{MAKERS.get(maker, f'maker {maker}')}, firmware {data[2] & 0x7F}.{data[3]:02x}"


def check_completion(code: int) -> None:
    """Fault unless the command was done."""
    if code:
        kind, cause = _COMPLETIONS.get(code, (FaultKind.REFUSED, f"refused with completion code {code:#04x}"))
        raise Fault(kind, cause)
