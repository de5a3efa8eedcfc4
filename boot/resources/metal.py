"""metal.sidero.dev/v1alpha2: Server, ServerClass, Environment, with Sidero's fields and names.

Zero values are what Sidero's Go structs have: an absent string is "", an absent number 0. `wire()` leaves out what was
never set, so nothing that Sidero would omit is written.
"""

from enum import StrEnum

from pydantic import Field

from boot.resources.base import Int32, Int64, LabelSelector, ObjectReference, Preserved, Resource, Time, Wire


class ConfigPatch(Wire):
    """RFC 6902 operation; `value` is any JSON."""

    op: str = Field(
        description="JSON patch operation",
        json_schema_extra={"enum": ["add", "remove", "replace", "copy", "move", "test"]},
    )
    path: str = Field(description="JSON pointer (RFC 6901)")
    value: Preserved = None


class SecretKeySelector(Wire):
    namespace: str | None = None
    name: str = ""
    key: str = ""


class CredentialSource(Wire):
    secret_key_ref: SecretKeySelector | None = None


class BMC(Wire):
    """Baseboard management controller; port 0 means IPMI's 623, interface "" means lanplus."""

    endpoint: str = Field(description="Address of the BMC")
    port: Int32 = 0
    user: str = ""
    user_from: CredentialSource | None = None
    password: str = Field("", alias="pass")
    pass_from: CredentialSource | None = None
    interface: str = ""


class ManagementAPI(Wire):
    endpoint: str = Field(description="host:port of the test power API")


class SystemInformation(Wire):
    """SMBIOS type 1."""

    uuid: str = ""
    manufacturer: str = ""
    product_name: str = ""
    version: str = ""
    serial_number: str = ""
    sku_number: str = ""
    family: str = ""


class Processor(Wire):
    """SMBIOS type 4; speed in MHz."""

    manufacturer: str = ""
    product_name: str = ""
    serial_number: str = ""
    speed: Int32 = 0
    core_count: Int32 = 0
    thread_count: Int32 = 0


class ComputeInformation(Wire):
    total_core_count: Int32 = 0
    total_thread_count: Int32 = 0
    processor_count: Int32 = 0
    processors: list[Processor] | None = None


class MemoryModule(Wire):
    """SMBIOS type 17; size in MB, speed in MT/s."""

    manufacturer: str = ""
    product_name: str = ""
    serial_number: str = ""
    type: str = ""
    size: Int32 = 0
    speed: Int32 = 0


class MemoryInformation(Wire):
    """`totalSize` is text such as "32 GB"."""

    total_size: str = ""
    module_count: Int32 = 0
    modules: list[MemoryModule] | None = None


class StorageDevice(Wire):
    """A disk; size in bytes, type SSD, HDD, NVMe or SD."""

    type: str = ""
    size: Int64 = 0
    product_name: str = ""
    serial_number: str = ""
    name: str = ""
    device_name: str = ""
    uuid: str = ""
    wwid: str = ""


class StorageInformation(Wire):
    total_size: str = ""
    device_count: Int32 = 0
    devices: list[StorageDevice] | None = None


class NetworkInterface(Wire):
    index: Int32 = 0
    name: str = ""
    flags: str = ""
    mtu: Int32 = 0
    mac: str = ""
    addresses: list[str] | None = None


class NetworkInformation(Wire):
    interface_count: Int32 = 0
    interfaces: list[NetworkInterface] | None = None


class HardwareInformation(Wire):
    """What is in the box. None means that nobody has looked yet, which is not the same as nothing there."""

    system: SystemInformation | None = None
    compute: ComputeInformation | None = None
    memory: MemoryInformation | None = None
    storage: StorageInformation | None = None
    network: NetworkInformation | None = None


class ServerSpec(Wire):
    environment_ref: ObjectReference | None = None
    hostname: str = ""
    accepted: bool = Field(False, description="Nothing is written to the server's disks before this is true")
    cordoned: bool = False
    pxe_boot_always: bool = False
    boot_from_disk_method: str = Field("", json_schema_extra={"enum": ["", "ipxe-exit", "http-404", "ipxe-sanboot"]})
    pxe_mode: str = Field("", json_schema_extra={"enum": ["", "uefi", "bios"]})
    config_patches: list[ConfigPatch] | None = None
    strategic_patches: list[str] | None = None
    bmc: BMC | None = None
    management_api: ManagementAPI | None = None
    hardware: HardwareInformation | None = None


class ServerCondition(Wire):
    """Cluster API v1beta1 condition; types PowerCycle and PXEBooted."""

    type: str
    status: str
    severity: str = ""
    last_transition_time: Time | None = None
    reason: str = ""
    message: str = ""


class NodeAddress(Wire):
    """core/v1 NodeAddress: type InternalIP, ExternalIP, Hostname, ..."""

    type: str
    address: str


class ServerStatus(Wire):
    ready: bool = False
    in_use: bool = False
    is_clean: bool = False
    power: str = Field("", description="on, off or unknown")
    addresses: list[NodeAddress] | None = None
    conditions: list[ServerCondition] | None = None


class Server(Resource):
    """A physical box. Its name is the SMBIOS UUID, or 00000000-0000-0000-0000-<mac> where that is no identity."""

    spec: ServerSpec = ServerSpec()
    status: ServerStatus = ServerStatus()


class Qualifiers(Wire):
    """Entries of a list are alternatives; hardware and labelSelectors must both hold."""

    hardware: list[HardwareInformation] | None = None
    label_selectors: list[dict[str, str]] | None = None


class ServerClassSpec(Wire):
    environment_ref: ObjectReference | None = None
    selector: LabelSelector | None = None
    qualifiers: Qualifiers = Qualifiers()
    config_patches: list[ConfigPatch] | None = None
    strategic_patches: list[str] | None = None
    boot_from_disk_method: str = Field("", json_schema_extra={"enum": ["", "ipxe-exit", "http-404", "ipxe-sanboot"]})


class ServerClassStatus(Wire):
    """Names of Servers, sorted."""

    servers_available: list[str] = Field(default_factory=list)
    servers_in_use: list[str] = Field(default_factory=list)


class ServerClass(Resource):
    spec: ServerClassSpec = ServerClassSpec()
    status: ServerClassStatus = ServerClassStatus()


class Asset(Wire):
    """A file machines boot. An empty sha512 is not checked."""

    url: str = ""
    sha512: str = ""


class Kernel(Asset):
    args: list[str] | None = None


class EnvironmentSpec(Wire):
    kernel: Kernel = Kernel()
    initrd: Asset = Asset()


class AssetFault(StrEnum):
    """Why a file is not ready."""

    FETCHING = "Fetching"
    UNAVAILABLE = "Unavailable"
    CORRUPT = "Corrupt"
    CERTIFICATE_TIME = "CertificateTime"


class AssetCondition(Wire):
    """One per URL. `reason` (an AssetFault) and `message` are ours: why it is not ready; Sidero's own CRD prunes them."""

    url: str = ""
    sha512: str = ""
    status: str = ""
    type: str = "Ready"
    reason: str = ""
    message: str = ""


class EnvironmentStatus(Wire):
    conditions: list[AssetCondition] | None = None


class Environment(Resource):
    """What a server boots: kernel, initramfs and kernel arguments, served under /env/<name>/."""

    spec: EnvironmentSpec = EnvironmentSpec()
    status: EnvironmentStatus = EnvironmentStatus()
