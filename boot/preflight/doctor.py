"""The list of checks, in the order in which they matter."""

from collections.abc import Sequence
from datetime import datetime

from boot.config import StackConfig
from boot.interfaces import list_interfaces
from boot.preflight.checks.agent import check_agent
from boot.preflight.checks.clock import check_clock
from boot.preflight.checks.firewall import check_firewall
from boot.preflight.checks.interface import check_interface
from boot.preflight.checks.ipxe import check_ipxe
from boot.preflight.checks.ports import check_ports
from boot.preflight.checks.privileges import check_privileges, check_raw
from boot.preflight.checks.state import check_state
from boot.preflight.result import CheckResult, Verdict


def run_checks(config: StackConfig, reason: str, now: datetime, others: Sequence[str] = ()) -> Sequence[CheckResult]:
    """`reason` is why this interface was chosen, `others` why each other was not. Binds each port for a moment; sends nothing."""
    return [
        check_interface(config, list_interfaces(), reason),
        *(CheckResult("not chosen", Verdict.OK, other) for other in others),
        check_privileges(config),
        check_raw(),
        *check_ports(config),
        *check_firewall(config),
        *check_ipxe(config),
        *check_state(config),
        check_agent(config),
        check_clock(now),
    ]
