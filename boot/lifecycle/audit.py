"""What somebody's write did to a Server, one sentence each for the audit trail. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from boot.errors import ConfigError
from boot.lifecycle.disks import read_plan
from boot.resources import annotations as noted
from boot.resources.base import Object
from boot.resources.metal import Server
from boot.resources.wiping import Decree, DiskAction, PowerRequest, find_record


@dataclass(frozen=True, slots=True)
class Deed:
    """`reason` is CamelCase and stable; `message` is one sentence without the user."""

    reason: str
    message: str


def describe_deeds(old: Object | None, new: Object | None) -> list[Deed]:
    """`old` None: it was created; `new` None: it was deleted. [] for what is nobody's concern, such as a status."""
    if new is None:
        return [Deed("Deleted", "Deleted.")]
    if old is None:
        return [Deed("Created", "Created, accepted." if new.get("spec", {}).get("accepted") else "Created.")]
    before, after = Server.model_validate(old), Server.model_validate(new)
    return [*_acceptance(before, after), *_annotations(before, after), *_fields(old, new)]


def _acceptance(before: Server, after: Server) -> Iterator[Deed]:
    if after.spec.accepted and not before.spec.accepted:
        yield Deed("Accepted", f"Accepted: {_describe_plan(after)}.")
    elif before.spec.accepted and not after.spec.accepted:
        yield Deed("AcceptanceTakenBack", "Its acceptance was taken back: nothing is written to its disks any more.")
    if after.spec.cordoned != before.spec.cordoned:
        yield Deed(*(("Cordoned", "Cordoned.") if after.spec.cordoned else ("Uncordoned", "No longer cordoned.")))


def _annotations(before: Server, after: Server) -> Iterator[Deed]:
    for key, (set_reason, gone_reason, describe) in _TOLD.items():
        old, new = before.metadata.annotations.get(key), after.metadata.annotations.get(key)
        if old == new:
            continue
        if new is not None:
            yield Deed(set_reason, describe(after))
        elif gone_reason:
            yield Deed(gone_reason, _GONE[gone_reason])


def _fields(old: Object, new: Object) -> Iterator[Deed]:
    before, after = old.get("spec", {}), new.get("spec", {})
    told = {"accepted", "cordoned"}
    changed = sorted(key for key in before.keys() | after.keys() if key not in told and before.get(key) != after.get(key))
    fields = [f"spec.{key}" for key in changed]
    if old["metadata"].get("labels") != new["metadata"].get("labels"):
        fields.append("metadata.labels")
    if fields:
        yield Deed("Changed", f"Changed: {', '.join(fields)}.")


def _describe_plan(server: Server) -> str:
    try:
        plan = read_plan(server)
    except ConfigError as error:
        return f"nothing is wiped, {error}"
    if plan is None:
        return "every disk is to be wiped"
    kept = [disk.device_name or disk.serial or disk.wwid for disk in plan.disks if disk.action is DiskAction.KEEP]
    return f"{len(plan.disks) - len(kept)} disks are to be wiped, kept: {', '.join(kept) or 'none'}"


def _describe_decree(server: Server, key: str, word: str) -> str:
    decree = find_record(server, key, Decree)
    return f"{word}: {decree.reason}" if decree and decree.reason else f"{word}."


def _describe_request(server: Server) -> str:
    request = find_record(server, noted.POWER_REQUEST, PowerRequest)
    return f"Asked for: {request.action}." if request else "Asked for power, in a way that cannot be read."


_TOLD: dict[str, tuple[str, str, Callable[[Server], str]]] = {
    noted.WIPE_PLAN: ("WipePlanChanged", "WipePlanRemoved", lambda server: f"Wipe plan: {_describe_plan(server)}."),
    noted.REJECTED: ("Rejected", "RejectionLifted", lambda server: _describe_decree(server, noted.REJECTED, "Rejected")),
    noted.OUT_OF_SERVICE: (
        "OutOfService",
        "BackInService",
        lambda server: _describe_decree(server, noted.OUT_OF_SERVICE, "Taken out of service"),
    ),
    noted.FENCED_BY: ("Fenced", "Unfenced", lambda server: f"Fenced by {server.metadata.annotations[noted.FENCED_BY]}."),
    noted.STOPPED: ("Stopped", "Resumed", lambda server: f"Stopped: {server.metadata.annotations[noted.STOPPED]}"),
    noted.POWER_REQUEST: ("PowerRequested", "", _describe_request),
}
_GONE = {
    "WipePlanRemoved": "Its wipe plan was removed: every disk is to be wiped.",
    "RejectionLifted": "No longer rejected.",
    "BackInService": "Back in service.",
    "Unfenced": "No longer fenced.",
    "Resumed": "Resumed: it is tried again.",
}
