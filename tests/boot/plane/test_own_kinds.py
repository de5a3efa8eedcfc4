"""The definitions that the plane brings, over restarts and releases."""

from pathlib import Path

from boot.resources.crds import own_crds
from boot.resources.kinds import CLUSTER, CUSTOM_RESOURCE_DEFINITION
from tests.support.plane import local_client


async def test_a_start_makes_them_current_and_leaves_those_alone_that_are(tmp_path: Path) -> None:
    name = CLUSTER.resource
    async with local_client(tmp_path) as client:
        made = await client.get(CUSTOM_RESOURCE_DEFINITION, name)
        await client.patch(CUSTOM_RESOURCE_DEFINITION, name, {"metadata": {"labels": {"somebody": "else"}}})
        labelled = await client.get(CUSTOM_RESOURCE_DEFINITION, name)
    async with local_client(tmp_path) as client:
        assert await client.get(CUSTOM_RESOURCE_DEFINITION, name) == labelled
        older = made["spec"] | {"names": made["spec"]["names"] | {"shortNames": ["old"]}}
        await client.patch(CUSTOM_RESOURCE_DEFINITION, name, {"spec": {"names": older["names"]}})
    async with local_client(tmp_path) as client:
        (own,) = [crd for crd in own_crds() if crd["metadata"]["name"] == name]
        assert (await client.get(CUSTOM_RESOURCE_DEFINITION, name))["spec"] == own["spec"]
