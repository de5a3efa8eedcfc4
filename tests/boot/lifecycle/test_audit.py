"""What a write did to a server, in the audit trail's words."""

from typing import Any

import pytest

from boot.lifecycle.audit import describe_deeds
from boot.lifecycle.decrees import build_rejection
from boot.lifecycle.disks import propose_plan
from boot.resources.base import Object
from boot.resources.wiping import PowerAction, PowerRequest, encode_record
from tests.boot.lifecycle.servers import DATA_DISK, NOW, SYSTEM_DISK

PREFIX = "boot.sidero-tui.dev/"


def server(annotations: dict[str, str] | None = None, labels: dict[str, str] | None = None, **spec: Any) -> Object:
    named = {f"{PREFIX}{key}": value for key, value in (annotations or {}).items()}
    metadata = {"name": "s1", "annotations": named, "labels": labels or {}}
    return {"metadata": metadata, "spec": {"accepted": False, **spec}}


PLAN = {"wipe-plan": encode_record(propose_plan([SYSTEM_DISK, DATA_DISK], keep=["/dev/sdb"]))}
REJECTED = {"rejected": build_rejection("a", "not ours", NOW)["metadata"]["annotations"][f"{PREFIX}rejected"]}
ASKED = {"power-request": encode_record(PowerRequest(action=PowerAction.CYCLE))}
ROWS = [
    (None, server(), "Created", "Created."),
    (server(), None, "Deleted", "Deleted."),
    (server(), server(accepted=True), "Accepted", "Accepted: every disk is to be wiped."),
    (server(PLAN), server(PLAN, accepted=True), "Accepted", "Accepted: 1 disks are to be wiped, kept: /dev/sdb."),
    (server(accepted=True), server(), "AcceptanceTakenBack", "nothing is written"),
    (server(), server(PLAN), "WipePlanChanged", "kept: /dev/sdb"),
    (server(PLAN), server(), "WipePlanRemoved", "every disk"),
    (server(), server(REJECTED), "Rejected", "Rejected: not ours"),
    (server(REJECTED), server(), "RejectionLifted", "No longer rejected."),
    (server({"stopped": "x"}), server(), "Resumed", "tried again"),
    (server(), server({"fenced-by": "move-1"}), "Fenced", "Fenced by move-1."),
    (server({"fenced-by": "move-1"}), server(), "Unfenced", "No longer fenced."),
    (server(), server(ASKED), "PowerRequested", "Asked for: cycle."),
    (server(), server(cordoned=True), "Cordoned", "Cordoned."),
    (server(), server(bmc={"endpoint": "10.0.0.9"}), "Changed", "Changed: spec.bmc."),
    (server(), server(labels={"rack": "1"}), "Changed", "Changed: metadata.labels."),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "reason", "words"), ROWS)
def test_each_deed_has_its_sentence(old: Object | None, new: Object | None, reason: str, words: str) -> None:
    deeds = describe_deeds(old, new)
    assert [deed.reason for deed in deeds] == [reason]
    assert words in deeds[0].message


def test_what_is_nobodys_concern_is_not_told() -> None:
    assert describe_deeds(server(), server() | {"status": {"ready": True}}) == []
    assert describe_deeds(server(ASKED), server()) == []
