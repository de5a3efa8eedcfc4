"""Servers in every state the lifecycle knows, and disks to go with them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from boot.clock import rfc3339
from boot.resources.annotations import ACCEPTED_AT, DISK_CONTENTS, WIPE_PLAN
from boot.resources.metal import Server
from boot.resources.wiping import Content, Disk, DiskContents, WipePlan, encode_record

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
LONG_AGO = rfc3339(NOW - timedelta(hours=1))
BOOT = "b00t"
SYSTEM_DISK = Disk(device_name="/dev/sda", wwid="naa.1", serial="S1", model="Fast", size=480 * 10**9)
DATA_DISK = Disk(
    device_name="/dev/sdb",
    wwid="naa.2",
    serial="S2",
    model="Big",
    size=4 * 10**12,
    rotational=True,
    contents=[Content(kind="filesystem", type="ext4", label="data", where="partition 1")],
)


def build(
    *, accepted: bool = True, in_use: bool = False, clean: bool = False, annotations: dict[str, str] | None = None, **spec: Any
) -> Server:
    """Accepted an hour ago unless told otherwise: every check of the write guard is passed."""
    noted = {ACCEPTED_AT: LONG_AGO} if accepted else {}
    return Server.model_validate(
        {
            "metadata": {"name": "s1", "annotations": noted | (annotations or {})},
            "spec": {"accepted": accepted, **spec},
            "status": {"inUse": in_use, "isClean": clean},
        }
    )


def with_contents(*disks: Disk, boot: str = BOOT) -> dict[str, str]:
    return {DISK_CONTENTS: encode_record(DiskContents(at=LONG_AGO, boot=boot, disks=list(disks)))}


def with_plan(plan: WipePlan) -> dict[str, str]:
    return {WIPE_PLAN: encode_record(plan)}


def conditioned(server: Server, *conditions: dict[str, Any]) -> Server:
    wire = server.wire()
    wire["status"] = wire.get("status", {}) | {"conditions": list(conditions)}
    return Server.model_validate(wire)
