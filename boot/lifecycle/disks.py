"""What is known about a server's disks, and what the wipe plan says about each. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from boot.resources.annotations import DISK_CONTENTS, WIPE_PLAN
from boot.resources.metal import Server
from boot.resources.wiping import (
    Content,
    Disk,
    DiskAction,
    DiskContents,
    PlannedDisk,
    WipeMethod,
    WipePlan,
    find_record,
    read_record,
)

_OWN_LABELS = frozenset({"BIOS", "EFI", "BOOT", "META", "STATE", "EPHEMERAL"})
"""Partitions of Talos: what it leaves is not called foreign."""


@dataclass(frozen=True, slots=True)
class DiskFate:
    """What becomes of a disk and why; `foreign` describes data on it that is nobody's we know, "" for none."""

    disk: Disk
    action: DiskAction
    reason: str
    foreign: str = ""


def known_disks(server: Server) -> Sequence[Disk] | None:
    """As our agent saw them, else as any agent reported them; None when nobody has looked yet."""
    if seen := find_record(server, DISK_CONTENTS, DiskContents):
        return seen.disks
    storage = server.spec.hardware.storage if server.spec.hardware else None
    if storage is None:
        return None
    return [
        Disk(
            device_name=device.device_name or device.name,
            rotational=device.type == "HDD",
            transport="nvme" if device.type == "NVMe" else "",
            serial=device.serial_number,
            wwid=device.wwid,
            model=device.product_name,
            size=device.size,
        )
        for device in storage.devices or ()
    ]


def read_plan(server: Server) -> WipePlan | None:
    """The plan that was made for it, None for Sidero's default (all disks); ConfigError when it cannot be read."""
    return read_record(server, WIPE_PLAN, WipePlan)


def decide_fate(disk: Disk, plan: WipePlan | None) -> DiskFate:
    """Wipe or keep. Whatever is not clearly to be wiped is kept."""
    foreign = describe_foreign(disk)
    if disk.read_only:
        return DiskFate(disk, DiskAction.KEEP, "it is read-only", foreign)
    if disk.removable:
        return DiskFate(disk, DiskAction.KEEP, "it is removable", foreign)
    if plan is None:
        return DiskFate(disk, DiskAction.WIPE, "no plan was made: every disk is wiped, as Sidero does", foreign)
    found = find_planned(disk, plan.disks)
    if not found:
        return DiskFate(disk, DiskAction.KEEP, "it was not there when the wipe plan was made", foreign)
    if any(planned.action is DiskAction.KEEP for planned in found):
        return DiskFate(disk, DiskAction.KEEP, "the wipe plan keeps it", foreign)
    return DiskFate(disk, DiskAction.WIPE, "the wipe plan says so", foreign)


def find_planned(disk: Disk, planned: Iterable[PlannedDisk]) -> list[PlannedDisk]:
    """The plan's entries that may be this disk, by the strongest mark that both have.

    More than one where they cannot be told apart: whoever asks then keeps the disk if any of them is to be kept.
    """
    return [entry for entry in planned if _may_be(disk, entry)]


def _may_be(disk: Disk, entry: PlannedDisk) -> bool:
    for mine, its in ((disk.wwid, entry.wwid), (disk.serial, entry.serial)):
        if mine and its:
            return mine == its
    if not (disk.wwid or disk.serial or entry.wwid or entry.serial):
        # Names move between boots; with the size they are the best there is for a disk without any mark of its own.
        return (disk.device_name, disk.size) == (entry.device_name, entry.size)
    # One of the two has lost its marks: that is enough to keep a disk, and not enough to wipe it.
    return entry.action is DiskAction.KEEP and disk.size == entry.size


def decide_fates(server: Server) -> list[DiskFate]:
    """Every known disk with its fate; ConfigError when the plan cannot be read."""
    plan = read_plan(server)
    return [decide_fate(disk, plan) for disk in known_disks(server) or ()]


def choose_method(plan: WipePlan | None) -> WipeMethod:
    return plan.method if plan else WipeMethod.FAST


def propose_plan(disks: Iterable[Disk], keep: Iterable[str] = (), method: WipeMethod = WipeMethod.FAST) -> WipePlan:
    """A plan that wipes all but the disks named in `keep` (device names), and what can never be wiped."""
    kept = frozenset(keep)
    return WipePlan(
        method=method,
        disks=[
            PlannedDisk(
                action=DiskAction.KEEP if disk.device_name in kept or disk.read_only or disk.removable else DiskAction.WIPE,
                wwid=disk.wwid,
                serial=disk.serial,
                device_name=disk.device_name,
                model=disk.model,
                size=disk.size,
            )
            for disk in disks
        ],
    )


def describe_contents(disk: Disk) -> str:
    """What is on it now, "nothing known" included."""
    return ", ".join(map(_describe, disk.contents)) or "no known signature"


def describe_foreign(disk: Disk) -> str:
    """What is on it that Talos did not leave there; "" for nothing."""
    ours = any(content.label == "STATE" for content in disk.contents) and any(
        content.label == "EPHEMERAL" for content in disk.contents
    )
    found = (content for content in disk.contents if not (ours and _is_talos(content)))
    return ", ".join(map(_describe, found))


def _is_talos(content: Content) -> bool:
    return content.label in _OWN_LABELS or (content.kind == "partition-table" and content.type == "gpt")


def _describe(content: Content) -> str:
    what = content.type if not content.kind or content.kind == "filesystem" else f"{content.type} {content.kind}".strip()
    name = f' "{content.label}"' if content.label else ""
    return f"{what}{name}" + (f" on {content.where}" if content.where else "")
