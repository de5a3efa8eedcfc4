"""DHCP messages as real firmware sends them, built from captures (OVMF 2022.11, SeaBIOS with the iPXE ROM)."""

import struct
import uuid

MAC = "52:54:00:aa:00:01"
UUID = "11223344-5566-7788-99aa-bbccddeeff00"
MAGIC = bytes((99, 130, 83, 99))
_UUID_OPTION = b"\0" + uuid.UUID(UUID).bytes_le

Options = list[tuple[int, bytes]]

OVMF_PARAMETERS = bytes.fromhex("0102030405060c0d0f111216171c28292a2b3233363a3b3c4243618081828384858687")
IPXE_FEATURES = bytes.fromhex("b105018086100eeb03010000170101150101130101110101270101190101100102210101180101120101")


def frame(
    options: Options,
    *,
    op: int = 1,
    flags: int = 0x8000,
    secs: int = 0,
    ciaddr: str = "0.0.0.0",
    giaddr: str = "0.0.0.0",
    xid: int = 0x12345678,
    mac: str = MAC,
    end: bytes = b"\xff",
) -> bytes:
    """A whole message."""
    packed = [bytes(map(int, address.split("."))) for address in (ciaddr, "0.0.0.0", "0.0.0.0", giaddr)]
    header = struct.pack("!BBBBIHH4s4s4s4s16s192x", op, 1, 6, 0, xid, secs, flags, *packed, bytes.fromhex(mac.replace(":", "")))
    return header + MAGIC + b"".join(bytes((code, len(value))) + value for code, value in options) + end


def pxe_options(kind: int, architecture: int = 7, vendor: str = "PXEClient:Arch:00007:UNDI:003000") -> Options:
    """OVMF: 53, 57, 55, 97, 94, 93, 60 in that order."""
    return [
        (53, bytes((kind,))),
        (57, b"\x05\xc0"),
        (55, OVMF_PARAMETERS),
        (97, _UUID_OPTION),
        (94, b"\x01\x03\x00"),
        (93, struct.pack("!H", architecture)),
        (60, vendor.encode()),
    ]


def ovmf_discover() -> bytes:
    return frame(pxe_options(1))


def ovmf_boot_server_request() -> bytes:
    """To port 4011, unicast: ciaddr set, no option 50 or 54."""
    return frame(pxe_options(3), flags=0, ciaddr="10.0.0.20")


def ipxe_discover(*, features: bytes = IPXE_FEATURES, user_class: bytes = b"iPXE") -> bytes:
    options = [
        *pxe_options(1, 0, "PXEClient:Arch:00000:UNDI:002001"),
        (77, user_class),
        (175, features),
        (61, b"\x01" + bytes.fromhex(MAC.replace(":", ""))),
    ]
    return frame([option for option in options if option[1]], flags=0, secs=4)


def http_discover() -> bytes:
    return frame(pxe_options(1, 16, "HTTPClient:Arch:00016:UNDI:003000"))


def plain(kind: int, *options: tuple[int, bytes], **fields: str) -> bytes:
    """An operating system's DHCP client, or a BMC's."""
    return frame([(53, bytes((kind,))), *options], flags=0, **fields)  # type: ignore[arg-type]  # only addresses are passed


def address(dotted: str) -> bytes:
    return bytes(map(int, dotted.split(".")))
