"""Objects of providers that a Cluster or a Machine refers to: found, owned, deleted."""

from collections.abc import Callable

from boot.client.protocol import Client
from boot.cluster_api.names import CLUSTER_NAME_LABEL
from boot.cluster_api.ownership import with_owner
from boot.cluster_api.references import kind_of
from boot.errors import NotFound
from boot.resources.base import Object

LOOK_AGAIN = 30.0
"""Seconds after which an object that is referred to and not there is looked for again; its creation tells nobody."""


async def find_provided(client: Client, reference: Object, namespace: str) -> Object | None:
    """None when there is none, or no provider that brings its kind."""
    try:
        return await client.get(kind_of(reference), str(reference.get("name", "")), namespace)
    except NotFound:
        return None


async def own_provided(
    client: Client, obj: Object, owner: Object, cluster: str, is_creator: Callable[[Object], bool] = lambda _reference: False
) -> Object:
    """`obj` once `owner` (an ownerReference) is its controller and it has the cluster's label.

    `is_creator`: ownerReferences of who made it for the owner before that one existed; they go.
    """
    metadata = obj["metadata"]
    before = metadata.get("ownerReferences") or []
    references = with_owner([reference for reference in before if not is_creator(reference)], owner)
    labelled = (metadata.get("labels") or {}).get(CLUSTER_NAME_LABEL) == cluster
    if references == before and labelled:
        return obj
    patch = {
        "metadata": {
            "resourceVersion": metadata["resourceVersion"],
            "ownerReferences": references,
            "labels": {CLUSTER_NAME_LABEL: cluster},
        }
    }
    return await client.patch(kind_of(obj), metadata["name"], patch, metadata["namespace"])


async def delete_provided(client: Client, obj: Object) -> None:
    """Begin to delete it, once."""
    metadata = obj["metadata"]
    if "deletionTimestamp" in metadata:
        return
    try:
        await client.delete(kind_of(obj), metadata["name"], metadata["namespace"], uid=metadata["uid"])
    except NotFound:
        return


def is_ready(obj: Object) -> bool:
    """By the contract of its kind: status.ready."""
    return (obj.get("status") or {}).get("ready") is True


def copy_failure(obj: Object, status: Object) -> None:
    """What a provider says has failed for good, into the status of whom it is for."""
    told = obj.get("status") or {}
    if reason := told.get("failureReason"):
        status["failureReason"] = reason
    if message := told.get("failureMessage"):
        name = obj["metadata"]["name"]
        status["failureMessage"] = f"Failure detected from referenced resource {obj['kind']} with name {name!r}: {message}"
