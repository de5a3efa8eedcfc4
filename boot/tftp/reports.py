"""What the transfer process tells, as notices."""

from datetime import datetime

from boot.notices import Notice, PacketRefused, TransferFailed, TransferProbed, TransferProgressed, TransferRequested
from boot.tftp.messages import Kind, Told

PROTOCOL = "tftp"


def build_notice(told: Told, at: datetime) -> Notice:
    """`at` is now: the process tells at once."""
    mac, address, file, size = told.mac, told.address, told.file, told.size
    match told.kind:
        case Kind.REFUSED:
            return PacketRefused(at=at, address=address, protocol=PROTOCOL, cause=told.reason)
        case Kind.REQUESTED | Kind.ASKED_AGAIN:
            return TransferRequested(at=at, mac=mac, address=address, file=file, again=told.kind is Kind.ASKED_AGAIN)
        case Kind.PROBED:
            return TransferProbed(at=at, mac=mac, address=address, file=file, size=size, aborted=told.aborted)
        case Kind.PROGRESSED | Kind.DONE:
            return TransferProgressed(
                at=at,
                mac=mac,
                address=address,
                protocol=PROTOCOL,
                file=file,
                sent=told.sent,
                size=size,
                done=told.kind is Kind.DONE,
                repeats=told.repeats,
            )
        case Kind.FAILED:
            return TransferFailed(
                at=at,
                mac=mac,
                address=address,
                protocol=PROTOCOL,
                file=file,
                fault=told.fault,
                reason=told.reason,
                sent=told.sent,
                size=size,
                repeats=told.repeats,
                expected=told.expected,
            )
