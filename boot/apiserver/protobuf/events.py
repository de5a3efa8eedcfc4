"""Message layouts of events.k8s.io/v1."""

from boot.apiserver.protobuf.core import LAYOUTS as CORE
from boot.apiserver.protobuf.layouts import read_layouts
from boot.apiserver.protobuf.meta import LAYOUTS as META

LAYOUTS = read_layouts(
    """
Event: 1 metadata ObjectMeta, 2 eventTime micro-time, 3 series EventSeries, 4 reportingController, 5 reportingInstance,
    6 action, 7 reason, 8 regarding ObjectReference, 9 related ObjectReference, 10 note, 11 type,
    12 deprecatedSource EventSource, 13 deprecatedFirstTimestamp time, 14 deprecatedLastTimestamp time, 15 deprecatedCount int
EventSeries: 1 count! int, 2 lastObservedTime micro-time
""",
    CORE,
    META,
)
