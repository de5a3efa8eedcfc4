"""The Node that a kubelet registers: labels, addresses and conditions out of its machine's config. Pure."""

from datetime import datetime

from boot.clock import rfc3339
from boot.resources.base import Object
from boot.simulator.talos.machine import TalosMachine

CONTROL_PLANE_LABEL = "node-role.kubernetes.io/control-plane"


def build_node(machine: TalosMachine, now: datetime) -> Object:
    kubelet = machine.config["machine"].get("kubelet") or {}
    version = str(kubelet.get("image", "")).rpartition(":")[2]
    labels = {"kubernetes.io/hostname": machine.hostname, "kubernetes.io/os": "linux", **_given(machine)}
    if machine.control_plane:
        labels[CONTROL_PLANE_LABEL] = ""
    since = rfc3339(now)
    ready = {
        "type": "Ready",
        "status": "True",
        "reason": "KubeletReady",
        "message": "kubelet is posting ready status",
        "lastHeartbeatTime": since,
        "lastTransitionTime": since,
    }
    return {
        "metadata": {"name": machine.hostname, "labels": labels},
        "status": {
            "addresses": [
                {"type": "InternalIP", "address": machine.address},
                {"type": "Hostname", "address": machine.hostname},
            ],
            "conditions": [ready],
            "nodeInfo": {
                "kubeletVersion": version,
                "kubeProxyVersion": version,
                "osImage": f"Talos ({machine.version})",
                "operatingSystem": "linux",
                "architecture": "amd64",
                "kernelVersion": "6.18 (simulated)",
                "containerRuntimeVersion": "containerd://2 (simulated)",
                "bootID": "",
                "machineID": "",
                "systemUUID": "",
            },
        },
    }


def _given(machine: TalosMachine) -> dict[str, str]:
    """machine.nodeLabels, and what the kubelet's own argument says."""
    config = machine.config["machine"]
    labels = {str(key): str(value) for key, value in (config.get("nodeLabels") or {}).items()}
    argument = ((config.get("kubelet") or {}).get("extraArgs") or {}).get("node-labels", "")
    labels.update(pair.partition("=")[::2] for pair in str(argument).split(",") if "=" in pair)
    return labels
