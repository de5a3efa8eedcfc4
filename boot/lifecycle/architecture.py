"""Which of the Environments of a name is for a machine's processor. Pure.

Environment NAME-CPU is NAME for that processor: `default-arm64` is what arm64 machines boot where others boot `default`.
The shape of an Environment stays Sidero's, and a rack of one architecture needs no second one.
"""

import re
from dataclasses import replace

from boot.lifecycle.boot import BootAction, BootDecision
from boot.resources.metal import Environment

USUAL = "amd64"
_CPUS = {"i386": USUAL, "x86_64": USUAL, "": USUAL}
"""iPXE's ${buildarch}; its BIOS builds say i386 on every processor."""
_NAMED = re.compile(r"(?<![a-z0-9])(?:(amd64|x86_64)|(arm64|aarch64))(?![a-z0-9])")


def parse_cpu(buildarch: str) -> str:
    """The processor as file names have it: amd64, arm64, riscv64, loong64."""
    return _CPUS.get(buildarch, buildarch)


def list_environments(name: str, cpu: str) -> tuple[str, ...]:
    """Names to look for, the best first."""
    return (name,) if cpu == USUAL else (f"{name}-{cpu}", name)


def check_cpu(decision: BootDecision, environment: Environment | None, cpu: str) -> BootDecision:
    """`environment` is the one found. A machine waits rather than boot a kernel that names another processor."""
    if decision.action is not BootAction.ENVIRONMENT or environment is None:
        return decision
    meant = _cpu_of(environment)
    if meant and meant != cpu:
        told = f"environment {environment.name} is for {meant}, this server is {cpu}"
        return BootDecision(BootAction.WAIT, f"{told}: create environment {decision.environment}-{cpu}")
    return replace(decision, reason=f"allocated: it boots environment {environment.name}", environment=environment.name)


def _cpu_of(environment: Environment) -> str:
    """What the kernel's URL says, "" when it says nothing."""
    found = _NAMED.search(environment.spec.kernel.url.rpartition("/")[2])
    if found is None:
        return ""
    return USUAL if found[1] else "arm64"
