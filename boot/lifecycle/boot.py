"""What a server boots now, and why (Sidero's decision, with one thing in front: unaccepted means nothing is booted).

Pure: the HTTP server answers with it, the console explains it.
"""

from dataclasses import dataclass
from enum import StrEnum

from boot.resources.metal import Environment, Server, ServerClass

DEFAULT_ENVIRONMENT = "default"
DEFAULT_DISK_METHOD = "ipxe-exit"
NOT_ACCEPTED = "not accepted: nothing will be written to its disks"


class BootAction(StrEnum):
    REGISTER = "register"
    WAIT = "wait"
    ENVIRONMENT = "environment"
    DISK = "disk"


@dataclass(frozen=True, slots=True)
class BootDecision:
    """`environment` is set for ENVIRONMENT, `method` (ipxe-exit, http-404, ipxe-sanboot) for DISK."""

    action: BootAction
    reason: str
    environment: str = ""
    method: str = ""


def choose_environment(server: Server, server_class: ServerClass | None) -> str:
    """The server's own Environment, else that of the class it was allocated from, else `default`."""
    references = (server.spec.environment_ref, server_class.spec.environment_ref if server_class else None)
    return next((reference.name for reference in references if reference and reference.name), DEFAULT_ENVIRONMENT)


def decide_boot(server: Server | None, server_class: ServerClass | None, environment: Environment | None) -> BootDecision:
    """`server_class` is the one it was allocated from, `environment` the one choose_environment names, if it exists."""
    if server is None:
        return BootDecision(BootAction.REGISTER, "not registered yet")
    if server.status.in_use and _is_installed(server) and not server.spec.pxe_boot_always:
        method = server.spec.boot_from_disk_method or (server_class.spec.boot_from_disk_method if server_class else "")
        return BootDecision(BootAction.DISK, "installed: it boots from its own disk", method=method or DEFAULT_DISK_METHOD)
    if not server.spec.accepted:
        return BootDecision(BootAction.WAIT, NOT_ACCEPTED)
    if not server.status.in_use:
        return BootDecision(BootAction.WAIT, "accepted, and not allocated to a cluster yet")
    name = choose_environment(server, server_class)
    if environment is None:
        return BootDecision(BootAction.WAIT, f"environment {name} does not exist")
    if lacking := describe_missing_assets(environment):
        return BootDecision(BootAction.WAIT, f"environment {name} is not ready: {lacking}")
    return BootDecision(BootAction.ENVIRONMENT, f"allocated: it boots environment {name}", environment=name)


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
    return any(condition.type == "PXEBooted" for condition in server.status.conditions or ())
