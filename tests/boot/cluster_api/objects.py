"""Objects as a plane gives them, for tests of what is decided about them."""

from boot.resources.base import Object


def machine(name: str = "m1", **fields: Object) -> Object:
    """Running; `fields` are merged into metadata, spec and status."""
    metadata: Object = {"name": name, "namespace": "default", "creationTimestamp": "2026-01-01T00:00:00Z"}
    spec: Object = {"clusterName": "mgmt", "bootstrap": {}, "infrastructureRef": {}}
    status: Object = {"nodeRef": {"name": f"node-{name}"}, "infrastructureReady": True, "bootstrapReady": True}
    return {
        "kind": "Machine",
        "metadata": metadata | fields.get("metadata", {}),
        "spec": spec | fields.get("spec", {}),
        "status": status | fields.get("status", {}),
    }


def machine_set(name: str, replicas: int, *, have: int | None = None, available: int | None = None, **metadata: object) -> Object:
    """`have`: Machines that it has, `available` of them; as many as it wants where nothing is said."""
    have = replicas if have is None else have
    return {
        "apiVersion": "cluster.x-k8s.io/v1beta1",
        "kind": "MachineSet",
        "metadata": {"name": name, "namespace": "default", "creationTimestamp": "2026-01-01T00:00:00Z", "uid": name, **metadata},
        "spec": {"clusterName": "mgmt", "replicas": replicas, "selector": {}, "template": {"spec": template_spec()}},
        "status": {"replicas": have, "availableReplicas": have if available is None else available},
    }


def deployment(replicas: int = 3, surge: int | str = 1, unavailable: int | str = 0, **spec: object) -> Object:
    rolling = {"maxSurge": surge, "maxUnavailable": unavailable}
    return {
        "apiVersion": "cluster.x-k8s.io/v1beta1",
        "kind": "MachineDeployment",
        "metadata": {"name": "md", "namespace": "default", "uid": "u"},
        "spec": {
            "clusterName": "mgmt",
            "replicas": replicas,
            "selector": {"matchLabels": {"a": "b"}},
            "template": {"metadata": {"labels": {"a": "b"}}, "spec": template_spec()},
            "strategy": {"type": "RollingUpdate", "rollingUpdate": rolling},
            **spec,
        },
    }


def template_spec(**more: object) -> Object:
    return {
        "clusterName": "mgmt",
        "version": "v1.32.3",
        "bootstrap": {"configRef": {"apiVersion": "b/v1alpha3", "kind": "TalosConfigTemplate", "name": "w"}},
        "infrastructureRef": {"apiVersion": "i/v1alpha3", "kind": "MetalMachineTemplate", "name": "w"},
        **more,
    }
