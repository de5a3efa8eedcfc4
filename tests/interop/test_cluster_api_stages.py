"""The same cluster, stage by stage, by the plane's controllers and by Cluster API's own: every object is the same at each."""

import asyncio
import difflib
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from boot.client.remote import open_remote_client
from boot.resources.base import Object
from boot.resources.kinds import (
    CLUSTER,
    MACHINE,
    MACHINE_DEPLOYMENT,
    METAL_CLUSTER,
    METAL_MACHINE_TEMPLATE,
    TALOS_CONTROL_PLANE,
    Kind,
)
from tests.support.cluster_api import (
    NAMESPACE,
    VERSION,
    Stepwise,
    World,
    machine_template,
    manifest,
    named,
    planes,
    reference,
    stepwise,
)
from tests.support.generation import MANAGER, REAL, install_real
from tests.support.generation import WANTED as GENERATION_WANTED
from tests.support.kube_apiserver import AVAILABLE, kube_apiserver
from tests.support.kube_apiserver import WANTED as REAL_WANTED
from tests.support.kubectl import KUBECTL, WANTED, Kubectl
from tests.support.manager import running_manager
from tests.support.moving import everything, lasting, told
from tests.support.objects import crd, install, version

pytestmark = pytest.mark.interop

ATTACHMENT = Kind("storage.k8s.io", "v1", "VolumeAttachment", "volumeattachments")
"""Which the real Machine controller asks for before it takes a node away, and every cluster but a plane serves."""
ANY: Object = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
WITHIN = 40.0
"""Seconds: the real MachineSet controller looks again every fifteen."""


async def _control_plane_at_version(here: World) -> None:
    await here.status(TALOS_CONTROL_PLANE, "mgmt-cp", version=VERSION)


async def _infrastructure_ready(here: World) -> None:
    await here.status(METAL_CLUSTER, "mgmt", ready=True)


async def _open(here: World) -> None:
    await here.open_cluster()
    await here.add_control_plane()


async def _provision(here: World) -> None:
    await here.provision_present()


async def _scale(here: World) -> None:
    await here.client.patch(MACHINE_DEPLOYMENT, "mgmt-workers", {"spec": {"replicas": 3}}, NAMESPACE)


async def _roll(here: World) -> None:
    await here.apply((METAL_MACHINE_TEMPLATE, named("mgmt-workers-2", machine_template("other"))))
    spec = {
        "template": {
            "spec": {"infrastructureRef": reference(METAL_MACHINE_TEMPLATE, "mgmt-workers-2") | {"namespace": NAMESPACE}}
        }
    }
    await here.client.patch(MACHINE_DEPLOYMENT, "mgmt-workers", {"spec": spec}, NAMESPACE)


async def _shrink(here: World) -> None:
    await here.client.patch(MACHINE_DEPLOYMENT, "mgmt-workers", {"spec": {"replicas": 1}}, NAMESPACE)


STAGES: dict[str, Callable[[World], Awaitable[None]]] = {
    "infrastructure ready": _infrastructure_ready,
    "control plane at its version": _control_plane_at_version,
    "cluster open": _open,
    "provisioned": _provision,
    "scaled up": _scale,
    "all provisioned": _provision,
    "rolling": _roll,
    "the first of the new": _provision,
    "the second of the new": _provision,
    "the last of the new": _provision,
    "scaled down": _shrink,
}


@asynccontextmanager
async def _both(directory: Path) -> AsyncIterator[tuple[Stepwise, World]]:
    """Ours, and a real kube-apiserver with the real manager on it; each has a workload cluster of its own."""
    (directory / "real").mkdir()
    assert MANAGER is not None
    with kube_apiserver(directory / "real") as real:
        install_real(Kubectl(real.kubeconfig, directory / "real"))
        async with (
            stepwise(directory / "ours") as ours,
            planes(directory / "theirs") as theirs,
            open_remote_client(real.kubeconfig) as target,
        ):
            for workload in (ours.workload, theirs.workload):
                await install(workload, crd(ATTACHMENT, version("v1", ANY)), ATTACHMENT)
            with running_manager(MANAGER, real.kubeconfig, directory / "real"):
                yield ours, World(target, theirs.workload, theirs.kubeconfig)


