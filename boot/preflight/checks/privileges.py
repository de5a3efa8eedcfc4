"""May this user bind the ports below 1024?"""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from boot.config import StackConfig
from boot.preflight.result import CheckResult, Verdict

NAME = "privileges"
_BIND_SERVICE = 10
"""CAP_NET_BIND_SERVICE (linux/capability.h)."""
_NET_RAW = 13
"""CAP_NET_RAW."""
_EVERYBODYS = 1024
"""The first port that needs no privilege, unless the kernel was told otherwise."""
_FIRST_PORT = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")
_STATUS = Path("/proc/self/status")


@dataclass(frozen=True, slots=True)
class Privileges:
    """What this process may: root, CAP_NET_BIND_SERVICE, and the first port that is open to everybody."""

    root: bool
    capable: bool
    first_port: int


def check_privileges(config: StackConfig) -> CheckResult:
    return judge_privileges([port for _, port in config.ports], read_privileges(), Path(sys.executable).resolve())


def judge_privileges(ports: Sequence[int], privileges: Privileges, interpreter: Path) -> CheckResult:
    """Root, the capability, or a lowered first port: any of them will do. 0 is any free port, which is never a low one.

    A capability must sit on the real interpreter, `interpreter`: a virtual environment's is a link to it. Pure.
    """
    low = sorted(port for port in ports if 0 < port < _EVERYBODYS)
    if not low:
        return CheckResult(NAME, Verdict.OK, f"no port below {_EVERYBODYS} is wanted")
    if privileges.root:
        return CheckResult(NAME, Verdict.OK, "running as root")
    if privileges.capable:
        return CheckResult(NAME, Verdict.OK, "has CAP_NET_BIND_SERVICE")
    if privileges.first_port <= low[0]:
        return CheckResult(NAME, Verdict.OK, f"ports from {privileges.first_port} on are open to every user")
    return CheckResult(
        NAME,
        Verdict.FAIL,
        f"ports {', '.join(map(str, low))} need a privilege that this user does not have",
        f"sudo sidero-tui …; or once: sudo setcap cap_net_bind_service=ep {interpreter}; "
        f"or until reboot: sudo sysctl net.ipv4.ip_unprivileged_port_start={low[0]}",
    )


def check_raw(status: Path = _STATUS) -> CheckResult:
    """CAP_NET_RAW: what is seen of the wire, and whether addresses are asked for before they are leased."""
    effective = next(line for line in status.read_text().splitlines() if line.startswith("CapEff:"))
    if int(effective.split()[1], 16) >> _NET_RAW & 1:
        return CheckResult("wire", Verdict.OK, "has CAP_NET_RAW: what leaves is seen, and addresses in use are noticed by ARP")
    return CheckResult(
        "wire",
        Verdict.WARN,
        "without CAP_NET_RAW only broadcasts to clients are heard, and addresses are leased unasked whether somebody has them",
        f"sudo sidero-tui …; or once: sudo setcap cap_net_bind_service,cap_net_raw=ep {Path(sys.executable).resolve()}",
    )


def read_privileges(status: Path = _STATUS, first_port: Path = _FIRST_PORT) -> Privileges:
    """proc(5) and capabilities(7)."""
    effective = next(line for line in status.read_text().splitlines() if line.startswith("CapEff:"))
    capable = bool(int(effective.split()[1], 16) >> _BIND_SERVICE & 1)
    return Privileges(os.geteuid() == 0, capable, int(first_port.read_text()))
