"""What a server boots now, and why: Sidero's decision, with two things in front of it.

Where there is no agent image, a server that Sidero would give its agent waits in iPXE; and an unaccepted one boots the agent
only to have its disks looked at, which writes nothing.

Pure: the HTTP server answers with it, the console explains it.
"""

from dataclasses import dataclass
from enum import StrEnum

from boot.lifecycle.conditions import PXE_BOOTED, find_condition
from boot.lifecycle.disks import known_disks
from boot.lifecycle.guard import DEFAULT_RULES, Rules, is_fenced
from boot.resources.annotations import REJECTED, STOPPED
from boot.resources.metal import Environment, Server, ServerClass

DEFAULT_ENVIRONMENT = "default"
DEFAULT_DISK_METHOD = "ipxe-exit"
NOT_ACCEPTED = "not accepted: nothing will be written to its disks"


class BootAction(StrEnum):
    REGISTER = "register"
    WAIT = "wait"
    AGENT = "agent"
    ENVIRONMENT = "environment"
    DISK = "disk"


@dataclass(frozen=True, slots=True)
class BootDecision:
    """`environment` is set for ENVIRONMENT, and for WAIT where that is what it waits for; `method` (ipxe-exit, http-404,
    ipxe-sanboot) for DISK."""

    action: BootAction
    reason: str
    environment: str = ""
    method: str = ""


def choose_environment(server: Server, server_class: ServerClass | None) -> str:
    """The server's own Environment, else that of the class it was allocated from, else `default`."""
    references = (server.spec.environment_ref, server_class.spec.environment_ref if server_class else None)
    return next((reference.name for reference in references if reference and reference.name), DEFAULT_ENVIRONMENT)


def choose_disk_method(server: Server, server_class: ServerClass | None) -> str:
    """bootFromDiskMethod of the server, else of the class it was allocated from, else ""."""
    return server.spec.boot_from_disk_method or (server_class.spec.boot_from_disk_method if server_class else "")


def decide_boot(
    server: Server | None,
    server_class: ServerClass | None,
    environment: Environment | None,
    *,
    agent: bool = False,
    rules: Rules = DEFAULT_RULES,
) -> BootDecision:
    """`server_class` is the one it was allocated from, `environment` the one choose_environment names, if it exists.

    `agent`: whether there is an agent image for its architecture.
    """
    if server is None:
        return BootDecision(BootAction.REGISTER, "not registered yet")
    if server.status.in_use and _is_installed(server) and not server.spec.pxe_boot_always:
        method = choose_disk_method(server, server_class) or DEFAULT_DISK_METHOD
        return BootDecision(BootAction.DISK, "installed: it boots from its own disk", method=method)
    if reason := _describe_hold(server, rules):
        return BootDecision(BootAction.WAIT, reason)
    if not server.spec.accepted:
        if agent and known_disks(server) is None:
            return BootDecision(BootAction.AGENT, "not accepted: the agent looks at its disks and writes nothing")
        return BootDecision(BootAction.WAIT, NOT_ACCEPTED)
    if not server.status.in_use:
        return _decide_free(server, agent=agent)
    name = choose_environment(server, server_class)
    if environment is None:
        return BootDecision(BootAction.WAIT, f"environment {name} does not exist", environment=name)
    if lacking := describe_missing_assets(environment):
        return BootDecision(BootAction.WAIT, f"environment {name} is not ready: {lacking}", environment=name)
    return BootDecision(BootAction.ENVIRONMENT, f"allocated: it boots environment {name}", environment=name)


def _describe_hold(server: Server, rules: Rules) -> str:
    """Why nothing is booted whatever else holds, or ""."""
    if REJECTED in server.metadata.annotations:
        return "rejected: it is left alone"
    if is_fenced(server, rules):
        return "a pivot has it in its hands: it waits until that is done"
    stopped = server.metadata.annotations.get(STOPPED)
    return f"stopped: {stopped}" if stopped is not None else ""


def _decide_free(server: Server, *, agent: bool) -> BootDecision:
    if server.status.is_clean:
        return BootDecision(BootAction.WAIT, "clean, and not allocated to a cluster yet")
    if agent:
        return BootDecision(BootAction.AGENT, "accepted: the agent wipes its disks")
    return BootDecision(BootAction.WAIT, "accepted, and not allocated to a cluster yet")


def describe_missing_assets(environment: Environment) -> str:
    """Which of the Environment's files have no True Ready condition, with what is known about each; "" when ready."""
    conditions = {condition.url: condition for condition in environment.status.conditions or ()}
    lacking = []
    for title, url in (("kernel", environment.spec.kernel.url), ("initrd", environment.spec.initrd.url)):
        condition = conditions.get(url)
        if condition is None or condition.status != "True":
            message = condition.message if condition and condition.message else "not fetched yet"
            lacking.append(f"{title} {message}")
    return ", ".join(lacking)


def _is_installed(server: Server) -> bool:
    # Sidero asks only whether the condition is there, whatever its status.
    return find_condition(server, PXE_BOOTED) is not None
