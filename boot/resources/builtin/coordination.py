"""coordination.k8s.io/v1: Lease."""

from boot.resources.builtin.defining import define
from boot.resources.crds import AGE
from boot.resources.kinds import Column
from boot.resources.messages.coordination import MESSAGES

KINDS = (
    define(
        "coordination.k8s.io/v1",
        MESSAGES["Lease"],
        "Who leads, and until when.",
        (Column("Holder", ".spec.holderIdentity", "text"), AGE),
        namespaced=True,
    ),
)
