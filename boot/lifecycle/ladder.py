"""The ladder of one machine: the rungs a boot climbs, and how each fact from the wire moves it. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from boot.clock import rfc3339_micro
from boot.firmware import FileRole, find_architecture, role_of_file
from boot.lifecycle.agent_ladder import fold_agent
from boot.lifecycle.timeline import tell
from boot.notices import (
    AgentHeard,
    AgentRefused,
    BootServerAnswered,
    BuildReplaced,
    ConfigRefused,
    ConfigServed,
    DhcpAcknowledged,
    DhcpDiscovered,
    DhcpOffered,
    DhcpRefused,
    DhcpRequested,
    Notice,
    Registered,
    ScriptServed,
    ServerWiped,
    TalosReported,
    TransferFailed,
    TransferProbed,
    TransferProgressed,
    TransferRequested,
    WipeProgressed,
)
from boot.resources.boots import BootStatus, Expectation, Step, Transfer

ADDRESSES_KEPT = 4


@dataclass(frozen=True, slots=True)
class Rung:
    """`limit_seconds` after the rung before it this one is late; 0 where it waits for a person."""

    name: str
    title: str
    limit_seconds: float


LADDER: tuple[Rung, ...] = (
    Rung("discover", "discover", 0),
    Rung("offer", "offer", 5),
    Rung("request", "request", 15),
    Rung("bootserver", "4011", 5),
    Rung("tftp", "TFTP", 15),
    Rung("ipxe", "iPXE", 30),
    Rung("script", "script", 30),
    Rung("registered", "registered", 10),
    Rung("accepted", "accepted", 0),
    Rung("kernel", "kernel", 0),
    Rung("initrd", "initrd", 30),
    Rung("handed-over", "handed over", 30),
)
INSTALLATION: tuple[Rung, ...] = (
    # What comes after the wire, as Talos tells it.
    Rung("config", "config", 0),
    Rung("installing", "installing", 60),
    Rung("installed", "installed", 900),
    Rung("booted", "booted", 600),
)
_INDEX = {rung.name: index for index, rung in enumerate((*LADDER, *INSTALLATION))}
_RUNGS = {rung.name: rung for rung in (*LADDER, *INSTALLATION)}
_NEXT = {
    # Not every rung is climbed by every machine: 4011 is asked by some firmware only.
    "discover": "offer",
    "offer": "request",
    "request": "tftp",
    "bootserver": "tftp",
    "tftp": "ipxe",
    "ipxe": "script",
    "script": "registered",
    "registered": "accepted",
    "accepted": "kernel",
    "kernel": "initrd",
    "initrd": "handed-over",
    "config": "installing",
    "installing": "installed",
    "installed": "booted",
}


def fold_boot(status: BootStatus, notice: Notice, now: datetime) -> BootStatus:
    """The status after this fact; `status` itself when the fact is not about a boot."""
    seen = _see(status, notice, now)
    match notice:
        case DhcpDiscovered():
            return _discovered(seen, notice, now)
        case DhcpOffered():
            return _offered(seen, notice, now)
        case DhcpRequested():
            return _requested(seen, notice, now)
        case DhcpAcknowledged():
            return tell(seen, now, f"has {notice.address}")
        case DhcpRefused():
            return tell(seen, now, f"not answered: {notice.reason}")
        case BootServerAnswered():
            told = f"second PXE round answered: {notice.boot_file}"
            return _climb(seen, "bootserver", now, detail=notice.boot_file, message=told)
        case TransferRequested():
            return seen
        case TransferProbed():
            return _probed(seen, notice, now)
        case TransferProgressed():
            return _progressed(seen, notice, now)
        case TransferFailed():
            return _failed(seen, notice, now)
        case BuildReplaced():
            told = f"given {notice.build} from now on: {notice.instead_of} was fetched again and again, and no script"
            return tell(seen, now, told)
        case ScriptServed():
            return _script(seen, notice, now)
        case Registered():
            return _registered(seen, notice, now)
        case AgentHeard() | AgentRefused() | ServerWiped() | WipeProgressed():
            return fold_agent(seen, notice, now)
        case ConfigServed():
            return _climb(seen, "config", now, detail=notice.machine, message=f"has its config, of Machine {notice.machine}")
        case ConfigRefused():
            return tell(seen, now, f"no config: {notice.reason}")
        case TalosReported():
            return _reported(seen, notice, now)
        case _:
            return status


def _see(status: BootStatus, notice: Notice, now: datetime) -> BootStatus:
    update: dict[str, object] = {"last_seen": rfc3339_micro(now)}
    if notice.address and notice.address not in status.addresses[:1]:
        others = [address for address in status.addresses if address != notice.address]
        update["addresses"] = [notice.address, *others][:ADDRESSES_KEPT]
    return status.model_copy(update=update)


def _reported(status: BootStatus, notice: TalosReported, now: datetime) -> BootStatus:
    if notice.stage in _RUNGS:
        return _climb(status, notice.stage, now, message=f"Talos: {notice.stage}")
    return tell(status, now, f"Talos: {notice.reason}")


def accept_boot(status: BootStatus, now: datetime) -> BootStatus:
    """The Server behind this machine has been accepted."""
    return _climb(status, "accepted", now, message="accepted")


def _climb(
    status: BootStatus, name: str, now: datetime, *, detail: str = "", size: int = 0, message: str = "", again: bool = True
) -> BootStatus:
    """Reach a rung: first time or `again`; the stage is the furthest rung of this boot."""
    steps = {step.name: step for step in status.steps}
    before = steps.get(name)
    at = before.at if before else rfc3339_micro(now)
    count = (before.count + (1 if again else 0)) if before else 1
    steps[name] = Step(name=name, at=at, count=count, bytes=size or (before.bytes if before else 0), detail=detail)
    ordered = sorted(steps.values(), key=lambda step: _INDEX[step.name])
    furthest = ordered[-1].name
    update: dict[str, object] = {"steps": ordered, "stage": furthest}
    if before is None or furthest != status.stage:
        update["expected"] = _expect(furthest, now)
    climbed = status.model_copy(update=update)
    return tell(climbed, now, message) if message else climbed


def _expect(name: str, now: datetime) -> Expectation | None:
    following = _NEXT.get(name)
    if following is None:
        return None
    limit = _RUNGS[following].limit_seconds
    late = rfc3339_micro(now + timedelta(seconds=limit)) if limit else None
    return Expectation(step=following, since=rfc3339_micro(now), late_after=late)


def _reached(status: BootStatus, name: str) -> bool:
    return any(step.name == name for step in status.steps)


def _discovered(status: BootStatus, notice: DhcpDiscovered, now: datetime) -> BootStatus:
    in_ipxe = notice.user_class == "iPXE"
    starts_over = status.stage not in {"", "discover", "offer"} if not in_ipxe else _reached(status, "script")
    if starts_over:
        status = status.model_copy(update={"steps": [], "stage": "", "expected": None, "transfer": None})
    # A ROM that is iPXE already is the only one to tell its architecture; a chained one repeats the firmware's.
    if notice.architecture is not None and (not in_ipxe or status.architecture_code is None):
        row = find_architecture(notice.architecture)
        status = status.model_copy(
            update={"architecture": row.title, "architecture_code": row.code, "firmware": str(row.firmware)}
        )
    if notice.uuid and not status.uuid:
        status = status.model_copy(update={"uuid": notice.uuid})
    if in_ipxe:
        return _climb(status, "ipxe", now, message="iPXE asks for an address")
    return _climb(status, "discover", now, detail=notice.vendor_class, message="firmware asks for an address")


def _offered(status: BootStatus, notice: DhcpOffered, now: datetime) -> BootStatus:
    what = notice.boot_file or "an address only"
    if _reached(status, "ipxe"):
        return tell(status, now, f"offered {what}")
    return _climb(status, "offer", now, detail=what, message=f"offered {what}")


def _requested(status: BootStatus, notice: DhcpRequested, now: datetime) -> BootStatus:
    if _reached(status, "ipxe"):
        return status
    return _climb(status, "request", now, detail=notice.server, message=f"requests {notice.address or 'an address'}")


_AGENT_FILES = "agent-"
"""How the names of an agent's kernel and initramfs begin, as Sidero has them (agent-amd64/vmlinuz)."""
_RUNG_OF = {FileRole.BOOT_FILE: "tftp", FileRole.KERNEL: "kernel", FileRole.INITRD: "initrd"}


