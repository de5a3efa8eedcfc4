from boot.config import Reservation
from boot.dhcp.formats.plan import build_rows, host_label, list_hosts, vendor_classes
from boot.firmware import ARCHITECTURES, RASPBERRY_PI
from boot.resources.base import ObjectMeta
from boot.resources.boots import Boot, BootSpec, BootStatus
from boot.resources.metal import Server, ServerSpec
from tests.boot.dhcp.formats.plans import BOOT_URL, GUIDES_HOST, NAMELESS_HOST


def _boot(mac: str, server: str, *addresses: str) -> Boot:
    return Boot(spec=BootSpec(mac=mac), status=BootStatus(server=server, addresses=list(addresses)))


def test_every_architecture_that_boots_is_in_one_row() -> None:
    rows = build_rows(BOOT_URL)
    codes = [code for row in rows for code in row.codes]
    assert sorted(codes) == [code for code, row in sorted(ARCHITECTURES.items()) if row.boot_files and code != RASPBERRY_PI]
    assert len({row.tag for row in rows}) == len(rows)
    assert {row.file for row in rows if 7 in row.codes} == {"ipxe.efi"}
    assert {row.file for row in rows if 16 in row.codes} == {f"{BOOT_URL}/tftp/ipxe.efi"}
    assert [vendor_classes(row) for row in rows if 17 in row.codes] == [["HTTPClient:Arch:00016", "HTTPClient:Arch:00017"]]


def test_known_servers_are_hosts_at_their_addresses_and_no_address_is_given_twice() -> None:
    servers = [Server(metadata=ObjectMeta(name=name), spec=ServerSpec(hostname=name)) for name in ("a", "b", "guides")]
    boots = [
        _boot("52:54:00:aa:00:02", "b", "192.168.254.2", "192.168.254.7"),
        _boot("52:54:00:aa:00:01", "a"),
        _boot("52:54:00:aa:00:03", "", "192.168.254.9"),
        _boot(GUIDES_HOST.mac, "guides", "192.168.254.30"),
    ]
    assert list_hosts([GUIDES_HOST], servers, boots) == [
        GUIDES_HOST,
        Reservation(mac="52:54:00:aa:00:01", address="", hostname="a"),
        Reservation(mac="52:54:00:aa:00:02", address="192.168.254.7", hostname="b"),
    ]


def test_a_host_without_a_name_is_called_by_its_mac() -> None:
    assert (host_label(GUIDES_HOST), host_label(NAMELESS_HOST)) == ("talos-mgmt-0", "server-525400aa0009")
