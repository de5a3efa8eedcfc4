"""The secret <cluster>-kubeconfig, made of <cluster>-ca and renewed before its certificate ends. Facts of cluster-api 2.5."""

import base64
from datetime import timedelta

import yaml

from boot.clock import Clock
from boot.cluster_api.ownership import owner_reference
from boot.controllers.cluster_api.drafts import Draft
from boot.controllers.talos.cluster_secrets import OF_CLUSTER_API, ClusterSecrets
from boot.errors import ConfigError
from boot.resources.base import Object
from boot.talos.client_configs import build_admin_kubeconfig
from boot.talos.pki import Pair, load_certificate

KEY = "value"
_RENEW_BEFORE = timedelta(days=90)


class Kubeconfigs:
    def __init__(self, secrets: ClusterSecrets, clock: Clock) -> None:
        self._secrets = secrets
        self._clock = clock

    async def keep(self, draft: Draft, cluster: Object) -> bool:
        """Whether it is there. `draft` is the control plane, which owns it."""
        metadata = cluster["metadata"]
        name = f"{metadata['name']}-kubeconfig"
        known = await self._secrets.find(name, metadata["namespace"])
        if known is not None and self._lives(known.get(KEY, "")):
            return True
        ca = await self._secrets.find(f"{metadata['name']}-ca", metadata["namespace"])
        if ca is None:
            return False
        endpoint = cluster["spec"]["controlPlaneEndpoint"]
        server = f"https://{endpoint['host']}:{endpoint['port']}"
        pair = Pair(ca["tls.crt"].encode(), ca["tls.key"].encode())
        text = build_admin_kubeconfig(metadata["name"], server, pair, self._clock.now())
        owner = owner_reference(draft.before, controller=True, block=True)
        await self._secrets.replace(name, cluster, owner, {KEY: text}, OF_CLUSTER_API)
        return True

    def _lives(self, text: str) -> bool:
        try:
            user = yaml.safe_load(text)["users"][0]["user"]
            certificate = load_certificate(base64.b64decode(user["client-certificate-data"]))
        except (yaml.YAMLError, KeyError, IndexError, TypeError, ValueError, ConfigError):
            return False
        return certificate.not_valid_after_utc - self._clock.now() > _RENEW_BEFORE
