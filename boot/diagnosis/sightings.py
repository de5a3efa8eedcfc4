"""Facts from the wire into sightings, and where a new boot begins. Pure, and bounded: there are no more than there are signs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from boot.clock import parse_time, rfc3339_micro
from boot.diagnosis.signs import FETCHING, STARTED, Sign
from boot.firmware import FileRole, role_of_file
from boot.notices import (
    BootServerAnswered,
    BuildReplaced,
    DhcpAcknowledged,
    DhcpDiscovered,
    DhcpOffered,
    DhcpRefused,
    DhcpRequested,
    Notice,
    Registered,
    ScriptServed,
    TransferFailed,
    TransferFault,
    TransferProbed,
    TransferProgressed,
    TransferRequested,
)
from boot.resources.boots import Sighting

DETAIL_KEPT = 200
"""Letters of a detail: names and reasons may come from the wire."""
REMEMBERED = timedelta(minutes=10)
"""How long ago a sighting of an earlier boot still counts as one of a row."""
_ONE_STAY = timedelta(seconds=20)
"""Sightings of leaving or of a fetched file closer together than that are one."""
_AUTOEXEC = "autoexec.ipxe"


@dataclass(frozen=True, slots=True)
class Mark:
    """One sighting as a notice shows it.

    `row`: the count is of those with the same detail and amount, one after the other. `moving`: its time is that of the
    last change of `amount`. `keeps`: the amount stays that of the first.
    """

    sign: Sign
    detail: str = ""
    amount: int = 0
    row: bool = False
    moving: bool = False
    keeps: bool = False


def fold_seen(seen: Sequence[Sighting], notice: Notice) -> list[Sighting]:
    """What is seen with this notice; a DISCOVER that begins a new boot leaves only what counts from boot to boot."""
    if isinstance(notice, DhcpDiscovered) and _begins(seen, notice):
        seen = _carry(seen, notice.at)
    folded = {sighting.name: sighting for sighting in seen}
    for mark in _marks(notice, folded):
        folded[mark.sign] = _merge(folded.get(mark.sign), mark, notice.at)
    return list(folded.values())


def _merge(old: Sighting | None, mark: Mark, at: datetime) -> Sighting:
    now, detail = rfc3339_micro(at), mark.detail[:DETAIL_KEPT]
    if old is None:
        return Sighting(name=mark.sign, first=now, last=now, detail=detail, amount=mark.amount)
    same = (old.detail, old.amount) == (detail, mark.amount)
    if mark.moving:
        # A transfer: its first notice has sent nothing yet.
        count = old.count + (mark.amount == 0 and old.amount > 0)
        return Sighting(
            name=mark.sign,
            count=count,
            first=old.first,
            last=old.last if same else now,
            detail=detail,
            amount=mark.amount,
        )
    if mark.row and not same:
        return Sighting(name=mark.sign, first=now, last=now, detail=detail, amount=mark.amount)
    amount = old.amount if mark.keeps else mark.amount
    return Sighting(name=mark.sign, count=old.count + 1, first=old.first, last=now, detail=detail, amount=amount)


def _begins(seen: Sequence[Sighting], notice: DhcpDiscovered) -> bool:
    """Whether it is of another boot than what was seen: firmware's after more than its first steps, iPXE's after a script."""
    names = {sighting.name for sighting in seen}
    if notice.user_class == "iPXE":
        return Sign.SCRIPT in names
    return bool(names & {Sign.REQUEST, Sign.ACK, Sign.BOOT_SERVER, Sign.SCRIPT, Sign.REGISTERED, *FETCHING, *STARTED})


def _carry(seen: Sequence[Sighting], now: datetime) -> list[Sighting]:
    """What counts from boot to boot: what it came back from without having got any further."""
    by_name = {sighting.name: sighting for sighting in seen}
    kept = [
        by_name[name]
        for name in (Sign.UUID, Sign.UUID_CHANGED, Sign.NOT_ITS_ADDRESS, Sign.LEFT, Sign.OTHER_BUILD)
        if name in by_name
    ]
    if not STARTED & by_name.keys():
        names = (Sign.FETCHED, Sign.STALLED, Sign.PROBE, Sign.PROBE_UNANSWERED, Sign.OPTIONS_REFUSED, Sign.IPXE_UNMARKED)
        kept += [by_name[name] for name in names if name in by_name]
    if Sign.ALIVE not in by_name and Sign.INITRD_FETCHED in by_name:
        kept.append(by_name[Sign.INITRD_FETCHED])
    return [sighting for sighting in kept if now - parse_time(sighting.last) <= REMEMBERED]


def _marks(notice: Notice, seen: dict[str, Sighting]) -> Iterable[Mark]:
    match notice:
        case DhcpDiscovered():
            return _discovered(notice, seen)
        case DhcpOffered():
            return [] if Sign.IPXE in seen else [Mark(Sign.OFFER, notice.boot_file)]
        case DhcpRequested():
            return [Mark(Sign.IPXE_REQUEST if Sign.IPXE in seen else Sign.REQUEST, notice.server)]
        case DhcpAcknowledged():
            return [Mark(Sign.ACK)]
        case DhcpRefused():
            return [Mark(Sign(notice.cause.value), notice.reason)]
        case BootServerAnswered():
            return [Mark(Sign.BOOT_SERVER, notice.boot_file)]
        case BuildReplaced():
            return [Mark(Sign.OTHER_BUILD, notice.build)]
        case ScriptServed():
            return _script(notice, seen)
        case Registered():
            remark = [Mark(Sign.BY_MAC, notice.remark)] if notice.remark else []
            return [Mark(Sign.REGISTERED, notice.server), *remark]
        case _:
            return _transfer(notice, seen)


def _discovered(notice: DhcpDiscovered, seen: dict[str, Sighting]) -> Iterator[Mark]:
    in_ipxe = notice.user_class == "iPXE"
    kind = "HTTPClient" if notice.vendor_class.startswith("HTTPClient") else "PXEClient"
    yield Mark(Sign.IPXE if in_ipxe else Sign.DISCOVER, kind, notice.seconds, keeps=True)
    if notice.ipxe_features and not in_ipxe:
        yield Mark(Sign.IPXE_UNMARKED)
    if notice.relay:
        yield Mark(Sign.RELAYED, notice.relay)
    if notice.uuid:
        known = seen.get(Sign.UUID)
        yield Mark(Sign.UUID, notice.uuid)
        if known is not None and known.detail != notice.uuid:
            yield Mark(Sign.UUID_CHANGED, known.detail)


def _script(notice: ScriptServed, seen: dict[str, Sighting]) -> Iterator[Mark]:
    yield Mark(Sign.SCRIPT, notice.script)
    if notice.script == "wait":
        yield Mark(Sign.WAITING, notice.environment)
    elif notice.script == "environment":
        yield Mark(Sign.BOOTING, notice.environment)
    elif notice.script == "exit":
        left = seen.get(Sign.LEFT)
        if left is None or notice.at - parse_time(left.last) > _ONE_STAY:
            yield Mark(Sign.LEFT)


def _transfer(notice: Notice, seen: dict[str, Sighting]) -> list[Mark]:
    match notice:
        case TransferRequested():
            return [Mark(Sign.READ_AGAIN if notice.again else Sign.READ_REQUEST, notice.file)]
        case TransferProbed():
            return [Mark(Sign.PROBE if notice.aborted else Sign.PROBE_UNANSWERED, notice.file, row=True)]
        case TransferProgressed():
            if _is_autoexec(notice.file):
                return [Mark(Sign.AUTOEXEC, notice.file)]
            running, whole = _ROLES[role_of_file(notice.file)]
            marks = [Mark(running, notice.file, notice.sent, moving=True)]
            if running is Sign.TRANSFER:
                marks.append(Mark(Sign.REPEATS, notice.file, notice.repeats, moving=True))
            if _anew(notice, seen):
                marks.append(Mark(Sign.BEGUN_ANEW, notice.file, seen[Sign.TRANSFER].amount, row=True))
            return [*marks, Mark(whole, notice.file)] if notice.done else marks
        case TransferFailed():
            return _failed(notice)
        case _:
            return []


def _anew(notice: TransferProgressed, seen: dict[str, Sighting]) -> bool:
    before = seen.get(Sign.TRANSFER)
    whole = seen.get(Sign.FETCHED)
    if notice.sent or notice.done or before is None or before.detail != notice.file or not before.amount:
        return False
    return whole is None or whole.last < before.last


def _is_autoexec(file: str) -> bool:
    return file.lower().endswith(_AUTOEXEC)


_ROLES = {
    FileRole.BOOT_FILE: (Sign.TRANSFER, Sign.FETCHED),
    FileRole.KERNEL: (Sign.KERNEL, Sign.KERNEL_FETCHED),
    FileRole.INITRD: (Sign.INITRD, Sign.INITRD_FETCHED),
}
_FAULTS = {
    TransferFault.NO_SUCH_FILE: Sign.NOT_SERVED,
    TransferFault.UNREADABLE: Sign.UNREADABLE,
    TransferFault.OPTIONS_REFUSED: Sign.OPTIONS_REFUSED,
    TransferFault.STOPPED: Sign.STOPPED,
    TransferFault.CLOSED: Sign.STOPPED,
    TransferFault.SILENT: Sign.STALLED,
}


def _failed(notice: TransferFailed) -> list[Mark]:
    if notice.expected:
        return [Mark(Sign.AUTOEXEC, notice.file)] if _is_autoexec(notice.file) else []
    sign = _FAULTS.get(notice.fault)
    if sign is None:
        return []
    if role_of_file(notice.file) is not FileRole.BOOT_FILE:
        return [Mark(Sign.BROKEN_OFF, notice.file, notice.sent)]
    return [Mark(sign, notice.file, notice.sent, row=sign is Sign.STALLED)]
