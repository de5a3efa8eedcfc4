"""Messages of events.k8s.io/v1."""

from boot.resources.messages.core import MESSAGES as CORE
from boot.resources.messages.meta import MESSAGES as META
from boot.resources.messages.notation import read_messages

MESSAGES = read_messages(
    """
Event: 1 metadata ObjectMeta, 2 eventTime micro-time, 3 series EventSeries, 4 reportingController, 5 reportingInstance,
    6 action, 7 reason, 8 regarding ObjectReference, 9 related ObjectReference, 10 note, 11 type,
    12 deprecatedSource EventSource, 13 deprecatedFirstTimestamp time, 14 deprecatedLastTimestamp time, 15 deprecatedCount int
EventSeries: 1 count! int, 2 lastObservedTime micro-time
""",
    CORE,
    META,
)
