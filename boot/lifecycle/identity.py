"""Which Server a machine is: its SMBIOS UUID where that identifies one box, else a name made of its MAC.

Boards with blank, default or cloned UUIDs are common. Such a box still gets a Server, always under the same name.
"""

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from boot.errors import PacketError
from boot.resources.metal import Server

MAC_ANNOTATION = "sidero-tui.dev/mac"
IDENTITY_ANNOTATION = "sidero-tui.dev/identity"
REASON_ANNOTATION = "sidero-tui.dev/identity-reason"
DUPLICATE_ANNOTATION = "sidero-tui.dev/duplicate-of"

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_MAC_SEPARATORS = str.maketrans("", "", ":-")
_MAC = re.compile(r"[0-9a-f]{12}")
_ONE_BYTE = re.compile(r"(..)\1{15}")

DEFAULT_UUIDS = frozenset(
    {
        "03000200-0400-0500-0006-000700080009",  # AMI's default, and the same with the first three fields swapped
        "00020003-0004-0005-0006-000700080009",
        "12345678-1234-5678-90ab-cddeefaabbcc",
        "12345678-1234-1234-1234-123456789abc",
        "11111111-2222-3333-4444-555555555555",
        "4c4c4544-0000-2010-8020-80c04f202020",  # Dell's scheme filled with blanks instead of a service tag
    }
)
"""UUIDs that makers leave on every board of a kind."""


class IdentityKind(StrEnum):
    SMBIOS = "smbios"
    MAC = "mac"


@dataclass(frozen=True, slots=True)
class Reported:
    """Who a machine says it is: `uuid` as parse_uuid returns it, `serial` "" when it is a placeholder."""

    mac: str
    uuid: str
    serial: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who a known Server is: its name, the NICs it booted from (first one first), its SMBIOS UUID and serial number."""

    server: str
    macs: tuple[str, ...]
    uuid: str
    serial: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """`reason` is one sentence, set when the UUID is no identity; `duplicates` are other Servers claiming that UUID."""

    name: str
    kind: IdentityKind
    reason: str = ""
    duplicates: tuple[str, ...] = ()


def parse_mac(text: str) -> str:
    """52:54:00:AA:00:01, 52-54-..., 525400aa0001 -> lower case with colons; PacketError when it is no NIC's address."""
    digits = text.strip().lower().translate(_MAC_SEPARATORS)
    if not _MAC.fullmatch(digits) or digits == "0" * 12 or int(digits[:2], 16) & 1:
        raise PacketError("no valid MAC address")
    return ":".join(digits[index : index + 2] for index in range(0, 12, 2))


def parse_uuid(text: str) -> str:
    """Lower-case UUID, or "" for anything that does not look like one."""
    uuid = text.strip().lower()
    return uuid if _UUID.fullmatch(uuid) else ""


def mac_name(mac: str) -> str:
    """52:54:00:aa:00:01 -> 00000000-0000-0000-0000-525400aa0001, the guide's own shape."""
    return f"00000000-0000-0000-0000-{mac.translate(_MAC_SEPARATORS)}"


def describe_flaw(uuid: str) -> str:
    """Why this UUID identifies no single box, one sentence; "" when it may."""
    if not uuid:
        return "it reports no SMBIOS UUID"
    if repeated := _ONE_BYTE.fullmatch(uuid.replace("-", "")):
        return f"its SMBIOS UUID is blank (every byte is {repeated[1]})"
    if uuid in DEFAULT_UUIDS:
        return f"its SMBIOS UUID {uuid} is a board maker's default"
    return ""


def claim_of(server: Server) -> Claim:
    """What an existing Server claims to be, whoever created it."""
    hardware = server.spec.hardware
    system = hardware.system if hardware else None
    network = hardware.network if hardware else None
    macs = [interface.mac for interface in (network.interfaces or ()) if interface.mac] if network else []
    macs.append(server.metadata.annotations.get(MAC_ANNOTATION, ""))
    by_mac = server.metadata.annotations.get(IDENTITY_ANNOTATION) == IdentityKind.MAC
    uuid = parse_uuid(system.uuid) if system and system.uuid else "" if by_mac else parse_uuid(server.name)
    return Claim(server.name, tuple(dict.fromkeys(filter(None, macs))), uuid, system.serial_number if system else "")


def decide_identity(reported: Reported, known: Iterable[Claim], present: AbstractSet[str] = frozenset()) -> Identity:
    """The Server this machine is. A box keeps the name it was given first, whatever comes after it.

    `present` are MACs heard of within the last seconds: a box is in iPXE with one NIC at a time, so two NICs that are
    both there are two boxes, even where a maker gave both the same UUID and serial number.
    """
    known = sorted(known, key=lambda claim: claim.server)
    flaw = describe_flaw(reported.uuid)
    same_uuid = [] if flaw else [claim for claim in known if reported.uuid in (claim.uuid, claim.server)]
    own = (
        _find_by_nic(reported, same_uuid, present)
        or _find_by_serial(reported, same_uuid, present)
        or find_known(reported, known, present)
    )
    others = tuple(claim.server for claim in same_uuid if claim is not own)
    name = own.server if own else mac_name(reported.mac) if flaw or same_uuid else reported.uuid
    if name != mac_name(reported.mac) or name == reported.uuid:
        return Identity(name, IdentityKind.SMBIOS, duplicates=others)
    if not flaw:
        also = f"its SMBIOS UUID {reported.uuid} is also that of server {', '.join(others)}"
        flaw = also if others else "it was named so before"
    return Identity(name, IdentityKind.MAC, flaw, others)


def find_known(reported: Reported, known: Iterable[Claim], present: AbstractSet[str] = frozenset()) -> Claim | None:
    """The Server that this NIC's box was registered as before, if any."""
    known = [claim for claim in known if not _is_other_box(reported, claim)]
    same_uuid = [claim for claim in known if claim.uuid == reported.uuid]
    return _find_by_nic(reported, same_uuid, present) or _find_by_nic(reported, known, present)


def _find_by_nic(reported: Reported, claims: Iterable[Claim], present: AbstractSet[str]) -> Claim | None:
    own_name = mac_name(reported.mac)
    for claim in sorted(claims, key=lambda claim: (claim.server != own_name, claim.server)):
        if reported.mac in claim.macs and (
            claim.server == own_name
            or reported.mac == claim.macs[0]
            or present.isdisjoint(mac for mac in claim.macs if mac != reported.mac)
        ):
            return claim
    return None


def _find_by_serial(reported: Reported, same_uuid: Iterable[Claim], present: AbstractSet[str]) -> Claim | None:
    """Another NIC of the same box, or a Server made by hand for a UUID that nobody booted with yet."""
    for claim in same_uuid:
        same_serial = bool(reported.serial) and claim.serial == reported.serial
        if not claim.macs or (same_serial and present.isdisjoint(claim.macs)):
            return claim
    return None


def _is_other_box(reported: Reported, claim: Claim) -> bool:
    """A NIC that moved: UUID and serial number are both sound on both sides, and both differ."""
    sound = not describe_flaw(reported.uuid) and not describe_flaw(claim.uuid) and reported.serial and claim.serial
    return bool(sound) and reported.uuid != claim.uuid and reported.serial != claim.serial
