"""Patches hold what is new and nothing that belongs to the operator."""

from typing import Any

from boot.lifecycle.identity import Identity, IdentityKind
from boot.registration.inventory import parse_system
from boot.registration.servers import build_processors, build_refresh, build_server, find_news
from boot.resources.metal import Processor, Server

UUID = "11223344-5566-7788-99aa-bbccddeeff00"
FIELDS = {"uuid": UUID, "mac": "52-54-00-aa-00-01", "1.1": "1b", "1.4": "ACME", "1.7": "SER42"}
REPORT = parse_system(FIELDS, "192.168.1.5")
SMBIOS = Identity(UUID, IdentityKind.SMBIOS)


def registered(**changes: Any) -> Server:
    wire = build_server(REPORT, SMBIOS, "192.168.1.5", accepted=False)
    wire["spec"].update(changes)
    return Server.model_validate(wire)


def test_a_new_server_is_not_accepted_and_has_what_was_reported() -> None:
    assert build_server(REPORT, SMBIOS, "192.168.1.5", accepted=False) == {
        "apiVersion": "metal.sidero.dev/v1alpha2",
        "kind": "Server",
        "metadata": {
            "name": UUID,
            "annotations": {"sidero-tui.dev/mac": "52:54:00:aa:00:01", "sidero-tui.dev/identity": "smbios"},
        },
        "spec": {
            "hostname": "192.168.1.5",
            "accepted": False,
            "hardware": {
                "system": {"uuid": UUID, "manufacturer": "ACME", "serialNumber": "SER42"},
                "network": {
                    "interfaceCount": 1,
                    "interfaces": [{"index": 0, "mac": "52:54:00:aa:00:01", "addresses": ["192.168.1.5"]}],
                },
            },
        },
    }


def test_the_same_report_again_is_no_news() -> None:
    assert build_refresh(registered(), REPORT, SMBIOS, "192.168.1.5") == {}


def test_acceptance_and_hostname_are_never_in_a_refresh() -> None:
    server = registered(accepted=True, hostname="rack-1", cordoned=True)
    patch = build_refresh(server, parse_system(FIELDS | {"hostname": "other", "1.4": "New"}, ""), SMBIOS, "192.168.1.5")
    assert patch == {"spec": {"hardware": {"system": {"manufacturer": "New"}}}}


def test_a_hostname_nobody_set_is_filled() -> None:
    patch = build_refresh(registered(hostname=""), REPORT, SMBIOS, "192.168.1.5")
    assert patch == {"spec": {"hostname": "192.168.1.5"}}


def test_an_empty_field_does_not_erase_what_the_agent_found() -> None:
    patch = build_refresh(registered(), parse_system({"uuid": UUID, "mac": FIELDS["mac"]}, ""), SMBIOS, "192.168.1.5")
    assert patch == {}


def test_a_second_nic_joins_the_first() -> None:
    report = parse_system(FIELDS | {"mac": "52-54-00-aa-00-02"}, "")
    patch = build_refresh(registered(), report, SMBIOS, "192.168.1.6")
    network = patch["spec"]["hardware"]["network"]
    assert [interface["mac"] for interface in network["interfaces"]] == ["52:54:00:aa:00:01", "52:54:00:aa:00:02"]
    assert network["interfaceCount"] == 2


def test_a_mark_that_no_longer_holds_is_removed() -> None:
    wire = build_server(REPORT, Identity(UUID, IdentityKind.SMBIOS, duplicates=("x",)), "192.168.1.5", accepted=False)
    patch = build_refresh(Server.model_validate(wire), REPORT, SMBIOS, "192.168.1.5")
    assert patch == {"metadata": {"annotations": {"sidero-tui.dev/duplicate-of": None}}}


def test_processors_are_summed_up_once() -> None:
    processor = Processor(product_name="Atom", core_count=4, thread_count=8)
    patch = build_processors(registered(), [processor, processor])
    compute = patch["spec"]["hardware"]["compute"]
    assert (compute["processorCount"], compute["totalCoreCount"], compute["totalThreadCount"]) == (2, 8, 16)
    assert build_processors(registered(hardware=patch["spec"]["hardware"]), [processor, processor]) == {}


def test_only_what_changes_is_news() -> None:
    assert find_news({"a": 1, "b": {"c": 2}}, {"a": 1, "b": {"c": 3, "d": None}}) == {"b": {"c": 3}}
    assert find_news({}, {"a": {"b": {"c": 1}}}) == {"a": {"b": {"c": 1}}}
