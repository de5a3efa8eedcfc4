"""May this user bind the ports below 1024?"""

import os
import sys
from pathlib import Path

from boot.config import StackConfig
from boot.preflight.result import CheckResult, Verdict

NAME = "privileges"
_BIND_SERVICE = 10
"""CAP_NET_BIND_SERVICE (linux/capability.h)."""
_FIRST_PORT = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")
_STATUS = Path("/proc/self/status")


def check_privileges(config: StackConfig) -> CheckResult:
    """Root, the capability, or a lowered first port: any of them will do."""
    low = sorted(port for _, port in config.ports if 0 < port < 1024)
    if not low:
        return CheckResult(NAME, Verdict.OK, "no port below 1024 is wanted")
    if os.geteuid() == 0:
        return CheckResult(NAME, Verdict.OK, "running as root")
    if _has_capability():
        return CheckResult(NAME, Verdict.OK, "has CAP_NET_BIND_SERVICE")
    if int(_FIRST_PORT.read_text()) <= low[0]:
        return CheckResult(NAME, Verdict.OK, f"ports from {_FIRST_PORT.read_text().strip()} on are open to every user")
    # A capability must sit on the real interpreter: a virtual environment's is a link to it.
    interpreter = Path(sys.executable).resolve()
    return CheckResult(
        NAME,
        Verdict.FAIL,
        f"ports {', '.join(map(str, low))} need a privilege that this user does not have",
        f"sudo sidero-tui …, or once: sudo setcap cap_net_bind_service=ep {interpreter}",
    )


def _has_capability() -> bool:
    for line in _STATUS.read_text().splitlines():
        if line.startswith("CapEff:"):
            return bool(int(line.split()[1], 16) >> _BIND_SERVICE & 1)
    return False
