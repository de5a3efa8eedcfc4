"""Which Server of a class a MetalMachine gets, and of every other one why not. Pure.

Sidero takes the servers that the class lists as available, in their order, and skips those in use or not clean
(caps-controller-manager, MetalMachine controller). What a person took out of service, rejected or handed to a pivot is
passed over too.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from boot.lifecycle.guard import DEFAULT_RULES, Rules, is_fenced
from boot.lifecycle.matching import match_server
from boot.resources.annotations import OUT_OF_SERVICE, REJECTED, REPLACE_WITH, STOPPED
from boot.resources.metal import Server, ServerClass

MOST_TOLD = 4
"""Servers that a shortfall names one by one."""


@dataclass(frozen=True, slots=True)
class Choice:
    """`usable` in the order they are tried; `refused` maps each other server of the class to the reason."""

    usable: tuple[str, ...]
    refused: dict[str, str]

    def shortfall(self, server_class: str) -> str:
        """One sentence for when nothing is usable."""
        if not self.refused:
            return f"no server matches class {server_class}: accept servers, or widen its qualifiers"
        told = [f"{name} {reason}" for name, reason in sorted(self.refused.items())[:MOST_TOLD]]
        more = len(self.refused) - len(told)
        rest = f", and {more} more" if more else ""
        return f"class {server_class} has no server to give: {'; '.join(told)}{rest}"


def choose_servers(
    server_class: ServerClass, servers: Sequence[Server], bound: AbstractSet[str], rules: Rules = DEFAULT_RULES
) -> Choice:
    """`bound` are the names of all ServerBindings: they count before any Server's status does."""
    matching = sorted(
        (server for server in servers if match_server(server_class, server).matches), key=lambda server: server.name
    )
    refused = {server.name: reason for server in matching if (reason := _refuse(server, bound, rules))}
    return Choice(tuple(server.name for server in matching if server.name not in refused), refused)


def _refuse(server: Server, bound: AbstractSet[str], rules: Rules) -> str:
    """Why it cannot be given now, or ""; reads on after the server's name."""
    annotations = server.metadata.annotations
    reasons = (
        (server.metadata.deletion_timestamp is not None, "is being deleted"),
        (server.name in bound or server.status.in_use, "is in use"),
        (REJECTED in annotations, "is rejected"),
        (OUT_OF_SERVICE in annotations, "is out of service"),
        (REPLACE_WITH in annotations, "is being replaced"),
        (is_fenced(server, rules), "is in the hands of a pivot"),
        (STOPPED in annotations, f"is stopped: {annotations.get(STOPPED, '')}"),
        (not server.status.is_clean, "is not wiped yet"),
    )
    return next((reason for holds, reason in reasons if holds), "")
