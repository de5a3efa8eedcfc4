"""Does this machine know what day it is? Certificates made on a wrong one are refused everywhere else."""

from datetime import UTC, datetime

from boot.preflight.result import CheckResult, Verdict

_EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
"""This program did not exist before."""


def check_clock(now: datetime) -> CheckResult:
    told = f"{now:%Y-%m-%d %H:%M} UTC"
    if now < _EARLIEST:
        return CheckResult("clock", Verdict.FAIL, f"{told} is in the past", "set it: timedatectl set-ntp true, or date -s")
    return CheckResult("clock", Verdict.OK, told)
