"""A component is a name and one coroutine that serves until it is cancelled and says when it is bound.

A port in use, a missing privilege or an absent interface is that component's state, shown with its reason; it never
takes the console or another component down. The supervisor is in boot.stack.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class ComponentState(StrEnum):
    """What a component is doing, as shown in the header and in ready.json."""

    STARTING = "starting"
    SERVING = "serving"
    FAILED = "failed"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class ComponentStatus:
    """One component as people and programs see it; `reason` is one sentence, set when it is not serving."""

    name: str
    state: ComponentState
    address: str = ""
    port: int = 0
    reason: str = ""


class Bound(Protocol):
    """Called by a component once it answers: the address and port it really has (port 0 asks for any)."""

    def __call__(self, address: str, port: int) -> None: ...


class Component(Protocol):
    """Serves until cancelled. OSError and SideroError from `serve` become its state; it is started again later."""

    @property
    def name(self) -> str: ...

    async def serve(self, bound: Bound) -> None: ...
