"""`sidero-tui kubeconfig CLUSTER` and `sidero-tui talosconfig [CLUSTER]`: prints what the cluster's secret holds."""

import asyncio
import base64
import sys
from dataclasses import dataclass

from boot.client.protocol import Client
from boot.errors import ConfigError, NotFound
from boot.resources.kinds import CLUSTER, SECRET
from sidero_tui.launch.exits import Exit
from sidero_tui.launch.pivot import open_source
from sidero_tui.settings import Settings


@dataclass(frozen=True, slots=True)
class Kept:
    """What a secret <cluster>-SUFFIX keeps under `key`, and when it comes to be."""

    suffix: str
    key: str
    since: str


KUBECONFIG = Kept("kubeconfig", "value", "it is made with the first bootstrap data")
TALOSCONFIG = Kept("talosconfig", "talosconfig", "it is made once a control plane machine has its config")


def run_cluster_secret(settings: Settings, kept: Kept, cluster: str, namespace: str) -> int:
    """`cluster` "" is the only one there is; ConfigError where that is not clear."""
    sys.stdout.write(asyncio.run(_read(settings, kept, cluster, namespace)))
    return Exit.DONE


async def _read(settings: Settings, kept: Kept, cluster: str, namespace: str) -> str:
    async with open_source(settings) as client:
        name = cluster or await _find_only(client, namespace)
        try:
            secret = await client.get(SECRET, f"{name}-{kept.suffix}", namespace)
        except NotFound:
            raise ConfigError(f"cluster {name} has no {kept.suffix} in namespace {namespace}: {kept.since}") from None
    return base64.b64decode(secret["data"][kept.key]).decode()


async def _find_only(client: Client, namespace: str) -> str:
    names = sorted(obj["metadata"]["name"] for obj in (await client.list(CLUSTER, namespace)).items)
    if len(names) == 1:
        return str(names[0])
    raise ConfigError(f"which cluster? {', '.join(names)}" if names else f"there is no cluster in namespace {namespace}")
