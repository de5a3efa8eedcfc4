"""Reads a node's kernel log and Talos events over its machine API, with the talosconfig the plane holds for its cluster."""

import asyncio
import base64
import binascii
from collections import deque

from boot.client.protocol import Client
from boot.errors import ConfigError, NotFound
from boot.resources.kinds import SECRET
from boot.talos.client_configs import read_talosconfig
from boot.talos.machine_api import PORT, Credentials, MachineApi, TalosError, open_machine_api
from sidero_tui.model.members import Member
from sidero_tui.model.node_log import NodeLog, describe_event

_WITHIN = 8.0
"""Seconds for the whole kernel log."""
_SILENCE = 1.0
"""Seconds for the events there are: their stream does not end by itself."""
_MOST_LINES, _MOST_EVENTS = 3000, 100


async def read_node_log(client: Client, member: Member, port: int = PORT) -> NodeLog:
    """ApiError, ConfigError when its cluster has no talosconfig yet, TalosError when the node does not answer."""
    if not member.address:
        raise ConfigError(f"{member.machine.name}: its address is not known yet")
    credentials = await _read_credentials(client, member)
    async with open_machine_api(member.address, credentials, port, within=_WITHIN) as api:
        lines = await _read_kernel_log(api)
        events, trouble = await _read_events(api)
    return NodeLog(member.address, lines, events, trouble)


async def _read_credentials(client: Client, member: Member) -> Credentials:
    name = f"{member.machine.spec.cluster_name}-talosconfig"
    try:
        secret = await client.get(SECRET, name, member.machine.metadata.namespace)
        text = base64.b64decode((secret.get("data") or {})["talosconfig"], validate=True).decode()
    except (NotFound, KeyError) as error:
        raise ConfigError(f"{member.machine.spec.cluster_name} has no talosconfig yet") from error
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ConfigError(f"secret {name}: talosconfig is no text") from error
    _, ca, pair = read_talosconfig(text)
    return Credentials(ca, pair)


async def _read_kernel_log(api: MachineApi) -> tuple[str, ...]:
    """The last lines; a chunk may end within one."""
    kept: deque[str] = deque(maxlen=_MOST_LINES)
    rest = ""
    async for chunk in api.dmesg():
        *whole, rest = (rest + chunk).split("\n")
        kept.extend(whole)
    return (*kept, rest) if rest else tuple(kept)


async def _read_events(api: MachineApi) -> tuple[tuple[str, ...], str]:
    """The last of them, and why there are none where the node told none."""
    kept: list[str] = []
    try:
        async with asyncio.timeout(_SILENCE):
            async for event in api.events(tail=_MOST_EVENTS):
                kept.append(describe_event(event))  # noqa: PERF401 -- what came before the silence is kept
    except TimeoutError:
        pass
    except TalosError as error:
        return tuple(kept), str(error)
    return tuple(kept), ""
