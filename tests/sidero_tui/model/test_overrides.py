"""What is suggested, refused and written when an operator sets something for a machine by its MAC."""

from dataclasses import replace

import pytest

from boot.firmware import find_architecture
from boot.resources.boots import boot_name
from sidero_tui.model.network import NetworkFacts
from sidero_tui.model.overrides import CHOICES, refuse_reservation, release, reserve, suggest_reservation, take_for
from sidero_tui.model.snapshot import Snapshot
from tests.sidero_tui.builders import build_boot, build_rack, build_server, mac_of, name_of
from tests.sidero_tui.networks import with_network

RACK = with_network(build_rack())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("192.168.1.30", ""),
        (" 192.168.1.30 , talos-mgmt-3 ", ""),
        ("192.168.1.21,talos-mgmt-0", "192.168.1.21 is reserved for 52:54:00:aa:00:01,talos-mgmt-0 already"),
        ("192.168.1.22", "192.168.1.22 is reserved for 02:00:00:00:00:99 already"),
        ("192.168.1.31,talos-mgmt-0", "talos-mgmt-0 is the name of 52:54:00:aa:00:01, 192.168.1.21"),
        ("192.168.1.150", "192.168.1.150 is our own address"),
        ("", "type an address such as 192.168.254.2"),
        ("192.168.1", "'192.168.1' is no IPv4 address such as 192.168.254.2"),
        ("fe80::1", "'fe80::1' is no IPv4 address such as 192.168.254.2"),
        ("0.0.0.0", "0.0.0.0 is no address of a machine"),
        ("224.0.0.1", "224.0.0.1 is no address of a machine"),
        ("127.0.0.1", "127.0.0.1 is no address of a machine"),
        ("192.168.1.30,not a name", "'not a name' is no host name"),
    ],
)
def test_a_reservation_is_an_ipv4_address_that_nobody_else_has(text: str, said: str) -> None:
    assert refuse_reservation(RACK, mac_of(2), text) == said


def test_a_machines_own_reservation_may_be_written_again() -> None:
    assert refuse_reservation(RACK, mac_of(1), "192.168.1.21,talos-mgmt-0") == ""


def test_what_is_reserved_is_suggested_else_what_the_machine_has_now() -> None:
    assert suggest_reservation(RACK, mac_of(1)) == "192.168.1.21,talos-mgmt-0"
    assert suggest_reservation(RACK, mac_of(7)) == "10.0.0.8"
    assert suggest_reservation(RACK, "02:00:00:00:00:77") == ""


def test_the_host_name_a_server_has_is_suggested_with_its_address_unless_another_has_it() -> None:
    server = build_server(2, spec={"hostname": "talos-mgmt-2"})
    rack = Snapshot(servers={server.name: server}, boots={boot_name(mac_of(2)): build_boot(2, {}, server=name_of(2))})
    assert suggest_reservation(rack, mac_of(2)) == "10.0.0.3,talos-mgmt-2"
    taken = replace(rack, network=NetworkFacts({"reservations": {"02-00-00-00-00-01": "10.0.0.9,talos-mgmt-2"}}))
    assert suggest_reservation(taken, mac_of(2)) == "10.0.0.3"


def test_reserving_is_one_merge_patch_with_its_line_for_a_shell() -> None:
    edit = reserve(RACK.network, mac_of(2), "192.168.1.30, talos-mgmt-2")
    assert edit.patch == {"data": {"52-54-00-aa-00-02": "192.168.1.30,talos-mgmt-2"}}
    assert (edit.name, edit.namespace, edit.creates) == ("reservations", "sidero-tui", False)
    assert edit.command == (
        "kubectl patch configmap reservations -n sidero-tui --type=merge "
        """-p '{"data": {"52-54-00-aa-00-02": "192.168.1.30,talos-mgmt-2"}}'"""
    )


def test_the_first_reservation_makes_the_config_map_and_its_line_does_too() -> None:
    edit = reserve(NetworkFacts(), mac_of(2), "192.168.1.30")
    assert edit.creates
    assert edit.command == ("kubectl create configmap reservations -n sidero-tui --from-literal=52-54-00-aa-00-02=192.168.1.30")


def test_taking_a_reservation_away_removes_every_spelling_of_its_key() -> None:
    network = NetworkFacts({"reservations": {"52-54-00-AA-00-02": "192.168.1.30", "02-00-00-00-00-99": "192.168.1.22"}})
    assert release(network, mac_of(2)).patch == {"data": {"52-54-00-AA-00-02": None, "52-54-00-aa-00-02": None}}


def test_taking_a_machine_for_an_architecture_writes_its_code_and_as_it_says_removes_it() -> None:
    edit = take_for(NetworkFacts(), mac_of(8), find_architecture(7))
    assert (edit.patch, edit.creates) == ({"data": {"52-54-00-aa-00-08": "7"}}, True)
    assert edit.done == "52:54:00:aa:00:08 is taken for UEFI x86-64"
    assert take_for(RACK.network, mac_of(8), None).patch == {"data": {"52-54-00-aa-00-08": None}}


def test_every_choice_is_one_that_boots() -> None:
    assert all(row.boot_files for row in CHOICES)
    assert {0, 7, 11} <= {row.code for row in CHOICES}
