"""What accepting a server will do to it, said before anybody confirms it."""

from dataclasses import dataclass

from boot.resources.metal import Server, StorageDevice

WIPE = "may be wiped"


@dataclass(frozen=True, slots=True)
class DiskConsequence:
    """One disk and what becomes of it; size in bytes."""

    name: str
    model: str
    size: int
    serial: str
    fate: str
    reason: str


@dataclass(frozen=True, slots=True)
class Acceptance:
    """`possible` is false when it is accepted already; `sentences` say what follows."""

    server: str
    possible: bool
    sentences: tuple[str, ...]
    disks: tuple[DiskConsequence, ...]


def describe_acceptance(server: Server) -> Acceptance:
    """Sidero's default is to wipe every disk of an accepted server before it is handed out.

    This release orders no wipe itself; but the acceptance is what a later one, or Sidero after the pivot, acts on.
    """
    if server.spec.accepted:
        return Acceptance(server.name, possible=False, sentences=("It is accepted already.",), disks=())
    storage = server.spec.hardware.storage if server.spec.hardware else None
    devices = (storage.devices if storage else None) or []
    sentences = [
        "Accepting allows everything on its disks to be erased, at once or later.",
        "This release erases nothing yet: it marks the server as accepted, and classes may hand it out.",
    ]
    if not devices:
        sentences.append("Its disks are not known: nobody has looked inside. Count on losing all of them.")
    return Acceptance(server.name, possible=True, sentences=tuple(sentences), disks=tuple(map(_fate, devices)))


def _fate(device: StorageDevice) -> DiskConsequence:
    return DiskConsequence(
        device.device_name or device.name,
        device.product_name,
        device.size,
        device.serial_number,
        WIPE,
        "accepting allows it",
    )
