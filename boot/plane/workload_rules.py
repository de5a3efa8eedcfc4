"""What pods, what holds templates of them, services and nodes mean where they say nothing, beside their schemas' defaults. Pure.

As upstream's SetDefaults functions, in place: whoever wrote the object owns these fields.
"""

from boot.errors import Cause
from boot.resources.base import Object

_QUARTER = "25%"


def default_pod(pod: Object) -> None:
    _default_pod_spec(pod.get("spec"))


def finish_pod(pod: Object, _now: str) -> None:
    if not pod.get("status"):
        pod["status"] = {"phase": "Pending", "qosClass": "BestEffort"}


def _default_pod_spec(spec: Object | None) -> None:
    if spec is None:
        return
    if spec.get("serviceAccountName"):
        spec.setdefault("serviceAccount", spec["serviceAccountName"])
    for field in ("initContainers", "containers"):
        for container in spec.get(field) or ():
            if not container.get("imagePullPolicy"):
                container["imagePullPolicy"] = "Always" if _is_latest(container.get("image") or "") else "IfNotPresent"


def _is_latest(image: str) -> bool:
    """Whether a reference names no release: no digest, and no tag but latest."""
    if "@" in image:
        return False
    _, colon, tag = image.rpartition("/")[2].partition(":")
    return not colon or tag == "latest"


def _default_template(obj: Object) -> Object:
    """The object's spec, its template with defaults."""
    spec: Object = obj.setdefault("spec", {})
    _default_pod_spec((spec.get("template") or {}).get("spec"))
    return spec


def default_deployment(obj: Object) -> None:
    strategy = _default_template(obj)["strategy"]
    if strategy.get("type") == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", _QUARTER)
        rolling.setdefault("maxSurge", _QUARTER)


def default_daemon_set(obj: Object) -> None:
    strategy = _default_template(obj)["updateStrategy"]
    if strategy.get("type") == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", 1)
        rolling.setdefault("maxSurge", 0)


def default_stateful_set(obj: Object) -> None:
    spec = _default_template(obj)
    if spec["updateStrategy"].get("type") == "RollingUpdate":
        spec["updateStrategy"].setdefault("rollingUpdate", {}).setdefault("partition", 0)
    policy = spec.setdefault("persistentVolumeClaimRetentionPolicy", {})
    policy.setdefault("whenDeleted", "Retain")
    policy.setdefault("whenScaled", "Retain")


def default_job(obj: Object) -> None:
    spec = _default_template(obj)
    if spec.get("completions") is None and spec.get("parallelism") is None:
        spec["completions"] = 1
    spec.setdefault("parallelism", 1)
    spec.setdefault("podReplacementPolicy", "TerminatingOrFailed")


def check_workload(obj: Object) -> list[Cause]:
    """A selector that selects the pods of the template."""
    spec = obj["spec"]
    selector = spec.get("selector")
    if not selector:
        return [Cause("FieldValueRequired", "Required value", "spec.selector")]
    wanted = selector.get("matchLabels") or {}
    labels = ((spec.get("template") or {}).get("metadata") or {}).get("labels") or {}
    if not wanted.items() <= labels.items():
        words = "Invalid value: `selector` does not match template `labels`"
        return [Cause("FieldValueInvalid", words, "spec.template.metadata.labels")]
    return []


_STATUS: dict[str, Object] = {
    "DaemonSet": dict.fromkeys(("currentNumberScheduled", "desiredNumberScheduled", "numberMisscheduled", "numberReady"), 0),
    "StatefulSet": {"availableReplicas": 0, "replicas": 0},
    "Service": {"loadBalancer": {}},
}


def finish_workload(obj: Object, _now: str) -> None:
    """Status, as upstream, says what there is even where nothing is."""
    if not obj.get("status"):
        obj["status"] = dict(_STATUS.get(obj["kind"], {}))


def default_service(obj: Object) -> None:
    spec = obj.setdefault("spec", {})
    for port in spec.get("ports") or ():
        if port.get("targetPort") in {None, "", 0}:
            port["targetPort"] = port.get("port")


def check_service(obj: Object) -> list[Cause]:
    spec = obj["spec"]
    if not spec.get("ports") and spec.get("clusterIP") != "None" and spec.get("type") != "ExternalName":
        return [Cause("FieldValueRequired", "Required value", "spec.ports")]
    return []


_NOT_READY: Object = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}
_NODE_INFO = (
    "machineID",
    "systemUUID",
    "bootID",
    "kernelVersion",
    "osImage",
    "containerRuntimeVersion",
    "kubeletVersion",
    "kubeProxyVersion",
    "operatingSystem",
    "architecture",
)


def begin_node(node: Object) -> None:
    """Admission of upstream (TaintNodesByCondition): nothing is put on a node before it is ready."""
    spec = node.setdefault("spec", {})
    taints = spec.get("taints") or []
    if not any((taint.get("key"), taint.get("effect")) == tuple(_NOT_READY.values()) for taint in taints):
        spec["taints"] = [*taints, dict(_NOT_READY)]


def finish_node(node: Object, _now: str) -> None:
    """Status, as upstream, says what there is even where there is nothing."""
    status = node.setdefault("status", {})
    status.setdefault("daemonEndpoints", {"kubeletEndpoint": {"Port": 0}})
    status["nodeInfo"] = dict.fromkeys(_NODE_INFO, "") | (status.get("nodeInfo") or {})
