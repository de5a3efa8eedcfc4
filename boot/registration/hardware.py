"""What an agent reports, as Sidero's controller writes it into spec.hardware (pure).

Sizes of memory (MB) and storage (bytes) become text in whole binary gigabytes; zero values are left out, as Go's omitempty does.
"""

from typing import Any

from boot.registration.messages import Hardware, Memory, Storage
from boot.resources.base import Object


def build_hardware(reported: Hardware) -> Object:
    """spec.hardware on the wire; a part that was not reported is absent, so that a merge keeps what is known of it."""
    parts = {
        "system": reported.system.wire() if reported.system else None,
        "compute": reported.compute.wire() if reported.compute else None,
        "memory": _memory(reported.memory) if reported.memory else None,
        "storage": _storage(reported.storage) if reported.storage else None,
        "network": reported.network.wire() if reported.network else None,
    }
    return {name: kept for name, part in parts.items() if (kept := _without_zeros(part or {}))}


def _memory(memory: Memory) -> Object:
    return memory.wire() | {"totalSize": f"{memory.total_size // 1024} GB"}


def _storage(storage: Storage) -> Object:
    devices = []
    for device in storage.devices:
        row = device.wire() | {"type": device.type, "productName": device.model, "serialNumber": device.serial}
        devices.append({key: value for key, value in row.items() if key not in {"model", "serial"}})
    return storage.wire() | {"totalSize": f"{storage.total_size // 2**30} GB", "devices": devices}


def _without_zeros(part: Object) -> Object:
    return {key: kept for key, value in part.items() if (kept := _clean(value)) not in ("", 0, None, [])}


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        return _without_zeros(value)
    return [_clean(item) for item in value] if isinstance(value, list) else value
