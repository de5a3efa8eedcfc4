"""core/v1, all but pods: Namespace, Secret, ConfigMap, Event, ServiceAccount, Node, Service."""

from boot.resources.base import Object
from boot.resources.builtin.defining import define
from boot.resources.crds import AGE
from boot.resources.kinds import Column
from boot.resources.messages.core import MESSAGES

_WITHOUT_COLLECTION = ("create", "delete", "get", "list", "patch", "update", "watch")
_TIME: Object = {"type": "string", "format": "date-time", "nullable": True}
_BINARY: Object = {"type": "object", "additionalProperties": {"type": "string", "format": "byte"}}
_TEXTS: Object = {"type": "object", "additionalProperties": {"type": "string"}}
_FLAG: Object = {"type": "boolean", "description": "Whether the data may change."}

KINDS = (
    define(
        "v1",
        MESSAGES["Namespace"],
        "A scope for names.",
        (Column("Status", ".status.phase"), AGE),
        version={"has_status": True},
        short_names=("ns",),
        verbs=_WITHOUT_COLLECTION,
    ),
    define(
        "v1",
        MESSAGES["Secret"],
        "Small confidential data.",
        (Column("Type", ".type"), Column("Data", ".data", "count"), AGE),
        fields={
            "data": _BINARY | {"description": "Base64 of the values."},
            "stringData": _TEXTS | {"description": "Values as plain text; written, never read back."},
            "type": {"type": "string", "description": "What programs take the data for; cannot be changed."},
            "immutable": _FLAG,
        },
        namespaced=True,
    ),
    define(
        "v1",
        MESSAGES["ConfigMap"],
        "Configuration that is not confidential.",
        (Column("Data", ".data", "count"), AGE),
        fields={
            "data": _TEXTS | {"description": "Values as text."},
            "binaryData": _BINARY | {"description": "Base64 of values that are not text."},
            "immutable": _FLAG,
        },
        namespaced=True,
        short_names=("cm",),
    ),
    define(
        "v1",
        MESSAGES["Event"],
        "Something that happened to an object.",
        (
            Column("Last Seen", ".", "event-last-seen"),
            Column("Type", ".type"),
            Column("Reason", ".reason"),
            Column("Object", ".involvedObject", "reference"),
            Column("Subobject", ".involvedObject.fieldPath", priority=1),
            Column("Source", ".", "event-source", priority=1),
            Column("Message", ".message"),
            Column("First Seen", ".", "event-first-seen", priority=1),
            Column("Count", ".", "event-count", priority=1),
            Column("Name", ".metadata.name", priority=1),
        ),
        fields={"firstTimestamp": _TIME, "lastTimestamp": _TIME, "eventTime": _TIME},
        namespaced=True,
        short_names=("ev",),
    ),
    define(
        "v1",
        MESSAGES["ServiceAccount"],
        "Whom programs act as.",
        (AGE,),
        namespaced=True,
        short_names=("sa",),
    ),
    define(
        "v1",
        MESSAGES["Node"],
        "A machine of the cluster. Stored; nothing here runs on it.",
        (
            Column("Status", ".", "node-status"),
            Column("Roles", ".", "node-roles"),
            AGE,
            Column("Version", ".status.nodeInfo.kubeletVersion", "text"),
            Column("Internal-IP", '.status.addresses[?(@.type=="InternalIP")].address', "text-or-none", priority=1),
            Column("External-IP", '.status.addresses[?(@.type=="ExternalIP")].address', "text-or-none", priority=1),
            Column("OS-Image", ".status.nodeInfo.osImage", "text-or-unknown", priority=1),
            Column("Kernel-Version", ".status.nodeInfo.kernelVersion", "text-or-unknown", priority=1),
            Column("Container-Runtime", ".status.nodeInfo.containerRuntimeVersion", "text-or-unknown", priority=1),
        ),
        version={"has_status": True},
        short_names=("no",),
    ),
    define(
        "v1",
        MESSAGES["Service"],
        "A name and ports under which pods are reached. Stored; nothing here routes to it.",
        (
            Column("Type", ".spec.type"),
            Column("Cluster-IP", ".spec.clusterIP", "text-or-none"),
            Column("External-IP", ".spec.externalIPs", "joined-or-none"),
            Column("Port(s)", ".", "service-ports"),
            AGE,
            Column("Selector", ".spec.selector", "labels", priority=1),
        ),
        version={"has_status": True},
        namespaced=True,
        short_names=("svc",),
        categories=("all",),
    ),
)
