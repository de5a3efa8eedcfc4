"""core/v1: Pod, which is stored and never run."""

from boot.resources.builtin.defining import define
from boot.resources.crds import AGE
from boot.resources.kinds import Column
from boot.resources.messages.pods import MESSAGES

KINDS = (
    define(
        "v1",
        MESSAGES["Pod"],
        "Containers that run together. Stored; nothing here runs it.",
        (
            Column("Ready", ".", "pod-ready"),
            Column("Status", ".status.phase", "text-or-unknown"),
            Column("Restarts", ".", "pod-restarts"),
            AGE,
            Column("IP", ".status.podIP", "text-or-none", priority=1),
            Column("Node", ".spec.nodeName", "text-or-none", priority=1),
            Column("Nominated Node", ".status.nominatedNodeName", "text-or-none", priority=1),
            Column("Readiness Gates", ".spec.readinessGates", "joined-or-none", priority=1),
        ),
        version={"has_status": True},
        namespaced=True,
        short_names=("po",),
        categories=("all",),
    ),
)
