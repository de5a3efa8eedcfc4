"""Labels, annotations, finalizers and names that Cluster API gives its objects (facts of cluster-api 1.0 and 2.3). Pure."""

import base64
import random

from boot.resources.names import complain_label_value

CLUSTER_NAME_LABEL = "cluster.x-k8s.io/cluster-name"
CONTROL_PLANE_LABEL = "cluster.x-k8s.io/control-plane"
CONTROL_PLANE_NAME_LABEL = "cluster.x-k8s.io/control-plane-name"
SET_NAME_LABEL = "cluster.x-k8s.io/set-name"
DEPLOYMENT_NAME_LABEL = "cluster.x-k8s.io/deployment-name"
POOL_NAME_LABEL = "cluster.x-k8s.io/pool-name"
TEMPLATE_HASH_LABEL = "machine-template-hash"
PAUSED_ANNOTATION = "cluster.x-k8s.io/paused"
DELETE_MACHINE_ANNOTATION = "cluster.x-k8s.io/delete-machine"
DISABLE_MACHINE_CREATE_ANNOTATION = "cluster.x-k8s.io/disable-machine-create"
SKIP_PREFLIGHT_ANNOTATION = "machineset.cluster.x-k8s.io/skip-preflight-checks"
EXCLUDE_DRAINING_ANNOTATION = "machine.cluster.x-k8s.io/exclude-node-draining"
EXCLUDE_DETACH_ANNOTATION = "machine.cluster.x-k8s.io/exclude-wait-for-node-volume-detach"
PRE_DRAIN_HOOK_PREFIX = "pre-drain.delete.hook.machine.cluster.x-k8s.io"
PRE_TERMINATE_HOOK_PREFIX = "pre-terminate.delete.hook.machine.cluster.x-k8s.io"
REVISION_ANNOTATION = "machinedeployment.clusters.x-k8s.io/revision"
REVISION_HISTORY_ANNOTATION = "machinedeployment.clusters.x-k8s.io/revision-history"
DESIRED_REPLICAS_ANNOTATION = "machinedeployment.clusters.x-k8s.io/desired-replicas"
MAX_REPLICAS_ANNOTATION = "machinedeployment.clusters.x-k8s.io/max-replicas"
CLONED_FROM_NAME_ANNOTATION = "cluster.x-k8s.io/cloned-from-name"
CLONED_FROM_GROUP_KIND_ANNOTATION = "cluster.x-k8s.io/cloned-from-groupkind"
NODE_UUID_LABEL = "metal.sidero.dev/uuid"
PROVIDER_ID_PREFIX = "sidero://"

CLUSTER_FINALIZER = "cluster.cluster.x-k8s.io"
MACHINE_FINALIZER = "machine.cluster.x-k8s.io"
MACHINE_SET_FINALIZER = "cluster.x-k8s.io/machineset"
MACHINE_DEPLOYMENT_FINALIZER = "cluster.x-k8s.io/machinedeployment"

_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
"""No vowels and nothing that looks like another: k8s.io/apimachinery/pkg/util/rand."""
_FNV_BASIS, _FNV_PRIME = 0x811C9DC5, 0x01000193


def random_suffix(rng: random.Random) -> str:
    return "".join(rng.choices(_ALPHABET, k=5))


def suffixed(base: str, rng: random.Random, longest: int = 63) -> str:
    """`base-xxxxx`, cut so that it is a label value too."""
    return f"{base[: longest - 6]}-{random_suffix(rng)}"


def label_value(text: str) -> str:
    """`text` where it can be a label's value, else a hash of it (cluster-api util/labels/format)."""
    if not any(complain_label_value(text)):
        return text
    return f"hash_{base64.urlsafe_b64encode(fnv1a(text.encode()).to_bytes(4, 'big')).decode().rstrip('=')}_z"


def fnv1a(data: bytes) -> int:
    """FNV-1a, 32 bit (RFC 9923)."""
    value = _FNV_BASIS
    for byte in data:
        value = (value ^ byte) * _FNV_PRIME & 0xFFFFFFFF
    return value
