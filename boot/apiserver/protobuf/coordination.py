"""Message layouts of coordination.k8s.io/v1."""

from boot.apiserver.protobuf.layouts import read_layouts
from boot.apiserver.protobuf.meta import LAYOUTS as META

LAYOUTS = read_layouts(
    """
Lease: 1 metadata ObjectMeta, 2 spec LeaseSpec
LeaseSpec: 1 holderIdentity!, 2 leaseDurationSeconds! int, 3 acquireTime micro-time, 4 renewTime micro-time,
    5 leaseTransitions! int, 6 strategy!, 7 preferredHolder!
""",
    META,
)
