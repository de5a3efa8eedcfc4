"""What one machine has done on the wire, rung by rung: reached, under way, awaited, late, or still ahead."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from boot.clock import parse_time
from boot.lifecycle.ladder import INSTALLATION, LADDER
from boot.resources.boots import Boot, Step, Transfer
from sidero_tui.model.state import State
from sidero_tui.theme import Role


class RungState(Enum):
    """How far one rung is."""

    REACHED = State("●", "done", Role.OK)
    SKIPPED = State("–", "skipped", Role.DIM)
    RUNNING = State("◐", "under way", Role.BUSY)
    FAILED = State("✗", "failed", Role.BAD)
    AWAITED = State("◌", "awaited", Role.ASK)
    LATE = State("▲", "late", Role.BAD)
    AHEAD = State("·", "ahead", Role.DIM)


@dataclass(frozen=True, slots=True)
class RungView:
    """`after` is seconds since the rung before it, `waited` seconds awaited so far; None where there is none."""

    name: str
    title: str
    state: RungState
    at: datetime | None = None
    after: float | None = None
    waited: float | None = None
    bytes: int = 0
    count: int = 0
    detail: str = ""


_TRANSFER_RUNGS = {"tftp": frozenset({"tftp"}), "http": frozenset({"kernel", "initrd"})}


def build_ladder(boot: Boot, now: datetime) -> tuple[RungView, ...]:
    """All rungs, in order, as of `now`; those of an installation once the machine has its config."""
    steps = {step.name: step for step in boot.status.steps}
    rungs = (*LADDER, *INSTALLATION) if any(rung.name in steps for rung in INSTALLATION) else LADDER
    furthest = max((index for index, rung in enumerate(rungs) if rung.name in steps), default=-1)
    expected = boot.status.expected
    views: list[RungView] = []
    before: datetime | None = None
    for index, rung in enumerate(rungs):
        step = steps.get(rung.name)
        if step is not None:
            view = _reached(rung.title, step, before, boot.status.transfer)
            before = view.at or before
        elif expected is not None and expected.step == rung.name:
            view = _awaited(rung.name, rung.title, expected.since, expected.late_after, now)
        else:
            state = RungState.SKIPPED if index < furthest else RungState.AHEAD
            view = RungView(rung.name, rung.title, state)
        views.append(view)
    return tuple(views)


def awaited_rung(ladder: tuple[RungView, ...]) -> RungView | None:
    """The rung that should come next, if one is awaited."""
    return next((rung for rung in ladder if rung.state in (RungState.AWAITED, RungState.LATE)), None)


def furthest_rung(ladder: tuple[RungView, ...]) -> RungView | None:
    """The last rung that was reached, is under way or failed."""
    return next((rung for rung in reversed(ladder) if rung.at is not None), None)


def _reached(title: str, step: Step, before: datetime | None, transfer: Transfer | None) -> RungView:
    at = parse_time(step.at) if step.at else None
    state = RungState.REACHED
    if transfer is not None and step.name in _TRANSFER_RUNGS.get(transfer.protocol, ()):
        state = {"running": RungState.RUNNING, "failed": RungState.FAILED}.get(transfer.state, RungState.REACHED)
    after = (at - before).total_seconds() if at and before else None
    return RungView(step.name, title, state, at, after, None, step.bytes, step.count, step.detail)


def _awaited(name: str, title: str, since: str | None, late_after: str | None, now: datetime) -> RungView:
    waited = max(0.0, (now - parse_time(since)).total_seconds()) if since else None
    late = late_after is not None and now >= parse_time(late_after)
    return RungView(name, title, RungState.LATE if late else RungState.AWAITED, waited=waited)
