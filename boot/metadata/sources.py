"""What a machine config is made of, read from the plane: from the Server to its binding, its machine and the secret."""

import base64
import binascii
from dataclasses import dataclass

from boot.client.allocation import Allocation, find_allocation, find_server_class
from boot.client.protocol import Client
from boot.cluster_api.ownership import owner_of
from boot.errors import ConfigError, NotFound, SideroError
from boot.metadata.compose import Composed, compose_config
from boot.resources.base import Object
from boot.resources.kinds import MACHINE, METAL_MACHINE, SECRET, SERVER_BINDING, TALOS_CONFIG, Kind
from boot.resources.metal import Server
from boot.talos.releases import NEWEST_CONTRACT, Contract, parse_contract

DATA_KEY = "value"


class NotYetError(SideroError):
    """There is no config for this server now; the message says what is waited for."""


@dataclass(frozen=True, slots=True)
class Config:
    """`machine` is namespace/name of the Machine."""

    machine: str
    composed: Composed


async def build_config(client: Client, server: Server, allocation: Allocation | None = None) -> Config:
    """The effective config of an allocated server, for the machine and for people; NotYetError, ConfigError, ApiError."""
    allocation = allocation or await find_allocation(client, server)
    if not allocation.bound:
        raise NotYetError("it is not allocated to a cluster")
    machine = await _find_machine(client, server.name)
    namespace = machine["metadata"]["namespace"]
    bootstrap = await _read_bootstrap(client, machine)
    contract = await _find_contract(client, machine)
    server_class = await find_server_class(client, allocation)
    name = machine["metadata"]["name"]
    return Config(f"{namespace}/{name}", compose_config(bootstrap, name, server, server_class, contract))


async def _find_machine(client: Client, server: str) -> Object:
    reference = (await _get(client, SERVER_BINDING, server))["spec"]["metalMachineRef"]
    metal = await _get(client, METAL_MACHINE, reference.get("name", ""), reference.get("namespace", ""))
    owner = owner_of(metal, MACHINE.kind, MACHINE.group)
    if owner is None:
        raise NotYetError(f"MetalMachine {reference.get('name')} has no Machine yet")
    return await _get(client, MACHINE, owner["name"], metal["metadata"]["namespace"])


async def _read_bootstrap(client: Client, machine: Object) -> str:
    name = (machine["spec"].get("bootstrap") or {}).get("dataSecretName")
    if not name:
        raise NotYetError(f"Machine {machine['metadata']['name']} has no bootstrap data yet")
    data = (await _get(client, SECRET, name, machine["metadata"]["namespace"])).get("data") or {}
    if DATA_KEY not in data:
        raise NotYetError(f"secret {name} has no key {DATA_KEY}")
    try:
        return base64.b64decode(data[DATA_KEY], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ConfigError(f"secret {name}: {DATA_KEY} is no text") from error


async def _find_contract(client: Client, machine: Object) -> Contract:
    """Of the TalosConfig it was made from; a machine without one is held to the newest."""
    reference = (machine["spec"].get("bootstrap") or {}).get("configRef") or {}
    if reference.get("kind") != TALOS_CONFIG.kind:
        return NEWEST_CONTRACT
    try:
        config = await client.get(TALOS_CONFIG, reference["name"], machine["metadata"]["namespace"])
    except NotFound:
        return NEWEST_CONTRACT
    version = config["spec"].get("talosVersion")
    return parse_contract(version) if version else NEWEST_CONTRACT


async def _get(client: Client, kind: Kind, name: str, namespace: str = "") -> Object:
    try:
        return await client.get(kind, name, namespace)
    except NotFound as error:
        raise NotYetError(error.message) from error
