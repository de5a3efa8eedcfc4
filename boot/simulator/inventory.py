"""What the agent reports of a simulated server: Sidero's CreateServer in proto3 JSON, with our agent's disks beside it. Pure."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from boot.simulator.hardware import Disk, Hardware

_VERSION = "simulated"


def build_registration(hardware: Hardware, disks: Iterable[Disk], boot: str) -> dict[str, Any]:
    """`boot` is the random id of this boot."""
    there = list(disks)
    return {
        "hardware": {
            "system": {
                "uuid": hardware.uuid,
                "manufacturer": hardware.manufacturer,
                "productName": hardware.product,
                "serialNumber": hardware.serial,
            },
            "compute": _build_compute(hardware),
            "memory": {"totalSize": hardware.memory, "moduleCount": 1, "modules": [{"size": hardware.memory, "speed": 3200}]},
            "storage": _build_storage(there),
            "network": {
                "interfaceCount": 1,
                "interfaces": [{"index": 2, "name": "eth0", "flags": "up|broadcast", "mtu": 1500, "mac": hardware.mac}],
            },
        },
        "mac": hardware.mac,
        "agent": {"version": _VERSION, "boot": boot},
        "disks": [_build_disk(disk) for disk in there],
    }


def _build_compute(hardware: Hardware) -> dict[str, Any]:
    one = {
        "manufacturer": hardware.cpu_manufacturer,
        "productName": hardware.cpu_version,
        "speed": hardware.speed,
        "coreCount": hardware.cores,
        "threadCount": hardware.threads,
    }
    return {
        "totalCoreCount": hardware.cores * hardware.processors,
        "totalThreadCount": hardware.threads * hardware.processors,
        "processorCount": hardware.processors,
        "processors": [one] * hardware.processors,
    }


def _build_storage(disks: list[Disk]) -> dict[str, Any]:
    """64-bit numbers are text in proto3 JSON."""
    devices = [
        {
            "type": "HDD" if disk.rotational else "SSD",
            "size": str(disk.size),
            "model": disk.model,
            "serial": disk.serial,
            "deviceName": disk.device,
            "wwid": disk.wwid,
        }
        for disk in disks
    ]
    return {"totalSize": str(sum(disk.size for disk in disks)), "deviceCount": len(disks), "devices": devices}


def _build_disk(disk: Disk) -> dict[str, Any]:
    return {
        "deviceName": disk.device,
        "readOnly": False,
        "removable": False,
        "rotational": disk.rotational,
        "transport": disk.transport,
        "serial": disk.serial,
        "wwid": disk.wwid,
        "model": disk.model,
        "size": disk.size,
        "contents": [asdict(content) for content in disk.contents],
    }
