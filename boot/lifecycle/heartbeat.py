"""The PowerCycle condition as a heartbeat renews it: its time is when the agent was heard last. Pure."""

from datetime import datetime, timedelta

from boot.lifecycle.conditions import IN_PROGRESS, POWER_CYCLE, age, build_false, find_condition, renew_condition
from boot.resources.metal import Server, ServerCondition

RENEW_SECONDS = 20
"""An agent that asks every few seconds is written down this often."""
WIPING = "Server wipe in progress."


def renew_heartbeat(server: Server, now: datetime) -> list[ServerCondition] | None:
    """The conditions with a fresh PowerCycle; None when the last one is fresh enough."""
    last = find_condition(server, POWER_CYCLE)
    if last and last.status == "False" and last.message == WIPING and age(last, now) < timedelta(seconds=RENEW_SECONDS):
        return None
    return renew_condition(server.status.conditions or (), build_false(POWER_CYCLE, now, IN_PROGRESS, WIPING))
