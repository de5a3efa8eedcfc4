"""The agent API's messages, whether they came over gRPC or as JSON (proto3's mapping: camelCase or snake_case names).

Sidero's fields are those of agent.proto; what only our own agent sends or gets is marked as such.
"""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from boot.resources.base import Wire
from boot.resources.metal import NodeAddress
from boot.resources.wiping import Disk

STORAGE_TYPES = ("Unknown", "SSD", "HDD", "NVMe", "SD")
"""enum StorageType: numbers are positions."""


def _name_storage_type(value: Any) -> Any:
    # proto3 JSON takes an enum's name or its number; a number that is not known here is Unknown.
    if isinstance(value, int):
        return STORAGE_TYPES[value] if 0 <= value < len(STORAGE_TYPES) else STORAGE_TYPES[0]
    return value


class System(Wire):
    uuid: str = ""
    manufacturer: str = ""
    product_name: str = ""
    version: str = ""
    serial_number: str = ""
    sku_number: str = ""
    family: str = ""


class Processor(Wire):
    """speed in MHz."""

    manufacturer: str = ""
    product_name: str = ""
    serial_number: str = ""
    speed: int = 0
    core_count: int = 0
    thread_count: int = 0


class Compute(Wire):
    total_core_count: int = 0
    total_thread_count: int = 0
    processor_count: int = 0
    processors: list[Processor] = Field(default_factory=list)


class MemoryModule(Wire):
    """size in MB, speed in MT/s."""

    manufacturer: str = ""
    product_name: str = ""
    serial_number: str = ""
    type: str = ""
    size: int = 0
    speed: int = 0


class Memory(Wire):
    """total_size in MB."""

    total_size: int = 0
    module_count: int = 0
    modules: list[MemoryModule] = Field(default_factory=list)


class StorageDevice(Wire):
    """size in bytes; type is a name of STORAGE_TYPES."""

    type: Annotated[str, BeforeValidator(_name_storage_type)] = STORAGE_TYPES[0]
    size: int = 0
    model: str = ""
    serial: str = ""
    name: str = ""
    device_name: str = ""
    uuid: str = ""
    wwid: str = ""


class Storage(Wire):
    """total_size in bytes."""

    total_size: int = 0
    device_count: int = 0
    devices: list[StorageDevice] = Field(default_factory=list)


class Interface(Wire):
    index: int = 0
    name: str = ""
    flags: str = ""
    mtu: int = 0
    mac: str = ""
    addresses: list[str] = Field(default_factory=list)


class Network(Wire):
    interface_count: int = 0
    interfaces: list[Interface] = Field(default_factory=list)


class Hardware(Wire):
    system: System | None = None
    compute: Compute | None = None
    memory: Memory | None = None
    storage: Storage | None = None
    network: Network | None = None


class AgentIdentity(Wire):
    """Ours: its version and the random id of this boot."""

    version: str = ""
    boot: str = Field(min_length=1, max_length=64)


class Who(Wire):
    """The machine that calls. Sidero's agents send the SMBIOS UUID alone; ours say all of it."""

    uuid: str = ""
    mac: str = ""
    server: str = ""
    boot: str = ""


class CreateServerRequest(Wire):
    """`mac` (the NIC it booted from), `agent` and `disks` are ours."""

    hardware: Hardware = Hardware()
    hostname: str = ""
    mac: str = ""
    agent: AgentIdentity | None = None
    disks: list[Disk] | None = None


class DiskOrderMessage(Wire):
    device_name: str
    serial: str
    wwid: str
    action: str
    method: str


class OrdersMessage(Wire):
    """Ours: what the agent is to do now; `reason` is for the server's own screen."""

    action: str
    reason: str
    disks: list[DiskOrderMessage]
    deadline_seconds: int
    setup_bmc: bool
    poll_seconds: int


class CreateServerResponse(Wire):
    """reboot_timeout in seconds; `server` and `orders` are ours."""

    wipe: bool = False
    insecure_wipe: bool = False
    setup_bmc: bool = False
    reboot_timeout: float = 0.0
    server: str | None = None
    orders: OrdersMessage | None = None


class WipedDiskMessage(Wire):
    device_name: str
    result: str = Field(pattern="^(wiped|kept|skipped)$")
    verified: bool = False


class MarkServerAsWipedRequest(Who):
    """`disks` is ours: absent, the agent has wiped every disk it could write to."""

    disks: list[WipedDiskMessage] | None = None


class HeartbeatRequest(Who):
    pass


class ReconcileServerAddressesRequest(Who):
    address: list[NodeAddress] = Field(default_factory=list)


class BMCInfo(Wire):
    ip: str = ""
    port: int = Field(0, ge=0, le=65535)
    user: str = ""
    password: str = Field("", alias="pass")


class UpdateBMCInfoRequest(Who):
    bmc_info: BMCInfo = BMCInfo()


class ProgressRequest(Who):
    """Ours: `done` of `total` bytes of one step on one disk, or the `error` that ended the step."""

    disk: str = Field(min_length=1, max_length=128)
    step: str = Field(min_length=1, max_length=32)
    done: int = Field(0, ge=0)
    total: int = Field(0, ge=0)
    error: str = Field("", max_length=1024)


class ProgressResponse(Wire):
    """Ours: `continue` false means stop writing at once."""

    go_on: bool = Field(alias="continue")
    reason: str


class Empty(Wire):
    pass
