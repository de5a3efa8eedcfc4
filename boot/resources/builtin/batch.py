"""batch/v1: Job, which is stored and never run."""

from boot.resources.builtin.defining import define
from boot.resources.crds import AGE
from boot.resources.kinds import Column
from boot.resources.messages.workloads import MESSAGES

KINDS = (
    define(
        "batch/v1",
        MESSAGES["Job"],
        "Pods that run to an end. Stored; nothing here runs them.",
        (
            Column("Status", ".", "job-status"),
            Column("Completions", ".", "job-completions"),
            AGE,
            Column("Containers", ".spec.template.spec.containers", "names", priority=1),
            Column("Images", ".spec.template.spec.containers", "images", priority=1),
            Column("Selector", ".spec.selector", "selector", priority=1),
        ),
        version={"has_status": True},
        namespaced=True,
        categories=("all",),
    ),
)
