"""Which causes hold for a machine, as hints: the leading one first, steady enough to be read. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from boot.clock import parse_time, rfc3339_micro
from boot.diagnosis.cause import REACHED, Cause, Severity, describe
from boot.diagnosis.causes import CAUSES
from boot.diagnosis.evidence import Evidence
from boot.resources.boots import Hint

MOST_HINTS = 4
HOLD = 60
"""Seconds a hint is kept, on top of its cause's own, when its ground is gone and the machine got no further: firmware that
starts over forgets what it did, and the reason is the same still."""

_BY_REASON = {cause.reason: cause for cause in CAUSES}
_PLACE = {cause.reason: place for place, cause in enumerate(CAUSES)}
_LIMITS = sorted({cause.seconds for cause in CAUSES if cause.seconds} | {2 * cause.seconds for cause in CAUSES if cause.seconds})


def diagnose(evidence: Evidence, before: Sequence[Hint] = ()) -> list[Hint]:
    """The hints of now, given those of before; `before` itself, equal, when nothing changed."""
    found = [_render(cause, evidence, before) for cause in _holding(evidence)]
    reasons = {hint.reason for hint in found}
    explained = {hint.step for hint in found if hint.severity == Severity.STUCK}
    held = [
        kept
        for hint in before
        if hint.reason not in reasons and hint.step not in explained and (kept := _hold(hint, evidence)) is not None
    ]
    return sorted([*found, *held], key=_rank)[:MOST_HINTS]


def next_look(evidence: Evidence, hints: Iterable[Hint]) -> datetime | None:
    """When time alone may change the hints; None when only news from the wire can."""
    moments = [
        moment
        for sighting in evidence.sightings
        for seen in {sighting.first, sighting.last}
        for limit in _LIMITS
        if (moment := parse_time(seen) + timedelta(seconds=limit)) > evidence.now
    ]
    moments += [parse_time(hint.kept_until) for hint in hints if hint.kept_until]
    return min(moments, default=None)


def _holding(evidence: Evidence) -> list[Cause]:
    """Those that hold, each unless one before it has explained all its rungs."""
    found: list[Cause] = []
    explained: set[str] = set()
    for cause in CAUSES:
        if (cause.rungs and explained.issuperset(cause.rungs)) or not cause.when(evidence, cause.seconds):
            continue
        found.append(cause)
        if cause.severity is Severity.STUCK:
            explained.update(cause.rungs)
    return found


def _render(cause: Cause, evidence: Evidence, before: Sequence[Hint]) -> Hint:
    facts = {**describe(evidence), **{name: fact(evidence) for name, fact in cause.facts.items()}}
    old = next((hint for hint in before if hint.reason == cause.reason), None)
    return Hint(
        reason=cause.reason,
        message=cause.says.format_map(facts),
        command=cause.command.format_map(facts),
        severity=cause.severity,
        step=cause.rungs[0] if cause.rungs else "",
        since=old.since if old and old.since else rfc3339_micro(evidence.now),
    )


def _hold(hint: Hint, evidence: Evidence) -> Hint | None:
    """The hint whose ground is gone: kept for a while, unless the machine has got past it meanwhile."""
    cause = _BY_REASON.get(hint.reason)
    if cause is None or cause.ours or hint.since is None:
        return None
    since = (evidence.now - parse_time(hint.since)).total_seconds()
    if any(evidence.ago(sign) <= since for sign in REACHED.get(hint.step, ())):
        return None
    if hint.kept_until is None:
        until = evidence.now + timedelta(seconds=HOLD + cause.seconds)
        return hint.model_copy(update={"kept_until": rfc3339_micro(until)})
    return hint if parse_time(hint.kept_until) > evidence.now else None


def _rank(hint: Hint) -> tuple[int, int]:
    return list(Severity).index(Severity(hint.severity)), _PLACE[hint.reason]
