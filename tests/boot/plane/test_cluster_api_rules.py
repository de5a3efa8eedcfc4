"""What Cluster API's webhooks would have said, on the embedded plane."""

from pathlib import Path
from typing import Any

import pytest

from boot.errors import BadRequest, Invalid
from boot.resources.base import Object
from boot.resources.kinds import (
    CLUSTER,
    MACHINE,
    MACHINE_DEPLOYMENT,
    MACHINE_SET,
    METAL_MACHINE_TEMPLATE,
    TALOS_CONFIG,
    TALOS_CONTROL_PLANE,
    Kind,
)
from tests.support.plane import local_client


def _named(name: str, spec: Any) -> Object:
    return {"metadata": {"name": name, "namespace": "default"}, "spec": spec}


def _template(**spec: Any) -> Object:
    return {
        "spec": {
            "clusterName": "mgmt",
            "bootstrap": {"configRef": {"kind": "TalosConfigTemplate", "name": "workers"}},
            "infrastructureRef": {"kind": "MetalMachineTemplate", "name": "workers"},
            **spec,
        }
    }


async def test_a_machine_deployment_of_sideros_template_gets_what_its_webhook_gives_it(tmp_path: Path) -> None:
    spec = {"clusterName": "mgmt", "selector": {"matchLabels": None}, "template": _template(version="1.32.3")}
    async with local_client(tmp_path) as client:
        made = await client.create(MACHINE_DEPLOYMENT, _named("workers", spec))
    labels = {"cluster.x-k8s.io/cluster-name": "mgmt", "cluster.x-k8s.io/deployment-name": "workers"}
    assert made["metadata"]["labels"] == {"cluster.x-k8s.io/cluster-name": "mgmt"}
    assert made["spec"]["selector"] == {"matchLabels": labels}
    assert made["spec"]["template"] == {
        "metadata": {"labels": labels},
        "spec": {
            "clusterName": "mgmt",
            "version": "v1.32.3",
            "bootstrap": {"configRef": {"kind": "TalosConfigTemplate", "name": "workers", "namespace": "default"}},
            "infrastructureRef": {"kind": "MetalMachineTemplate", "name": "workers", "namespace": "default"},
        },
    }
    assert made["spec"]["strategy"] == {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
    assert (made["spec"]["replicas"], made["spec"]["revisionHistoryLimit"]) == (1, 1)


async def test_the_other_kinds_get_their_defaults_too(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        cluster = await client.create(CLUSTER, _named("mgmt", {"infrastructureRef": {"kind": "MetalCluster", "name": "mgmt"}}))
        assert cluster["spec"]["infrastructureRef"]["namespace"] == "default"
        machine = await client.create(MACHINE, _named("m", _template(version="1.32.3")["spec"]))
        assert machine["metadata"]["labels"] == {"cluster.x-k8s.io/cluster-name": "mgmt"}
        assert (machine["spec"]["version"], machine["spec"]["nodeDeletionTimeout"]) == ("v1.32.3", "10s")
        spec = {"clusterName": "mgmt", "selector": {}, "template": _template()}
        made = await client.create(MACHINE_SET, _named("ms", spec))
        assert made["spec"]["selector"] == {"matchLabels": {"cluster.x-k8s.io/set-name": "ms"}}
        assert made["spec"]["template"]["metadata"] == {"labels": {"cluster.x-k8s.io/set-name": "ms"}}
        assert (made["spec"]["replicas"], made["spec"]["deletePolicy"]) == (1, "Random")
        spec = {
            "version": "1.32.3",
            "infrastructureTemplate": {"kind": "MetalMachineTemplate", "name": "cp"},
            "controlPlaneConfig": {"controlplane": {"generateType": "controlplane"}},
        }
        plane = await client.create(TALOS_CONTROL_PLANE, _named("cp", spec))
        assert plane["spec"] == {
            **spec,
            "version": "v1.32.3",
            "replicas": 1,
            "infrastructureTemplate": {"kind": "MetalMachineTemplate", "name": "cp", "namespace": "default"},
            "rolloutStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}},
        }


_SELECTOR = {"matchLabels": {"a": "b"}}


@pytest.mark.parametrize(
    ("kind", "spec", "complaint"),
    [
        (CLUSTER, {"clusterNetwork": {"pods": {"cidrBlocks": ["10.0.0.0"]}}}, "invalid CIDR address: 10.0.0.0"),
        (CLUSTER, {"infrastructureRef": {"name": "x", "namespace": "other"}}, "must match metadata.namespace"),
        (MACHINE, _template(bootstrap={})["spec"], "expected either spec.bootstrap.dataSecretName"),
        (MACHINE, _template(version="soon")["spec"], "must be a valid semantic version"),
        (MACHINE, {"clusterName": "mgmt"}, "spec.bootstrap: Required value"),
        (MACHINE, "no spec", "must be of type object"),
        (MACHINE_SET, {"clusterName": "c", "selector": _SELECTOR, "template": _template()}, 'must match spec.selector "a=b"'),
        (
            MACHINE_DEPLOYMENT,
            {"clusterName": "c", "selector": _SELECTOR, "template": _template()},
            'Forbidden: must match spec.selector "a=b,cluster.x-k8s.io/cluster-name=c"',
        ),
        (
            MACHINE_DEPLOYMENT,
            {"clusterName": "c", "selector": {"matchExpressions": [{"key": "a", "operator": "Like"}]}, "template": _template()},
            '"Like" is not a valid label selector operator',
        ),
        (
            MACHINE_DEPLOYMENT,
            {"clusterName": "c", "selector": {}, "template": _template(), "strategy": {"rollingUpdate": {"maxSurge": "many"}}},
            "must be either an int or a percentage",
        ),
        (MACHINE_DEPLOYMENT, {"clusterName": 7, "selector": [], "template": "x", "strategy": 3}, "must be of type object"),
        (TALOS_CONFIG, {"generateType": "worker", "hostname": {"source": "Mine"}}, "valid values are"),
    ],
)
async def test_what_a_webhook_would_refuse_is_refused(tmp_path: Path, kind: Kind, spec: Any, complaint: str) -> None:
    async with local_client(tmp_path) as client:
        with pytest.raises(Invalid, match="is invalid") as refused:
            await client.create(kind, _named("x", spec))
    assert complaint in str(refused.value)


async def test_a_name_that_is_no_label_value_is_refused(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        with pytest.raises(Invalid, match="must be a valid label value"):
            await client.create(CLUSTER, _named("a" * 64, {}))


async def test_what_others_were_made_of_does_not_change(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        await client.create(TALOS_CONFIG, _named("c", {"generateType": "worker"}))
        with pytest.raises(BadRequest, match=r"^TalosConfig\.Spec is immutable$"):
            await client.patch(TALOS_CONFIG, "c", {"spec": {"talosVersion": "v1.11"}}, "default")
        await client.patch(TALOS_CONFIG, "c", {"metadata": {"labels": {"a": "b"}}}, "default")
        await client.create(METAL_MACHINE_TEMPLATE, _named("t", {"template": {"spec": {"serverClassRef": {"name": "a"}}}}))
        with pytest.raises(BadRequest, match=r"^MetalMachineTemplate\.Spec is immutable$"):
            await client.patch(METAL_MACHINE_TEMPLATE, "t", {"spec": {"template": {"spec": {"serverClassRef": None}}}}, "default")


async def test_what_belongs_to_a_cluster_stays_its_own(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        await client.create(MACHINE, _named("m", _template()["spec"]))
        with pytest.raises(Invalid, match=r"spec\.clusterName: Forbidden: field is immutable"):
            await client.patch(MACHINE, "m", {"spec": {"clusterName": "other"}}, "default")
        await client.create(CLUSTER, _named("mgmt", {"infrastructureRef": {"kind": "MetalCluster", "name": "mgmt"}}))
        with pytest.raises(Invalid, match=r"spec\.infrastructureRef: Forbidden: cannot be removed"):
            await client.patch(CLUSTER, "mgmt", {"spec": {"infrastructureRef": None}}, "default")
