"""metal.sidero.dev v1alpha1 <-> v1alpha2, as Sidero's conversion webhook does it.

What v1alpha1 cannot say travels in the annotation `cluster.x-k8s.io/conversion-data`. Sidero writes it and does not read it
back into `hardware`; we do, so that `kubectl edit servers.v1alpha1.metal.sidero.dev` loses nothing.
"""

import copy
import json
from collections.abc import Callable

from boot.resources.base import Object
from boot.resources.kinds import METAL_GROUP

CONVERSION_DATA = "cluster.x-k8s.io/conversion-data"

_SYSTEM_FIELDS = ("manufacturer", "productName", "version", "serialNumber", "skuNumber", "family")


def convert(obj: Object, to_version: str) -> Object:
    """The object in that version of its own group; kinds of other groups differ in nothing but apiVersion."""
    group, _, version = obj["apiVersion"].rpartition("/")
    if version == to_version:
        return obj
    result = copy.deepcopy(obj)
    result["apiVersion"] = f"{group}/{to_version}" if group else to_version
    if group == METAL_GROUP and (step := _STEPS.get((obj["kind"], to_version))):
        step(result)
    return result


def _server_down(obj: Object) -> None:
    spec = obj.get("spec") or {}
    hardware = spec.pop("hardware", None)
    if not hardware:
        return
    if system := hardware.get("system"):
        spec["system"] = {key: system[key] for key in _SYSTEM_FIELDS if key in system}
    processors = (hardware.get("compute") or {}).get("processors") or []
    if processors:
        spec["cpu"] = _cpu(processors[0])
    obj["metadata"].setdefault("annotations", {})[CONVERSION_DATA] = json.dumps({"spec": {"hardware": hardware}})


def _server_up(obj: Object) -> None:
    spec = obj.setdefault("spec", {})
    system, cpu = spec.pop("system", None), spec.pop("cpu", None)
    hardware = _saved_hardware(obj)
    if system is not None:
        saved = hardware.get("system") or {}
        hardware["system"] = {key: saved[key] for key in ("uuid",) if key in saved} | system
    if cpu is not None:
        compute = hardware.setdefault("compute", {})
        first, *rest = compute.get("processors") or [{}]
        compute["processors"] = [first | _processor(cpu), *rest]
    if hardware:
        spec["hardware"] = hardware


def _saved_hardware(obj: Object) -> Object:
    annotations = obj["metadata"].get("annotations") or {}
    text = annotations.pop(CONVERSION_DATA, None)
    if not annotations:
        obj["metadata"].pop("annotations", None)
    try:
        hardware = json.loads(text)["spec"]["hardware"] if text else {}
    except (ValueError, KeyError, TypeError):  # anybody may write an annotation
        return {}
    return hardware if isinstance(hardware, dict) else {}


def _cpu(processor: Object) -> Object:
    names = {"manufacturer": "manufacturer", "productName": "version"}
    return {names[key]: processor[key] for key in names if key in processor}


def _processor(cpu: Object) -> Object:
    names = {"manufacturer": "manufacturer", "version": "productName"}
    return {names[key]: cpu[key] for key in names if key in cpu}


def _class_down(obj: Object) -> None:
    qualifiers = (obj.get("spec") or {}).get("qualifiers") or {}
    for entry in qualifiers.pop("hardware", None) or []:
        processors = (entry.get("compute") or {}).get("processors") or []
        if processors:
            qualifiers.setdefault("cpu", []).append(_cpu(processors[0]))
        elif system := entry.get("system"):
            qualifiers.setdefault("systemInformation", []).append({key: system[key] for key in _SYSTEM_FIELDS if key in system})


def _class_up(obj: Object) -> None:
    qualifiers = (obj.get("spec") or {}).get("qualifiers") or {}
    entries = [{"compute": {"processors": [_processor(cpu)]}} for cpu in qualifiers.pop("cpu", None) or []]
    entries += [{"system": system} for system in qualifiers.pop("systemInformation", None) or []]
    if entries:
        qualifiers["hardware"] = entries


_STEPS: dict[tuple[str, str], Callable[[Object], None]] = {
    ("Server", "v1alpha1"): _server_down,
    ("Server", "v1alpha2"): _server_up,
    ("ServerClass", "v1alpha1"): _class_down,
    ("ServerClass", "v1alpha2"): _class_up,
}
