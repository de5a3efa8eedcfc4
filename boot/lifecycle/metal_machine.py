"""What a MetalMachine says of itself, given the Server it has. Pure; source: Sidero's MetalMachine controller, facts 2.7."""

from boot.cluster_api.names import PROVIDER_ID_PREFIX
from boot.resources.base import Object

SERVER_ALLOCATED = "ServerAllocated"
"""Ours: False while it has no server, with the reason; gone once it has one, as Sidero knows no such condition."""
NO_SERVER = "NoServerAvailable"
PROVIDER_SET = "ProviderSet"
PROVIDER_UPDATE_FAILED = "ProviderUpdateFailed"
TALOS_INSTALLED = "TalosInstalled"


def provider_id(server: str) -> str:
    return f"{PROVIDER_ID_PREFIX}{server}"


def addresses_of(binding: Object) -> list[Object]:
    """MachineAddresses: what Talos reported about itself, written in the binding."""
    spec = binding["spec"]
    told: list[Object] = [{"type": "InternalIP", "address": address} for address in spec.get("addresses") or ()]
    if hostname := spec.get("hostname"):
        told.append({"type": "Hostname", "address": hostname})
    return told


def is_bound_to(binding: Object, namespace: str, name: str) -> bool:
    """By namespace and name alone: the uid is another one after a move."""
    reference = binding["spec"]["metalMachineRef"]
    return (reference.get("namespace"), reference.get("name")) == (namespace, name)


def build_binding(server: str, machine: Object) -> Object:
    """The ServerBinding that gives `server` to this MetalMachine; the class goes along, for its patches."""
    metadata = machine["metadata"]
    spec: Object = {
        "metalMachineRef": {
            "kind": "MetalMachine",
            "namespace": metadata["namespace"],
            "name": metadata["name"],
            "uid": metadata["uid"],
        }
    }
    if reference := (machine.get("spec") or {}).get("serverClassRef"):
        spec["serverClassRef"] = dict(reference)
    return {"metadata": {"name": server, "labels": dict(metadata.get("labels") or {})}, "spec": spec}
