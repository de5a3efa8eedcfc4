"""Reads from the plane the machine config a member's server is served, and what that is made of."""

import base64
import binascii

from boot.client.protocol import Client
from boot.errors import ConfigError, Forbidden, NotFound
from boot.metadata.sources import DATA_KEY, NotYetError, build_config
from boot.resources.cluster_api import Cluster
from boot.resources.kinds import CLUSTER, SECRET, SERVER, TALOS_CONFIG
from boot.resources.metal import Server
from boot.resources.talos_providers import TalosConfig
from boot.talos.documents import parse_documents
from boot.talos.effective import EffectiveConfig
from sidero_tui.model.members import Member
from sidero_tui.model.served_config import BootstrapSources, explain_bootstrap, refine_origins


async def read_served_config(client: Client, member: Member) -> EffectiveConfig:
    """ApiError, or ConfigError with what is not there yet or does not apply."""
    server = Server.model_validate(await client.get(SERVER, member.server))
    try:
        composed = (await build_config(client, server)).composed.config
    except NotYetError as error:
        raise ConfigError(str(error)) from error
    spec, namespace = member.machine.spec, member.machine.metadata.namespace
    if spec.bootstrap.config_ref is None:
        return composed
    config = TalosConfig.model_validate(await client.get(TALOS_CONFIG, spec.bootstrap.config_ref.name or "", namespace))
    bundle = await _read_secret(client, f"{spec.cluster_name}-talos", "bundle", namespace)
    stored = await _read_secret(client, spec.bootstrap.data_secret_name or "", DATA_KEY, namespace)
    cluster = Cluster.model_validate(await client.get(CLUSTER, spec.cluster_name, namespace))
    sources = BootstrapSources(config, cluster, bundle, spec.version or "")
    told = explain_bootstrap(sources, parse_documents(stored)) if bundle else None
    return refine_origins(composed, member.machine.name, told, config.name)


async def _read_secret(client: Client, name: str, key: str, namespace: str) -> str:
    """Empty where there is none, or where this user may not see it."""
    try:
        secret = await client.get(SECRET, name, namespace)
        return base64.b64decode((secret.get("data") or {}).get(key, ""), validate=True).decode()
    except (NotFound, Forbidden, binascii.Error, UnicodeDecodeError):
        return ""
