"""A transfer seen from the wire: every burst cut into the datagrams that leave."""

from collections.abc import Iterable

from boot.faults import TransferFault
from boot.tftp.blocks import Burst, StretchCache
from boot.tftp.files import MemoryContent
from boot.tftp.packets import Request
from boot.tftp.transfer import State, Transfer


class OnWire:
    """A Transfer of `data`, begun at 0 s."""

    def __init__(self, request: Request, data: bytes) -> None:
        self._transfer = Transfer(request, MemoryContent(data), StretchCache(), 0.0)

    @property
    def state(self) -> State:
        return self._transfer.state

    @property
    def sent(self) -> int:
        return self._transfer.sent

    @property
    def reason(self) -> str:
        return self._transfer.reason

    @property
    def fault(self) -> TransferFault:
        return self._transfer.fault

    @property
    def repeats(self) -> int:
        return self._transfer.repeats

    @property
    def deadline(self) -> float:
        return self._transfer.deadline

    def start(self, now: float) -> list[bytes]:
        return cut(self._transfer.start(now))

    def receive(self, datagram: bytes, now: float) -> list[bytes]:
        return cut(self._transfer.receive(datagram, now))

    def tick(self, now: float) -> list[bytes]:
        return cut(self._transfer.tick(now))


def cut(bursts: Iterable[Burst]) -> list[bytes]:
    """As segmentation offload would."""
    return [
        bytes(burst.packets[start : start + burst.segment])
        for burst in bursts
        for start in range(0, len(burst.packets), burst.segment)
    ]