def _probed(status: BootStatus, notice: TransferProbed, now: datetime) -> BootStatus:
    transfer = Transfer(protocol="tftp", file=notice.file, total=notice.size, state="probed")
    return tell(status.model_copy(update={"transfer": transfer}), now, f"asked for the size of {notice.file}")


def _progressed(status: BootStatus, notice: TransferProgressed, now: datetime) -> BootStatus:
    state = "done" if notice.done else "running"
    transfer = Transfer(protocol=notice.protocol, file=notice.file, sent=notice.sent, total=notice.size, state=state)
    rung = _RUNG_OF[role_of_file(notice.file)]
    began = status.transfer is None or status.transfer.file != notice.file or status.transfer.state != "running"
    told = f"{notice.file} sent, {notice.sent} bytes by {notice.protocol.upper()}" if notice.done else ""
    if notice.file.startswith(_AGENT_FILES):
        # No rung: the agent comes before the operating system, and goes away again.
        seen = status.model_copy(update={"transfer": transfer})
        return tell(seen, now, told) if told else seen
    status = _climb(
        status.model_copy(update={"transfer": transfer}),
        rung,
        now,
        detail=notice.file,
        size=notice.sent,
        message=told,
        again=began,
    )
    if not notice.done:
        return status
    if rung == "initrd":
        return _climb(status, "handed-over", now, message="kernel and initramfs are there: the operating system takes over")
    return status


def _failed(status: BootStatus, notice: TransferFailed, now: datetime) -> BootStatus:
    if notice.expected:
        return status
    transfer = Transfer(protocol=notice.protocol, file=notice.file, sent=notice.sent, total=notice.size, state="failed")
    told = f"{notice.file} by {notice.protocol.upper()}: {notice.reason}"
    return tell(status.model_copy(update={"transfer": transfer}), now, told)


def _script(status: BootStatus, notice: ScriptServed, now: datetime) -> BootStatus:
    if _reached(status, "script"):
        # A waiting machine asks every few seconds: that is a sign of life and not news.
        last = next((step for step in status.steps if step.name == "script"), None)
        if last is not None and last.detail == notice.script:
            return status
    told = f"script {notice.script}" + (f": {notice.reason}" if notice.reason else "")
    return _climb(status, "script", now, detail=notice.script, message=told)


def _registered(status: BootStatus, notice: Registered, now: datetime) -> BootStatus:
    status = status.model_copy(update={"uuid": notice.uuid, "server": notice.server})
    told = f"registered as {notice.server}" if notice.created else f"known as {notice.server}"
    return _climb(status, "registered", now, detail=notice.server, message=told)
