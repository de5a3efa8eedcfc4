"""Whether controllers leave an object alone: the cluster is paused, or the object itself is. Pure; facts of cluster-api 2."""

from boot.cluster_api.names import PAUSED_ANNOTATION
from boot.resources.base import Object


def is_paused(obj: Object, cluster: Object | None) -> bool:
    annotations = obj["metadata"].get("annotations") or {}
    return PAUSED_ANNOTATION in annotations or bool(cluster and (cluster.get("spec") or {}).get("paused"))
