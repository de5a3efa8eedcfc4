"""What accepting a server will do to it, said before anybody confirms it. Pure."""

from dataclasses import dataclass

from boot.errors import ConfigError
from boot.lifecycle.disks import DiskFate, decide_fate, describe_contents, known_disks, read_plan
from boot.resources.annotations import REJECTED
from boot.resources.metal import Server
from boot.resources.wiping import DiskAction, WipeMethod, WipePlan

ALREADY = "It is accepted already."
IS_REJECTED = "It is rejected: readmit it first."


@dataclass(frozen=True, slots=True)
class DiskConsequence:
    """One disk and what becomes of it; size in bytes. `foreign` describes data on it that is nobody's we know.

    `fixed`: it is kept whatever anybody says (read-only, removable).
    """

    name: str
    model: str
    size: int
    serial: str
    action: DiskAction
    reason: str
    contents: str
    foreign: str
    fixed: bool


@dataclass(frozen=True, slots=True)
class Acceptance:
    """`obstacle` says why it cannot be accepted, "" where it can; `sentences` say what follows if it is."""

    server: str
    obstacle: str
    sentences: tuple[str, ...]
    disks: tuple[DiskConsequence, ...]

    @property
    def possible(self) -> bool:
        return not self.obstacle

    @property
    def foreign(self) -> tuple[DiskConsequence, ...]:
        """Disks whose data would be lost, and that is not ours to lose."""
        return tuple(disk for disk in self.disks if disk.foreign and disk.action is DiskAction.WIPE)


def describe_acceptance(server: Server, plan: WipePlan | None = None) -> Acceptance:
    """With the plan that is drafted, or else the one that is stored with it; without any, Sidero's: every disk is wiped."""
    if server.spec.accepted:
        return Acceptance(server.name, ALREADY, (ALREADY,), ())
    if REJECTED in server.metadata.annotations:
        return Acceptance(server.name, IS_REJECTED, (IS_REJECTED,), ())
    try:
        plan = plan or read_plan(server)
    except ConfigError as error:
        return Acceptance(server.name, f"Its wipe plan cannot be read: {error}", (), ())
    disks = known_disks(server)
    consequences = tuple(_consequence(decide_fate(disk, plan)) for disk in disks or ())
    return Acceptance(server.name, "", tuple(_sentences(consequences, plan, known=disks is not None)), consequences)


def _sentences(disks: tuple[DiskConsequence, ...], plan: WipePlan | None, *, known: bool) -> list[str]:
    sentences = ["Accepting lets an agent erase the disks that are marked wipe, before the server is handed out."]
    if not known:
        sentences.append("Its disks are not known: nobody has looked inside. Count on losing all of them.")
    elif plan is not None and plan.method is WipeMethod.FULL:
        sentences.append("Every block of them is discarded or overwritten, which takes long.")
    if any(disk.foreign and disk.action is DiskAction.WIPE for disk in disks):
        sentences.append("There is data on them that Talos did not leave there: look twice.")
    return sentences


def _consequence(fate: DiskFate) -> DiskConsequence:
    disk = fate.disk
    return DiskConsequence(
        disk.device_name,
        disk.model,
        disk.size,
        disk.serial,
        fate.action,
        fate.reason,
        describe_contents(disk),
        fate.foreign,
        fixed=disk.read_only or disk.removable,
    )
