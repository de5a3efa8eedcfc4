"""Templates that MachineSets and MachineDeployments refer to: found, and the Cluster's, so that they go with it."""

from boot.client.protocol import Client
from boot.cluster_api.ownership import owner_reference, with_owner
from boot.cluster_api.references import kind_of
from boot.controllers.cluster_api.provided import find_provided
from boot.resources.base import Object


async def own_template(client: Client, reference: Object, cluster: Object, namespace: str) -> Object | None:
    """The template with the Cluster among its owners; None when there is none."""
    template = await find_provided(client, reference, namespace)
    if template is None:
        return None
    metadata = template["metadata"]
    before = metadata.get("ownerReferences") or []
    references = with_owner(before, owner_reference(cluster))
    if references == before:
        return template
    patch = {"metadata": {"resourceVersion": metadata["resourceVersion"], "ownerReferences": references}}
    return await client.patch(kind_of(template), metadata["name"], patch, namespace)
