"""From the stack's ConfigMaps to what is known of the network."""

import pytest

from boot.resources.kinds import CONFIG_MAP
from sidero_tui.model.fold import Changed, Listed, fold
from sidero_tui.model.network import NetworkFacts
from sidero_tui.model.snapshot import Snapshot
from tests.sidero_tui.builders import build_rack, mac_of
from tests.sidero_tui.networks import NETWORK, with_network

FACTS = with_network(build_rack()).network


def config_map(name: str, data: dict[str, str], namespace: str = "sidero-tui") -> dict[str, object]:
    return {"metadata": {"name": name, "namespace": namespace}, "data": data}


def test_the_four_config_maps_are_folded_and_those_of_other_namespaces_are_not() -> None:
    objects = [config_map(name, data) for name, data in NETWORK.items()]
    foreign = config_map("reservations", {"02-00-00-00-00-01": "10.9.9.9"}, "default")
    snapshot = fold(Snapshot(), [Listed(CONFIG_MAP, [*objects, foreign])])
    assert snapshot.network == FACTS


def test_a_config_map_that_is_deleted_or_no_longer_listed_is_gone() -> None:
    snapshot = with_network(build_rack())
    gone = fold(snapshot, [Changed(CONFIG_MAP, config_map("reservations", {}), gone=True)])
    assert not gone.network.reservations
    assert gone.network.others == FACTS.others
    assert not fold(snapshot, [Listed(CONFIG_MAP, ())]).network.maps


def test_servers_are_read_with_what_they_offer() -> None:
    first, second = FACTS.others
    assert (first.server, first.kind, first.leases, first.offered) == ("192.168.1.1", "DHCP server", True, "192.168.1.77")
    assert (second.boot_file, second.next_server, second.program) == ("pxelinux.0", "192.168.1.9", "dnsmasq")


def test_an_entry_that_nobody_can_read_is_a_server_of_unknown_kind() -> None:
    for text in ("{", "[]", "{}", "7"):
        [other] = NetworkFacts({"dhcp-neighbours": {"10.0.0.9": text}}).others
        assert (other.server, other.kind) == ("10.0.0.9", "unknown")


def test_reservations_overrides_and_quirks_are_read_by_mac_and_what_does_not_hold_is_named() -> None:
    assert FACTS.reservations[mac_of(1)].hostname == "talos-mgmt-0"
    assert FACTS.architectures[mac_of(8)].title == "UEFI x86-64"
    assert [quirk.build for quirk in FACTS.quirks] == ["snponly.efi"]
    [sentence] = FACTS.unread
    assert "nonsense" in sentence


@pytest.mark.parametrize(
    ("told", "tested", "complaints"),
    [
        ("", False, ()),
        ("under way", False, ()),
        ("ok", True, ()),
        ("eth0: no OFFER seen\nhttp: refused", True, ("eth0: no OFFER seen", "http: refused")),
    ],
)
def test_the_self_test_is_over_before_it_is_good_or_bad(told: str, tested: bool, complaints: tuple[str, ...]) -> None:
    facts = NetworkFacts({"dhcp-neighbours": {"self-test": told}})
    assert (facts.tested, facts.complaints) == (tested, complaints)


@pytest.mark.parametrize(
    ("mode", "servers", "conflict"),
    [("proxy", 1, True), ("server", 1, True), ("off", 1, False), ("off", 2, True), ("off", 0, True)],
)
def test_where_we_are_silent_one_other_server_is_no_conflict(mode: str, servers: int, conflict: bool) -> None:
    data = {f"10.0.0.{number}": '{"kind": "DHCP server", "leases": true}' for number in range(servers)}
    facts = NetworkFacts({"dhcp-neighbours": {**data, "verdict": "what is wrong\nand more"}})
    assert facts.find_conflict(mode) == ("what is wrong" if conflict else "")
