"""machine.proto's List, which machine_pb2 does not hold: what lies on a node's disks (facts of talos, machine API)."""

from typing import Any

from boot.talos.messages import BOOL, INT32, INT64, TEXT, UINT32, build_messages

ETCD_DATA = "/var/lib/etcd/member"
"""There once a node has bootstrapped etcd or joined it."""

_MESSAGES = build_messages(
    "machine",
    {
        "ListRequest": [("root", 1, TEXT), ("recurse", 2, BOOL), ("recursion_depth", 3, INT32)],
        "FileInfo": [
            ("name", 2, TEXT),
            ("size", 3, INT64),
            ("mode", 4, UINT32),
            ("modified", 5, INT64),
            ("is_dir", 6, BOOL),
            ("error", 7, TEXT),
            ("link", 8, TEXT),
            ("relative_name", 9, TEXT),
        ],
    },
)
ListRequest: Any = _MESSAGES["ListRequest"]
FileInfo: Any = _MESSAGES["FileInfo"]
