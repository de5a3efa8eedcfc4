"""Labels, annotations and names that Cluster API gives its objects (facts of cluster-api 1.0 and 2.3)."""

import random

CLUSTER_NAME_LABEL = "cluster.x-k8s.io/cluster-name"
CONTROL_PLANE_LABEL = "cluster.x-k8s.io/control-plane"
SET_NAME_LABEL = "cluster.x-k8s.io/set-name"
DEPLOYMENT_NAME_LABEL = "cluster.x-k8s.io/deployment-name"
TEMPLATE_HASH_LABEL = "machine-template-hash"
PAUSED_ANNOTATION = "cluster.x-k8s.io/paused"
DELETE_MACHINE_ANNOTATION = "cluster.x-k8s.io/delete-machine"
CLONED_FROM_NAME_ANNOTATION = "cluster.x-k8s.io/cloned-from-name"
CLONED_FROM_GROUP_KIND_ANNOTATION = "cluster.x-k8s.io/cloned-from-groupkind"
NODE_UUID_LABEL = "metal.sidero.dev/uuid"
PROVIDER_ID_PREFIX = "sidero://"

_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
"""No vowels and nothing that looks like another: k8s.io/apimachinery/pkg/util/rand."""


def suffixed(base: str, rng: random.Random, longest: int = 63) -> str:
    """`base-xxxxx`, cut so that it is a label value too."""
    suffix = "".join(rng.choices(_ALPHABET, k=5))
    return f"{base[: longest - 6]}-{suffix}"
