"""What the operator confirmed, as writes through the Client; each can say itself as a kubectl line. Pure."""

import json
import shlex
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from boot.clock import rfc3339
from boot.lifecycle.decrees import build_rejection, lift_rejection
from boot.lifecycle.retirement import build_return
from boot.resources.annotations import OUT_OF_SERVICE, POWER_REQUEST, STOPPED, WIPE_PLAN
from boot.resources.base import Object
from boot.resources.bmc_checks import ASKED
from boot.resources.kinds import SERVER, TASK, Kind
from boot.resources.tasks import DONE
from boot.resources.wiping import Decree, PowerAction, PowerRequest, WipePlan, encode_record

BY = "console"
"""In records that name who decided; whose kubeconfig it was is in the audit trail."""


class How(Enum):
    """PATCH: a list is a JSON patch, an object a merge patch. APPLY: the object is what it shall be (server-side apply).
    DELETE: there is nothing to say about it."""

    PATCH = "patch"
    APPLY = "apply"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Edit:
    """One write, as `how` says. `done` is what is told when it went through; `namespace` is that of a namespaced kind.

    `creates`: there was no such object, and where that is still so it is made of the merge patch. `shell` says the same for a
    shell where that is not plainly a patch, "" where another edit of the same action says it already.
    """

    kind: Kind
    name: str
    patch: Object | tuple[Object, ...]
    done: str
    namespace: str = ""
    creates: bool = False
    how: How = How.PATCH
    shell: str | None = None

    @property
    def command(self) -> str:
        """The same for a shell, "" where another edit's says it."""
        if self.shell is not None:
            return self.shell
        where = f" -n {self.namespace}" if self.namespace else ""
        if self.creates and isinstance(self.patch, dict):
            pairs = " ".join(f"--from-literal={shlex.quote(f'{key}={value}')}" for key, value in self.patch["data"].items())
            return f"kubectl create {self.kind.kind.lower()} {self.name}{where} {pairs}"
        how = "merge" if isinstance(self.patch, dict) else "json"
        text = json.dumps(self.patch if how == "merge" else list(self.patch), separators=(", ", ": "))
        return f"kubectl patch {self.kind.kind.lower()} {self.name}{where} --type={how} -p {shlex.quote(text)}"


def accept(name: str, plan: WipePlan | None = None) -> Edit:
    """The guide's own patch; with a wipe plan both in one write, so that acceptance never stands without it."""
    if plan is None:
        return Edit(SERVER, name, ({"op": "replace", "path": "/spec/accepted", "value": True},), "accepted")
    return Edit(SERVER, name, _annotate({WIPE_PLAN: encode_record(plan)}) | {"spec": {"accepted": True}}, "accepted")


def take_back(name: str) -> Edit:
    return Edit(SERVER, name, ({"op": "replace", "path": "/spec/accepted", "value": False},), "acceptance taken back")


def reject(name: str, now: datetime, reason: str) -> Edit:
    return Edit(SERVER, name, build_rejection(BY, reason, now), "rejected: it is left alone")


def readmit(name: str) -> Edit:
    return Edit(SERVER, name, lift_rejection(), "readmitted")


def retire(name: str, now: datetime, reason: str) -> Edit:
    """Out of service: a flow takes it from there (boot.lifecycle)."""
    decree = Decree(by=BY, at=rfc3339(now), reason=reason)
    return Edit(SERVER, name, _annotate({OUT_OF_SERVICE: encode_record(decree)}), "going out of service")


def return_to_service(name: str) -> Edit:
    return Edit(SERVER, name, build_return(), "back in service")


def resume(name: str) -> Edit:
    return Edit(SERVER, name, _annotate({STOPPED: None}), "tried again")


def switch_power(name: str, verb: str, now: datetime, *, confirmed: bool) -> Edit:
    """`verb` is one of boot.power.menu; `confirmed` when the operator was told what the server is."""
    if verb == "check":
        return Edit(SERVER, name, _annotate({ASKED: rfc3339(now)}), "its BMC is being tested")
    request = PowerRequest(action=PowerAction(verb), by=BY, at=rfc3339(now), confirmed=confirmed)
    return Edit(SERVER, name, _annotate({POWER_REQUEST: encode_record(request)}), f"asked for power {request.action}")


def finish_task(name: str) -> Edit:
    return Edit(TASK, name, {"status": {"state": DONE}}, "done")


def _annotate(values: dict[str, Any]) -> Object:
    return {"metadata": {"annotations": values}}