@pytest.mark.skipif(KUBECTL is None, reason=WANTED)
@pytest.mark.skipif(not AVAILABLE, reason=REAL_WANTED)
@pytest.mark.skipif(not REAL or MANAGER is None, reason=GENERATION_WANTED)
async def test_every_object_is_the_same_at_every_stage(tmp_path: Path) -> None:
    async with _both(tmp_path) as (ours, real):
        await ours.apply(*manifest(workers=2))
        for kind, obj in manifest(workers=2):  # nobody calls the real webhooks: as ours took it
            defaulted = await ours.client.get(kind, obj["metadata"]["name"], NAMESPACE)
            kept = {key: value for key, value in defaulted["metadata"].items() if key in {"name", "namespace", "labels"}}
            await real.client.create(kind, {"metadata": kept, "spec": defaulted["spec"]})
        await _agree(ours, real, "applied")
        for name, act in STAGES.items():
            await act(ours)
            await act(real)
            await _agree(ours, real, name)
        for here in (ours, real):
            await here.client.delete(MACHINE, "mgmt-cp-1", NAMESPACE)
        await _agree(ours, real, "a Machine of the control plane deleted")
        for here in (ours, real):
            await here.let_go("mgmt-cp-1")
            await here.client.delete(CLUSTER, "mgmt", NAMESPACE)
        await ours.settle()
        for here in (ours, real):  # what only the garbage collector takes stays where there is none
            async with asyncio.timeout(WITHIN):
                while [kind for kind, _ in await everything(here.client, NAMESPACE) if not kind.endswith("Template")]:
                    await asyncio.sleep(0.5)


async def _agree(ours: Stepwise, real: World, stage: str) -> None:
    """Until the real ones have come to where ours are."""
    ours.seed += 1
    await ours.settle()
    wanted = _plain(await everything(ours.client, NAMESPACE))
    try:
        async with asyncio.timeout(WITHIN):
            while (found := _plain(await everything(real.client, NAMESPACE))) != wanted:
                await asyncio.sleep(0.5)
    except TimeoutError:
        before, after = ("\n".join(texts).splitlines() for texts in (wanted, found))
        lines = difflib.unified_diff(before, after, "ours", "real", lineterm="")
        pytest.fail(f"{stage}:\n" + "\n".join(lines))


def _plain(objects: dict[tuple[str, str], Object]) -> list[str]:
    """Each object as text, with what is random or a matter of the server's taken out."""
    texts = [
        json.dumps(
            {"kind": kind, **lasting(obj), "spec": _chosen(obj["spec"]), "status": _counted(told(obj))}, sort_keys=True, indent=1
        )
        for (kind, _), obj in objects.items()
    ]
    return sorted(_RANDOM.sub(lambda match: _NAMES[match.lastgroup or ""], text) for text in texts)


def _chosen(spec: Object) -> Object:
    """Without what the real webhooks would have said where nobody calls them."""
    return {key: value for key, value in spec.items() if (key, value) not in _BY_WEBHOOKS}


_BY_WEBHOOKS = [("deletePolicy", "Random"), ("nodeDeletionTimeout", "10s")]


def _counted(status: Object) -> Object:
    """Without zeros, which Go leaves out, and what an empty set said last of its Machines: that is a matter of the moment."""
    counted = {key: value for key, value in status.items() if value != 0 or value is False}
    if "machine-template-hash" in status.get("selector", "") and not status.get("replicas"):
        counted["conditions"] = [row for row in counted["conditions"] if row["type"] not in {"Ready", "MachinesReady"}]
    return counted


_RANDOM = re.compile(
    r"(?P<machine>mgmt-workers-[a-z0-9]{5}-[a-z0-9]{5})|(?P<set>mgmt-workers-(?!2\b)[a-z0-9]{5}\b)"
    r"|(?P<hash>\d+-[a-z0-9]{5}(?=\"|,))|(?P<uid>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})|(?P<time>\d{4}-\d\d-\d\dT[\d:]+Z)"
)
_NAMES = {"machine": "MACHINE", "set": "SET", "hash": "HASH", "uid": "UID", "time": "TIME"}
