"""Messages of autoscaling/v1."""

from boot.resources.messages.meta import MESSAGES as META
from boot.resources.messages.notation import read_messages

MESSAGES = read_messages(
    """
Scale: 1 metadata ObjectMeta, 2 spec ScaleSpec, 3 status ScaleStatus
ScaleSpec: 1 replicas int
ScaleStatus: 1 replicas! int, 2 selector
""",
    META,
)
