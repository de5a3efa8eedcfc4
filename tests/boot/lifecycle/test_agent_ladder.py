"""A wipe is seen on the machine's ladder."""

from datetime import UTC, datetime
from typing import Any

from boot.lifecycle.ladder import fold_boot
from boot.notices import AgentHeard, AgentRefused, Notice, ServerWiped, WipeProgressed
from boot.resources.boots import BootStatus

NOW = datetime(2026, 1, 2, tzinfo=UTC)
WHO: dict[str, Any] = {"at": NOW, "mac": "52:54:00:aa:00:01", "address": "10.0.0.5", "server": "s1"}


def wiped(disk: str, step: str, done: int = 0, error: str = "", go_on: bool = True) -> Notice:
    return WipeProgressed(**WHO, disk=disk, step=step, done=done, total=100, error=error, go_on=go_on)


def folded(*notices: Notice) -> BootStatus:
    status = BootStatus()
    for notice in notices:
        status = fold_boot(status, notice, NOW)
    return status


def messages(status: BootStatus) -> list[str]:
    return [entry.message for entry in status.timeline]


def test_each_step_on_each_disk_is_told_once_however_often_it_is_reported() -> None:
    status = folded(*(wiped(disk, "head", done) for done in range(3) for disk in ("/dev/sda", "/dev/sdb")))
    assert messages(status) == ["wiping /dev/sda: head", "wiping /dev/sdb: head"]
    assert status.transfer is not None
    assert (status.transfer.protocol, status.transfer.file, status.transfer.sent, status.transfer.total) == (
        "wipe",
        "/dev/sdb",
        2,
        100,
    )
    assert status.last_seen


def test_a_failure_and_a_stop_are_told_with_their_reason() -> None:
    status = folded(wiped("/dev/sda", "verify", error="read error"), wiped("/dev/sdb", "head", go_on=False))
    assert messages(status) == ["wiping /dev/sda: verify failed: read error", "wiping /dev/sdb was stopped"]
    assert status.transfer is not None
    assert status.transfer.state == "failed"


def test_orders_refusals_and_the_end_are_told() -> None:
    heard = AgentHeard(**WHO, boot="b1", action="wipe", reason="Wiping 1 of 1 disks.")
    refused = AgentRefused(**WHO, method="orders", reason="no such server: register first")
    status = folded(heard, heard, wiped("/dev/sda", "head"), refused, ServerWiped(**WHO))
    assert messages(status) == [
        "agent told to wipe: Wiping 1 of 1 disks.",
        "wiping /dev/sda: head",
        "agent not answered (orders): no such server: register first",
        "wiped: it is clean",
    ]
    assert status.transfer is not None
    assert status.transfer.state == "done"
