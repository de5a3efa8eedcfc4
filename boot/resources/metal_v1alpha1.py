"""metal.sidero.dev/v1alpha1, as Sidero 0.1 to 0.4 had it and the guide writes it: `cpu` and `system` instead of hardware."""

from pydantic import Field

from boot.resources.base import Resource, Wire
from boot.resources.metal import EnvironmentSpec, EnvironmentStatus, ServerClassSpec, ServerClassStatus, ServerSpec, ServerStatus


class CPUInformation(Wire):
    """The first processor."""

    manufacturer: str = Field("", description="As SMBIOS type 4 has it, such as Intel(R) Corporation")
    version: str = Field("", description="Marketing name, such as Intel(R) Atom(TM) CPU C3558 @ 2.20GHz")


class SystemInformationV1Alpha1(Wire):
    """SMBIOS type 1 without the UUID, which is the Server's name."""

    manufacturer: str = ""
    product_name: str = ""
    version: str = ""
    serial_number: str = ""
    sku_number: str = ""
    family: str = ""


class ServerSpecV1Alpha1(ServerSpec):
    # `hardware` came with v1alpha2; excluded from this version's schema in boot.resources.crds.
    system: SystemInformationV1Alpha1 | None = None
    cpu: CPUInformation | None = None


class ServerV1Alpha1(Resource):
    """A physical box."""

    spec: ServerSpecV1Alpha1 = ServerSpecV1Alpha1()
    status: ServerStatus = ServerStatus()


class QualifiersV1Alpha1(Wire):
    """Entries of a list are alternatives."""

    cpu: list[CPUInformation] | None = None
    system_information: list[SystemInformationV1Alpha1] | None = None
    label_selectors: list[dict[str, str]] | None = None


class ServerClassSpecV1Alpha1(ServerClassSpec):
    qualifiers: QualifiersV1Alpha1 = QualifiersV1Alpha1()  # type: ignore[assignment]  # another shape, same name


class ServerClassV1Alpha1(Resource):
    """Which Servers are interchangeable for a cluster."""

    spec: ServerClassSpecV1Alpha1 = ServerClassSpecV1Alpha1()
    status: ServerClassStatus = ServerClassStatus()


class EnvironmentV1Alpha1(Resource):
    """What a server boots; identical to v1alpha2."""

    spec: EnvironmentSpec = EnvironmentSpec()
    status: EnvironmentStatus = EnvironmentStatus()
