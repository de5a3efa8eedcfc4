"""Writes the ConfigMap `dhcp-neighbours` (boot.resources.neighbours): for a page of the console, and for kubectl."""

import json
import logging
from collections.abc import Mapping

from boot.client.protocol import Client, PatchType
from boot.errors import ApiError, NotFound
from boot.resources.base import Object
from boot.resources.kinds import CONFIG_MAP
from boot.resources.neighbours import NAME, SELF_TEST, VERDICT
from boot.resources.overrides import NAMESPACE

_LOG = logging.getLogger(__name__)


async def publish(client: Client, servers: Mapping[str, Mapping[str, str | bool]], verdict: str, self_test: str) -> None:
    """All of it anew; a plane that takes no writes now is left for the next time."""
    data = {server: json.dumps(_camel(said)) for server, said in servers.items()} | {VERDICT: verdict, SELF_TEST: self_test}
    obj: Object = {"metadata": {"name": NAME, "namespace": NAMESPACE}, "data": data}
    operations = [{"op": "add", "path": "/data", "value": data}]
    try:
        try:
            await client.patch(CONFIG_MAP, NAME, operations, NAMESPACE, patch_type=PatchType.JSON)
        except NotFound:
            await client.create(CONFIG_MAP, obj)
    except ApiError as error:
        _LOG.info("who else answers DHCP cannot be published now: %s", error)


def _camel(said: Mapping[str, str | bool]) -> Mapping[str, str | bool]:
    return {key.split("_")[0] + "".join(part.title() for part in key.split("_")[1:]): value for key, value in said.items()}
