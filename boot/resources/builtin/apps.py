"""apps/v1: Deployment, DaemonSet, StatefulSet, which are stored and never acted upon."""

from boot.resources.builtin.defining import define
from boot.resources.crds import AGE
from boot.resources.kinds import Column, Scale
from boot.resources.messages import apps, workloads

_SCALE = Scale(".spec.replicas", ".status.replicas", ".spec.selector")
_WIDE = (
    Column("Containers", ".spec.template.spec.containers", "names", priority=1),
    Column("Images", ".spec.template.spec.containers", "images", priority=1),
)
_SELECTOR = Column("Selector", ".spec.selector", "selector", priority=1)

KINDS = (
    define(
        "apps/v1",
        apps.MESSAGES["Deployment"],
        "Pods that take each other's place. Stored; nothing here runs them.",
        (
            Column("Ready", ".", "ready-of-replicas"),
            Column("Up-to-date", ".status.updatedReplicas", "number-or-zero"),
            Column("Available", ".status.availableReplicas", "number-or-zero"),
            AGE,
            *_WIDE,
            _SELECTOR,
        ),
        version={"has_status": True, "scale": _SCALE},
        namespaced=True,
        short_names=("deploy",),
        categories=("all",),
    ),
    define(
        "apps/v1",
        workloads.MESSAGES["DaemonSet"],
        "A pod for each node. Stored; nothing here runs them.",
        (
            Column("Desired", ".status.desiredNumberScheduled", "number-or-zero"),
            Column("Current", ".status.currentNumberScheduled", "number-or-zero"),
            Column("Ready", ".status.numberReady", "number-or-zero"),
            Column("Up-to-date", ".status.updatedNumberScheduled", "number-or-zero"),
            Column("Available", ".status.numberAvailable", "number-or-zero"),
            Column("Node Selector", ".spec.template.spec.nodeSelector", "labels"),
            AGE,
            *_WIDE,
            _SELECTOR,
        ),
        version={"has_status": True},
        namespaced=True,
        short_names=("ds",),
        categories=("all",),
    ),
    define(
        "apps/v1",
        workloads.MESSAGES["StatefulSet"],
        "Pods that keep their names. Stored; nothing here runs them.",
        (Column("Ready", ".", "ready-of-replicas"), AGE, *_WIDE),
        version={"has_status": True, "scale": _SCALE},
        namespaced=True,
        short_names=("sts",),
        categories=("all",),
    ),
)
