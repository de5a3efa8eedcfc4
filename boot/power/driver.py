"""What one protocol can do at one BMC. Drivers block, as the libraries under them do; each call gets a thread of its own."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

from boot.power.protocol import PowerState, PxeMode

_Result = TypeVar("_Result")


class Switch(StrEnum):
    ON = "on"
    OFF = "off"
    CYCLE = "cycle"


@dataclass(frozen=True, slots=True)
class BootOverride:
    """What the BMC says the next start is: `device` "pxe", "none" or the protocol's own word; `mode` "" where it does not say."""

    device: str
    once: bool
    mode: PxeMode | None = None

    def __str__(self) -> str:
        how_long = "once" if self.once else "until changed"
        return f"{self.device}, {how_long}" + (f", {self.mode}" if self.mode else "") if self.device != "none" else "no override"


class Driver(Protocol):
    """Every method raises boot.power.faults.Fault and may take as long as its time-out."""

    @property
    def kind(self) -> str: ...

    def connect(self) -> str:
        """Log in and find the server; what answered, such as "HPE ProLiant DL20, Redfish 1.13". ABSENT: not spoken here."""

    def read_state(self) -> PowerState: ...

    def switch(self, order: Switch) -> PowerState:
        """Read the state, order what is still to do, and return what it was before."""

    def set_pxe_once(self, mode: PxeMode) -> BootOverride:
        """As read back afterwards."""

    def read_override(self) -> BootOverride: ...

    def clear_override(self) -> None: ...

    def identify(self, on: bool) -> None: ...

    def close(self) -> None: ...


async def run_blocking(function: Callable[[], _Result]) -> _Result:
    """The function's result, from a daemon thread: a BMC that hangs keeps neither a pool nor the program's end waiting."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[_Result] = loop.create_future()

    def deliver(set_outcome: Callable[[], None]) -> None:
        if not future.done():
            set_outcome()

    def work() -> None:
        try:
            result = function()
        except BaseException as error:  # noqa: BLE001  # carried to the waiting task, whatever it is
            caught = error
            outcome: Callable[[], None] = lambda: future.set_exception(caught)  # noqa: E731
        else:
            outcome = lambda: future.set_result(result)  # noqa: E731
        if not loop.is_closed():
            loop.call_soon_threadsafe(deliver, outcome)

    threading.Thread(target=work, name="bmc", daemon=True).start()
    return await future
