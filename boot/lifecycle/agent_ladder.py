"""What an agent does, on the ladder of its machine: orders and refusals as lines of the timeline, a wipe as a transfer. Pure."""

from datetime import datetime

from boot.lifecycle.timeline import tell, tell_once
from boot.notices import AgentHeard, AgentRefused, ServerWiped, WipeProgressed
from boot.resources.boots import BootStatus, Transfer

WIPE = "wipe"
"""The protocol of a Transfer that is a wipe: its file is the disk, its bytes are those of the step under way."""


def fold_agent(status: BootStatus, notice: AgentHeard | AgentRefused | ServerWiped | WipeProgressed, now: datetime) -> BootStatus:
    match notice:
        case AgentHeard():
            return tell_once(status, now, f"agent told to {notice.action}: {notice.reason}")
        case AgentRefused():
            return tell_once(status, now, f"agent not answered ({notice.method}): {notice.reason}")
        case ServerWiped():
            transfer = status.transfer
            if transfer is not None and transfer.protocol == WIPE:
                status = status.model_copy(update={"transfer": transfer.model_copy(update={"state": "done"})})
            return tell(status, now, "wiped: it is clean")
        case WipeProgressed():
            return _progressed(status, notice, now)


def _progressed(status: BootStatus, notice: WipeProgressed, now: datetime) -> BootStatus:
    failed = bool(notice.error) or not notice.go_on
    transfer = Transfer(
        protocol=WIPE, file=notice.disk, sent=notice.done, total=notice.total, state="failed" if failed else "running"
    )
    status = status.model_copy(update={"transfer": transfer})
    if notice.error:
        return tell(status, now, f"wiping {notice.disk}: {notice.step} failed: {notice.error}")
    if not notice.go_on:
        return tell_once(status, now, f"wiping {notice.disk} was stopped")
    return tell_once(status, now, f"wiping {notice.disk}: {notice.step}")
