"""Taking a server out of service, and putting another one in its place: flows as plans of steps over resources. Pure.

A plan is made anew from what there is now: steps that are done say so, the first that is not is the next one, and whoever
carries it out asks again afterwards. So a flow goes on after a crash, and from another console.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from boot.clock import rfc3339
from boot.resources.annotations import OUT_OF_SERVICE, REJECTED, REPLACE_WITH
from boot.resources.base import Object
from boot.resources.kinds import MACHINE, SERVER, SERVER_BINDING, Kind
from boot.resources.metal import Server
from boot.resources.wiping import Decree, encode_record


class StepState(StrEnum):
    DONE = "done"
    NEXT = "next"
    LATER = "later"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Operation:
    """One request of a Client: a merge patch, or with `patch` None a deletion."""

    kind: Kind
    name: str
    namespace: str = ""
    patch: Object | None = None
    subresource: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """`operations` are to be carried out in this order when it is NEXT; () means that others do it, and one waits."""

    name: str
    sentence: str
    state: StepState
    operations: tuple[Operation, ...] = ()


@dataclass(frozen=True, slots=True)
class Membership:
    """What holds the server: its Machine (namespace and name), its binding, and whether that cluster's plane answers.

    `leaving`: that Machine is being deleted already.
    """

    machine: str = ""
    machine_namespace: str = ""
    binding: str = ""
    answers: bool = True
    leaving: bool = False


@dataclass(frozen=True, slots=True)
class Retirement:
    """What is wanted. `wipe` False releases it with its data; `by` and `reason` are kept with it."""

    by: str
    reason: str
    wipe: bool = True


@dataclass(slots=True)
class _Plan:
    steps: list[Step] = field(default_factory=list)

    def add(self, name: str, sentence: str, *operations: Operation, done: bool) -> None:
        waits = any(step.state in {StepState.NEXT, StepState.LATER} for step in self.steps)
        state = StepState.DONE if done else StepState.LATER if waits else StepState.NEXT
        self.steps.append(Step(name, sentence, state, operations if state is StepState.NEXT else ()))

    def skip(self, name: str, sentence: str) -> None:
        self.steps.append(Step(name, sentence, StepState.SKIPPED))


def plan_decommission(server: Server, member: Membership, wanted: Retirement, now: datetime) -> list[Step]:
    """Cordon, let its cluster give it up (or go on without a cluster that is gone), release, wipe, off, out of service."""
    plan = _Plan()
    name = server.name
    retired = OUT_OF_SERVICE in server.metadata.annotations and not server.spec.accepted
    cordon = Operation(SERVER, name, patch={"spec": {"cordoned": True}})
    plan.add("cordon", "No class hands it out any more.", cordon, done=server.spec.cordoned)
    _leave_cluster(plan, member)
    _release(plan, server, member)
    released = not server.status.in_use and not member.binding
    wiped = retired or (released and server.status.is_clean)
    if wanted.wipe:
        plan.add("wipe", "Its agent wipes what the wipe plan says, as after an acceptance.", done=wiped)
        off = retired or (wiped and server.status.power != "on")
        plan.add("off", "It is switched off; without a BMC its agent does that.", done=off)
    else:
        plan.skip("wipe", "It is released with its data.")
        plan.skip("off", "It is left as it is.")
    noted: Object = {}
    if OUT_OF_SERVICE not in server.metadata.annotations:
        noted[OUT_OF_SERVICE] = encode_record(Decree(by=wanted.by, at=rfc3339(now), reason=wanted.reason))
    if REPLACE_WITH in server.metadata.annotations:
        noted[REPLACE_WITH] = None  # it has been: accepted again one day, it is not replaced again
    leave: Object = {"spec": {"accepted": False}} | ({"metadata": {"annotations": noted}} if noted else {})
    retire = Operation(SERVER, name, patch=leave)
    plan.add("retire", "It is no longer accepted, and noted as out of service.", retire, done=retired)
    return plan.steps


def plan_replacement(server: Server, successor: Server, member: Membership, wanted: Retirement, now: datetime) -> list[Step]:
    """The successor gets the labels and patches of the server and is made ready; then the server is decommissioned.

    Its cluster takes the successor by itself, through the class, once the server's Machine is gone.
    """
    plan = _Plan()
    labels = successor.metadata.labels | server.metadata.labels
    patches = {
        key: value for key, value in server.spec.wire().items() if key in {"configPatches", "strategicPatches", "environmentRef"}
    }
    alike = labels == successor.metadata.labels and all(successor.spec.wire().get(key) == value for key, value in patches.items())
    inherit = {"metadata": {"labels": labels}, "spec": patches}
    sentence = f"{successor.name} gets its labels and patches, so that the same classes list it."
    plan.add("inherit", sentence, Operation(SERVER, successor.name, patch=inherit), done=alike or successor.status.in_use)
    accept = Operation(SERVER, successor.name, patch={"spec": {"accepted": True}})
    plan.add(
        "accept", f"{successor.name} is accepted: its disks are wiped as its plan says.", accept, done=successor.spec.accepted
    )
    ready = successor.status.is_clean or successor.status.in_use
    plan.add("ready", f"{successor.name} becomes clean and available.", done=ready)
    for step in plan_decommission(server, member, wanted, now):
        if step.state in {StepState.NEXT, StepState.LATER}:
            plan.add(step.name, step.sentence, *step.operations, done=False)
        else:
            plan.steps.append(step)
    return plan.steps


def refuse_successor(server: Server, successor: Server) -> str:
    """Why the one cannot take the place of the other, one sentence; "" when it can."""
    if successor.name == server.name:
        return "A server is not its own successor."
    if REJECTED in successor.metadata.annotations:
        return f"{successor.name} is rejected."
    if successor.metadata.annotations.keys() & {OUT_OF_SERVICE, REPLACE_WITH}:
        return f"{successor.name} is going out of service itself."
    if successor.status.in_use and not server.spec.cordoned:
        # Once the flow has begun it is what a successor is for: its class hands it out to the same cluster.
        return f"{successor.name} is in use already."
    return ""


def build_return() -> Object:
    """Merge patch that takes a server back: it has to be accepted again before anything is done to it."""
    return {"metadata": {"annotations": {OUT_OF_SERVICE: None, REPLACE_WITH: None}}, "spec": {"cordoned": False}}


def _leave_cluster(plan: _Plan, member: Membership) -> None:
    if not member.machine:
        plan.skip("machine", "No Machine uses it.")
    elif not member.answers:
        plan.skip("machine", f"The cluster of Machine {member.machine} does not answer: it is released without it.")
    else:
        delete = () if member.leaving else (Operation(MACHINE, member.machine, member.machine_namespace),)
        plan.add("machine", f"Machine {member.machine} is drained and deleted by its cluster.", *delete, done=False)


def _release(plan: _Plan, server: Server, member: Membership) -> None:
    """By its cluster's providers once the Machine is gone; by us where there is nobody else."""
    if member.machine and member.answers:
        plan.add("release", "The cluster gives it back.", done=not server.status.in_use and not member.binding)
        return
    operations = []
    if server.status.in_use:
        operations.append(Operation(SERVER, server.name, patch={"status": {"inUse": False}}, subresource="status"))
    if member.binding:
        # Last: as long as it is there, a release that was cut short is seen to be one.
        operations.append(Operation(SERVER_BINDING, member.binding))
    plan.add("release", "Nothing holds it any more.", *operations, done=not operations)
