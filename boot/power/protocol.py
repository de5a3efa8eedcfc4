"""What every way of switching a server can do. Values and protocols only: whoever decides about power imports this."""

from enum import StrEnum
from typing import Protocol

from boot.errors import SideroError
from boot.resources.metal import Server


class PowerState(StrEnum):
    """As Server.status.power has it; UNKNOWN where nothing can tell, which is no error."""

    ON = "on"
    OFF = "off"
    UNKNOWN = "unknown"


class PxeMode(StrEnum):
    """The firmware that shall boot from the network, as Server.spec.pxeMode has it; legacy boot is BIOS."""

    UEFI = "uefi"
    BIOS = "bios"


class PowerError(SideroError):
    """A power command or a reading failed. The message is one sentence: what, at which BMC, what to do; never a password."""


class Power(Protocol):
    """One server's power. Every method raises PowerError; none returns before the other side has acknowledged.

    `kind` is "redfish", "ipmi", "management-api" or "manual". Commands at one BMC run one at a time and spaced.
    """

    @property
    def kind(self) -> str: ...

    async def state(self) -> PowerState:
        """As read from the BMC at most a few seconds ago; UNKNOWN from a person.

        PowerError also, once, where an acknowledged order has had no effect in time.
        """

    async def on(self) -> None:
        """Switch it on; nothing where it is on."""

    async def off(self) -> None:
        """Switch it off at once, without asking the operating system; nothing where it is off."""

    async def cycle(self) -> None:
        """Off and on; where it is off, on."""

    async def pxe_once(self, mode: PxeMode) -> None:
        """Boot from the network at the next start, and only then."""

    async def identify(self, on: bool) -> None:
        """The locate light on or off."""


class PowerBook(Protocol):
    """Which Power a server has, from its spec."""

    async def for_server(self, server: Server) -> Power:
        """PowerError when the spec's credentials cannot be read, or nothing at the BMC's address lets us in.

        A server without a BMC has a manual Power.
        """
