"""What the HTTP server needs from registration; the stack hands in what fulfils it."""

from collections.abc import Mapping
from typing import Protocol

from boot.resources.metal import Server


class Registrar(Protocol):
    """`fields` is a query as iPXE sent it: uuid, mac, hostname, arch, and SMBIOS fields by type.offset ("4.16").

    Methods raise PacketError when the fields name no machine, and ApiError when the plane does not take the report.
    """

    async def report_system(self, fields: Mapping[str, str], address: str) -> str:
        """Create or refresh the Server; once this returns its name, it is stored."""
        ...

    async def report_processor(self, fields: Mapping[str, str], position: int) -> int | None:
        """Put this CPU socket at `position` of the list. Returns the next one, or None when there is no such socket."""
        ...

    async def find(self, uuid: str, mac: str) -> Server | None:
        """The Server a registered machine is."""
        ...
