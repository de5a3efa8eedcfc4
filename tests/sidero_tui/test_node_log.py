"""A node's own words, from a simulated machine whose protocol real talosctl has proved (tests/interop)."""

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest

from boot.client.protocol import Client
from boot.clock import SystemClock
from boot.errors import ConfigError
from boot.resources.kinds import SECRET
from boot.simulator.talos.etcd import Etcd
from boot.simulator.talos.machine import TalosMachine, read_config
from boot.simulator.talos.service import serving
from boot.talos.client_configs import build_talosconfig
from boot.talos.documents import render_documents
from boot.talos.machine_api import TalosError
from boot.talos.machine_config import ClusterInput, MachineType, build_machine_config
from boot.talos.releases import Contract
from boot.talos.secrets import generate_bundle
from sidero_tui.model.members import Member
from sidero_tui.node_log import read_node_log
from tests.sidero_tui.builders import name_of
from tests.sidero_tui.clusters import build_member
from tests.sidero_tui.planes import open_plane

HOST, VERSION = "127.0.0.1", "v1.13.2"
BUNDLE = generate_bundle(Contract((1, 6)), datetime.now(UTC))


def member_at(address: str) -> Member:
    machine, metal = build_member("m", name_of(1))
    addresses = [{"type": "Hostname", "address": "m"}, {"type": "InternalIP", "address": address}] if address else []
    return Member(type(machine).model_validate({**machine.wire(), "status": {"addresses": addresses}}), metal)


async def give_talosconfig(client: Client) -> None:
    text = build_talosconfig("rack-one", BUNDLE, [HOST], datetime.now(UTC))
    data = {"talosconfig": base64.b64encode(text.encode()).decode()}
    await client.create(SECRET, {"metadata": {"name": "rack-one-talosconfig", "namespace": "default"}, "data": data})


async def test_kernel_log_and_events_are_what_the_node_tells(tmp_path: Path) -> None:
    cluster = ClusterInput("rack-one", f"https://{HOST}:6443", "1.36.0", Contract((1, 13)), install_disk="/dev/sda")
    config = render_documents(build_machine_config(cluster, BUNDLE, MachineType.CONTROL_PLANE))
    machine = TalosMachine("m", HOST, VERSION, read_config(config, VERSION), Etcd(), SystemClock())
    async with open_plane(tmp_path) as client, serving(machine, BUNDLE.certs.os.pair(), HOST) as port:
        await give_talosconfig(client)
        log = await read_node_log(client, member_at(HOST), port)
    assert log.address == HOST
    assert log.trouble == ""
    assert log.lines
    assert all(": " in event for event in log.events)


async def test_without_address_talosconfig_or_answer_it_says_which(tmp_path: Path) -> None:
    async with open_plane(tmp_path) as client:
        with pytest.raises(ConfigError, match="m: its address is not known yet"):
            await read_node_log(client, member_at(""))
        with pytest.raises(ConfigError, match="rack-one has no talosconfig yet"):
            await read_node_log(client, member_at(HOST))
        await give_talosconfig(client)
        with pytest.raises(TalosError, match="cannot be reached"):
            await read_node_log(client, member_at(HOST), 1)
