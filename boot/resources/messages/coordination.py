"""Messages of coordination.k8s.io/v1."""

from boot.resources.messages.meta import MESSAGES as META
from boot.resources.messages.notation import read_messages

MESSAGES = read_messages(
    """
Lease: 1 metadata ObjectMeta, 2 spec LeaseSpec
LeaseSpec: 1 holderIdentity!, 2 leaseDurationSeconds! int, 3 acquireTime micro-time, 4 renewTime micro-time,
    5 leaseTransitions! int, 6 strategy!, 7 preferredHolder!
""",
    META,
)
