"""Who a box says it is, as registration wrote it down."""

from dataclasses import dataclass

from boot.lifecycle.identity import (
    DUPLICATE_ANNOTATION,
    IDENTITY_ANNOTATION,
    MAC_ANNOTATION,
    REASON_ANNOTATION,
    IdentityKind,
)
from boot.resources.metal import Server


@dataclass(frozen=True, slots=True)
class Identity:
    """`by_mac` when the SMBIOS UUID is none, with the `reason`; `duplicate_of` names the box that claims the same."""

    mac: str
    by_mac: bool
    reason: str
    duplicate_of: str


def read_identity(server: Server) -> Identity:
    """From the annotations; a Server made by hand has none and is taken by its name."""
    notes = server.metadata.annotations
    return Identity(
        mac=notes.get(MAC_ANNOTATION, ""),
        by_mac=notes.get(IDENTITY_ANNOTATION) == IdentityKind.MAC,
        reason=notes.get(REASON_ANNOTATION, ""),
        duplicate_of=notes.get(DUPLICATE_ANNOTATION, ""),
    )
