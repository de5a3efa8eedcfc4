"""Which keys (`namespace/name`) a changed object concerns, for the watches of the controllers."""

from collections.abc import Callable, Iterable

from boot.cluster_api.keys import key_of
from boot.cluster_api.names import CLUSTER_NAME_LABEL
from boot.resources.base import Object
from boot.resources.kinds import CLUSTER_GROUP

Keys = Callable[[Object], Iterable[str]]


def own_key(obj: Object) -> Iterable[str]:
    return (key_of(obj),)


def owner_keys(kind: str) -> Keys:
    """Of its owners of that kind."""

    def keys(obj: Object) -> Iterable[str]:
        return [
            f"{obj['metadata']['namespace']}/{owner['name']}"
            for owner in obj["metadata"].get("ownerReferences") or ()
            if owner["kind"] == kind and owner["apiVersion"].startswith(f"{CLUSTER_GROUP}/")
        ]

    return keys


def cluster_key(obj: Object) -> Iterable[str]:
    """Of the cluster that it belongs to, by its label or its spec."""
    name = (obj["metadata"].get("labels") or {}).get(CLUSTER_NAME_LABEL) or (obj.get("spec") or {}).get("clusterName")
    return (f"{obj['metadata']['namespace']}/{name}",) if name else ()


class Members:
    """Remembers which objects of a kind belong to which cluster, so that a change of the cluster reaches all of them."""

    def __init__(self) -> None:
        self._of_cluster: dict[str, dict[str, None]] = {}

    def note(self, obj: Object) -> Iterable[str]:
        """For the watch on the kind itself."""
        key = key_of(obj)
        for cluster in cluster_key(obj):
            self._of_cluster.setdefault(cluster, {})[key] = None
        return (key,)

    def of_cluster(self, cluster: Object) -> Iterable[str]:
        """For the watch on Clusters."""
        return self._of(key_of(cluster))

    def of_same_cluster(self, obj: Object) -> Iterable[str]:
        """For the watch on what else belongs to a cluster."""
        return [key for cluster in cluster_key(obj) for key in self._of(cluster)]

    def _of(self, cluster: str) -> list[str]:
        return list(self._of_cluster.get(cluster, ()))
