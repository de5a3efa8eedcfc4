"""Who a box says it is, as registration wrote it down."""

from dataclasses import dataclass

from boot.resources.metal import Server

_PREFIX = "sidero-tui.dev/"


@dataclass(frozen=True, slots=True)
class Identity:
    """`by` is smbios or mac; `reason` says why not smbios; `duplicate_of` names the box with the same SMBIOS UUID."""

    mac: str
    by: str
    reason: str
    duplicate_of: str


def read_identity(server: Server) -> Identity:
    """From the annotations; a Server made by hand has none and is taken by its name."""
    notes = server.metadata.annotations
    return Identity(
        mac=notes.get(_PREFIX + "mac", ""),
        by=notes.get(_PREFIX + "identity", ""),
        reason=notes.get(_PREFIX + "identity-reason", ""),
        duplicate_of=notes.get(_PREFIX + "duplicate-of", ""),
    )
