"""A second plane, served over real TLS, reached by the kubeconfig in a secret of the first."""

import base64
from pathlib import Path

import pytest

from boot.client.local import LocalClient
from boot.client.workload import WorkloadClients
from boot.errors import ServiceUnavailable
from boot.resources.kinds import NODE, SECRET
from tests.boot.apiserver.served import served_plane
from tests.support.plane import local_client


async def _keep(client: LocalClient, kubeconfig: bytes, key: str = "value") -> None:
    secret = {
        "metadata": {"name": "mgmt-kubeconfig", "namespace": "default"},
        "data": {key: base64.b64encode(kubeconfig).decode()},
    }
    await client.create(SECRET, secret)


async def test_a_cluster_is_reached_by_its_kubeconfig_and_over_one_connection(tmp_path: Path) -> None:
    (tmp_path / "workload").mkdir()
    async with local_client(tmp_path) as client, served_plane(tmp_path / "workload"):
        clients = WorkloadClients(client)
        await _keep(client, (tmp_path / "workload" / "kubeconfig").read_bytes())
        workload = await clients.of("default", "mgmt")
        await workload.create(NODE, {"metadata": {"name": "n1"}})
        assert [node["metadata"]["name"] for node in (await workload.list(NODE)).items] == ["n1"]
        assert (await client.list(NODE)).items == []
        assert await clients.of("default", "mgmt") is workload
        await clients.aclose()


async def test_a_new_kubeconfig_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
    async with local_client(tmp_path) as client, served_plane(tmp_path / "old"), served_plane(tmp_path / "new"):
        clients = WorkloadClients(client)
        await _keep(client, (tmp_path / "old" / "kubeconfig").read_bytes())
        old = await clients.of("default", "mgmt")
        await old.create(NODE, {"metadata": {"name": "n1"}})
        data = {"value": base64.b64encode((tmp_path / "new" / "kubeconfig").read_bytes()).decode()}
        await client.patch(SECRET, "mgmt-kubeconfig", {"data": data}, "default")
        new = await clients.of("default", "mgmt")
        assert (await new.list(NODE)).items == []
        assert len((await old.list(NODE)).items) == 1, "who still holds it is not cut off"
        await clients.aclose()


async def test_a_cluster_without_a_kubeconfig_is_said_to_have_none(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        clients = WorkloadClients(client)
        with pytest.raises(ServiceUnavailable, match="there is no secret mgmt-kubeconfig yet"):
            await clients.of("default", "mgmt")
        await clients.aclose()


@pytest.mark.parametrize(
    ("key", "content"),
    [("value", b"{"), ("value", b"[]"), ("value", b"clusters: []"), ("value", b"\xff\xfe\x00"), ("other", b"clusters: []")],
)
async def test_a_secret_that_holds_no_kubeconfig_is_said_to_hold_none(tmp_path: Path, key: str, content: bytes) -> None:
    async with local_client(tmp_path) as client:
        await _keep(client, content, key)
        clients = WorkloadClients(client)
        with pytest.raises(ServiceUnavailable, match="secret mgmt-kubeconfig has no kubeconfig under the key value"):
            await clients.of("default", "mgmt")
        await clients.aclose()


async def test_a_cluster_that_does_not_answer_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "workload").mkdir()
    async with local_client(tmp_path) as client:
        async with served_plane(tmp_path / "workload"):
            await _keep(client, (tmp_path / "workload" / "kubeconfig").read_bytes())
        clients = WorkloadClients(client)
        workload = await clients.of("default", "mgmt")
        with pytest.raises(ServiceUnavailable, match="does not answer"):
            await workload.list(NODE)
        await clients.aclose()
