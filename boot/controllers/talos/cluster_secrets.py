"""The secrets of a cluster: each is made once and never again, whoever asks first and whatever dies in between."""

import base64
from collections.abc import Callable, Mapping

from boot.client.protocol import Client
from boot.cluster_api.names import CLUSTER_NAME_LABEL
from boot.errors import AlreadyExists, ConfigError, NotFound
from boot.resources.base import Object
from boot.resources.kinds import SECRET

OPAQUE, OF_CLUSTER_API = "Opaque", "cluster.x-k8s.io/secret"


class ClusterSecrets:
    def __init__(self, client: Client) -> None:
        self._client = client

    async def find(self, name: str, namespace: str) -> dict[str, str] | None:
        """Its values as text; ConfigError where one is none."""
        try:
            secret = await self._client.get(SECRET, name, namespace)
        except NotFound:
            return None
        return read_values(secret)

    async def ensure(
        self,
        name: str,
        cluster: Object,
        owner: Object,
        make: Callable[[], Mapping[str, str]],
        kind: str = OPAQUE,
    ) -> dict[str, str]:
        """The values that are there, else those that `make` gives, with `owner` (an ownerReference).

        A second writer finds the first one's: what is in the plane counts, never what was made here.
        """
        namespace = cluster["metadata"]["namespace"]
        known = await self.find(name, namespace)
        if known is not None:
            return known
        try:
            return read_values(await self._client.create(SECRET, _build(name, cluster, owner, make(), kind)))
        except AlreadyExists:
            return read_values(await self._client.get(SECRET, name, namespace))

    async def replace(self, name: str, cluster: Object, owner: Object, values: Mapping[str, str], kind: str = OPAQUE) -> None:
        """For what is issued anew, such as client certificates."""
        namespace = cluster["metadata"]["namespace"]
        try:
            await self._client.patch(SECRET, name, {"data": _encode(values)}, namespace)
        except NotFound:
            await self.ensure(name, cluster, owner, lambda: values, kind)


def read_values(secret: Object) -> dict[str, str]:
    try:
        return {key: base64.b64decode(value).decode() for key, value in (secret.get("data") or {}).items()}
    except ValueError as error:
        raise ConfigError(f"secret {secret['metadata']['name']} holds something that is no text") from error


def _build(name: str, cluster: Object, owner: Object, values: Mapping[str, str], kind: str) -> Object:
    metadata = cluster["metadata"]
    return {
        "metadata": {
            "name": name,
            "namespace": metadata["namespace"],
            "labels": {CLUSTER_NAME_LABEL: metadata["name"]},
            "ownerReferences": [owner],
        },
        "type": kind,
        "data": _encode(values),
    }


def _encode(values: Mapping[str, str]) -> dict[str, str]:
    return {key: base64.b64encode(value.encode()).decode() for key, value in values.items()}
