"""Machines that need nothing special."""


class NoQuirks:
    """Implements boot.ipxe.server.Quirks."""

    def stand_in(self, asked: str, address: str) -> str:  # noqa: ARG002
        return asked

    def exit_of(self, mac: str) -> str:  # noqa: ARG002
        return ""
