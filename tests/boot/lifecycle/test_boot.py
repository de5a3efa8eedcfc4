"""What a server boots: one row per case, and the row that matters most, that unaccepted means nothing is booted."""

from itertools import product
from typing import Any

import pytest

from boot.lifecycle.boot import BootAction, BootDecision, choose_environment, decide_boot, describe_missing_assets
from boot.resources.metal import Environment, Server, ServerClass

PXE_BOOTED = [{"type": "PXEBooted", "status": "True"}]


def server(*, in_use: bool = False, conditions: list[dict[str, str]] | None = None, **spec: Any) -> Server:
    status = {"inUse": in_use, "conditions": conditions or []}
    return Server.model_validate({"metadata": {"name": "s"}, "spec": {"accepted": False, **spec}, "status": status})


def environment(kernel: str = "True", initrd: str = "True", message: str = "") -> Environment:
    conditions = [
        {"url": "http://k", "status": kernel, "type": "Ready", "message": message},
        {"url": "http://i", "status": initrd, "type": "Ready"},
    ]
    spec = {"kernel": {"url": "http://k"}, "initrd": {"url": "http://i"}}
    return Environment.model_validate({"metadata": {"name": "e"}, "spec": spec, "status": {"conditions": conditions}})


def server_class(**spec: Any) -> ServerClass:
    return ServerClass.model_validate({"metadata": {"name": "c"}, "spec": spec})


ALLOCATED = server(accepted=True, in_use=True)
INSTALLED: dict[str, Any] = {"accepted": True, "in_use": True, "conditions": PXE_BOOTED}
READY = environment()
FROM_DISK = "installed: it boots from its own disk"


@pytest.mark.parametrize(
    ("machine", "allocated_from", "found", "decision"),
    [
        (None, None, None, BootDecision(BootAction.REGISTER, "not registered yet")),
        (
            server(), None, READY,
            BootDecision(BootAction.WAIT, "not accepted: nothing will be written to its disks"),
        ),
        (
            server(in_use=True), None, READY,
            BootDecision(BootAction.WAIT, "not accepted: nothing will be written to its disks"),
        ),
        (
            server(accepted=True), None, READY,
            BootDecision(BootAction.WAIT, "accepted, and not allocated to a cluster yet"),
        ),
        (
            ALLOCATED, None, READY,
            BootDecision(BootAction.ENVIRONMENT, "allocated: it boots environment default", environment="default"),
        ),
        (
            server(accepted=True, in_use=True, environmentRef={"name": "own"}), None, READY,
            BootDecision(BootAction.ENVIRONMENT, "allocated: it boots environment own", environment="own"),
        ),
        (ALLOCATED, None, None, BootDecision(BootAction.WAIT, "environment default does not exist", environment="default")),
        (
            ALLOCATED, None, environment(initrd="False"),
            BootDecision(BootAction.WAIT, "environment default is not ready: initrd not fetched yet", environment="default"),
        ),
        (server(**INSTALLED), None, READY, BootDecision(BootAction.DISK, FROM_DISK, method="ipxe-exit")),
        (
            server(accepted=True, in_use=True, conditions=[{"type": "PXEBooted", "status": "False"}]), None, READY,
            BootDecision(BootAction.DISK, FROM_DISK, method="ipxe-exit"),
        ),
        (
            server(**INSTALLED, bootFromDiskMethod="http-404"), server_class(bootFromDiskMethod="ipxe-sanboot"), READY,
            BootDecision(BootAction.DISK, FROM_DISK, method="http-404"),
        ),
        (
            server(**INSTALLED), server_class(bootFromDiskMethod="ipxe-sanboot"), READY,
            BootDecision(BootAction.DISK, FROM_DISK, method="ipxe-sanboot"),
        ),
        (
            server(**INSTALLED, pxeBootAlways=True), None, READY,
            BootDecision(BootAction.ENVIRONMENT, "allocated: it boots environment default", environment="default"),
        ),
        (
            server(accepted=True, conditions=PXE_BOOTED), None, READY,
            BootDecision(BootAction.WAIT, "accepted, and not allocated to a cluster yet"),
        ),
    ],
)  # fmt: skip
def test_the_decision_and_its_reason(
    machine: Server | None, allocated_from: ServerClass | None, found: Environment | None, decision: BootDecision
) -> None:
    assert decide_boot(machine, allocated_from, found) == decision


def test_an_unaccepted_server_never_gets_an_environment() -> None:
    flags = (False, True)
    for in_use, always, cordoned, booted in product(flags, repeat=4):
        machine = server(
            in_use=in_use, pxeBootAlways=always, cordoned=cordoned, conditions=PXE_BOOTED if booted else None,
            environmentRef={"name": "own"},
        )  # fmt: skip
        assert decide_boot(machine, server_class(environmentRef={"name": "c"}), READY).environment == ""


@pytest.mark.parametrize(
    ("own", "of_class", "chosen"),
    [("own", "class", "own"), (None, "class", "class"), (None, None, "default")],
)
def test_the_servers_environment_goes_before_that_of_its_class(own: str | None, of_class: str | None, chosen: str) -> None:
    machine = server(environmentRef={"name": own}) if own else server()
    allocated_from = server_class(environmentRef={"name": of_class}) if of_class else None
    assert choose_environment(machine, allocated_from) == chosen


def test_an_environment_is_ready_when_both_of_its_urls_are() -> None:
    assert describe_missing_assets(environment()) == ""
    assert describe_missing_assets(environment("False", message="12 % fetched")) == "kernel 12 % fetched"
    moved = environment().model_copy(update={"spec": environment().spec.model_copy(update={"initrd": environment().spec.kernel})})
    assert describe_missing_assets(moved) == ""
    assert describe_missing_assets(Environment()) == "kernel not fetched yet, initrd not fetched yet"
