"""Clients of the clusters' own Kubernetes APIs, by the kubeconfigs that their control planes leave in secrets."""

import asyncio
import base64
import binascii
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import yaml

from boot.client.protocol import Client
from boot.errors import ConfigError, NotFound, ServiceUnavailable
from boot.resources.base import Object
from boot.resources.kinds import SECRET

KUBECONFIG_KEY = "value"
"""Of the secret's data (facts of cluster-api 1.6)."""


@dataclass(frozen=True, slots=True)
class _Connection:
    secret: tuple[str, str]
    """uid and resourceVersion of the secret that it was made of."""
    client: Any
    """A RemoteClient; its module is imported with the first cluster, because that costs 0.6 s and 72 MiB."""


class WorkloadClients:
    """One connection a cluster, kept until its secret changes. `client` is of the plane that has the secrets."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lock = asyncio.Lock()
        self._connections: dict[tuple[str, str], _Connection] = {}
        self._retired: list[_Connection] = []
        """Closed at the end: somebody may still wait for an answer over one."""

    async def of(self, namespace: str, cluster: str) -> Client:
        """ServiceUnavailable, with the reason, where the secret is missing or is no kubeconfig.

        That the cluster does not answer is a ServiceUnavailable of the calls themselves.
        """
        key = (namespace, cluster)
        async with self._lock:
            secret = await self._read_secret(namespace, f"{cluster}-kubeconfig")
            metadata = secret["metadata"]
            version = (metadata["uid"], metadata["resourceVersion"])
            known = self._connections.get(key)
            if known is None or known.secret != version:
                client = await _open(secret)
                self._retire(key)
                self._connections[key] = _Connection(version, client)
            found: Client = self._connections[key].client
            return found

    async def aclose(self) -> None:
        for key in list(self._connections):
            self._retire(key)
        while self._retired:
            await self._retired.pop().client.aclose()

    async def _read_secret(self, namespace: str, name: str) -> Object:
        try:
            return await self._client.get(SECRET, name, namespace)
        except NotFound as error:
            self._retire((namespace, name.removesuffix("-kubeconfig")))
            raise ServiceUnavailable(f"there is no secret {name} yet, which is the way into the cluster") from error

    def _retire(self, key: tuple[str, str]) -> None:
        if key in self._connections:
            self._retired.append(self._connections.pop(key))


async def _open(secret: Object) -> Any:
    name = f"secret {secret['metadata']['name']}"
    try:
        kubeconfig = yaml.safe_load(base64.b64decode((secret.get("data") or {})[KUBECONFIG_KEY], validate=True))
        remote = await asyncio.to_thread(import_module, "boot.client.remote")
        return await remote.connect(kubeconfig, name)
    except (KeyError, binascii.Error, UnicodeDecodeError, yaml.YAMLError, ConfigError) as error:
        raise ServiceUnavailable(f"{name} has no kubeconfig under the key {KUBECONFIG_KEY}: {error}") from error
