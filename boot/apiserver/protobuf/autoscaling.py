"""Message layouts of autoscaling/v1."""

from boot.apiserver.protobuf.layouts import read_layouts
from boot.apiserver.protobuf.meta import LAYOUTS as META

LAYOUTS = read_layouts(
    """
Scale: 1 metadata ObjectMeta, 2 spec ScaleSpec, 3 status ScaleStatus
ScaleSpec: 1 replicas int
ScaleStatus: 1 replicas! int, 2 selector
""",
    META,
)
