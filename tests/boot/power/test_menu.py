"""The power menu as data."""

from boot.power.menu import describe_kind, list_menu
from boot.resources.metal import Server
from boot.resources.tasks import RACK_POSITION
from boot.resources.wiping import PowerAction


def _server(**spec: object) -> Server:
    return Server.model_validate({"metadata": {"name": "s1", "annotations": {RACK_POSITION: "r3u12"}}, "spec": spec})


def _equivalents(server: Server) -> dict[str, str]:
    return {row.verb: row.equivalent for row in list_menu(server)}


def test_a_bmc_offers_every_verb_with_the_same_as_a_command_line() -> None:
    server = _server(bmc={"endpoint": "10.0.0.5", "user": "admin", "pass": "correct-horse"})
    assert all(row.offered for row in list_menu(server))
    lines = _equivalents(server)
    assert lines["cycle"] == "ipmitool -I lanplus -H 10.0.0.5 -U admin -a chassis power cycle"
    assert lines["pxe-once"].endswith("chassis bootdev pxe options=efiboot")
    assert "correct-horse" not in str(list_menu(server))


def test_every_verb_that_is_offered_can_be_asked_for_with_kubectl() -> None:
    server = _server(bmc={"endpoint": "10.0.0.5", "user": "admin"})
    requests = {row.verb: row.request for row in list_menu(server)}
    assert requests.pop("check") == "kubectl annotate server s1 boot.sidero-tui.dev/check-bmc=now"
    assert requests["cycle"] == """kubectl annotate server s1 boot.sidero-tui.dev/power-request='{"action": "cycle"}'"""
    assert set(requests) == set(PowerAction)
    assert [row.request for row in list_menu(_server()) if not row.offered] == ["", "", ""]


def test_redfish_is_posted_to_with_curl_which_asks_for_the_password() -> None:
    server = _server(bmc={"endpoint": "https://10.0.0.5", "user": "admin", "pass": "correct-horse"})
    assert _equivalents(server)["off"] == (
        "curl -k -u admin -H 'Content-Type: application/json' -d '{\"ResetType\":\"ForceOff\"}' "
        "https://10.0.0.5/redfish/v1/Systems/SYSTEM/Actions/ComputerSystem.Reset"
    )
    assert "correct-horse" not in str(list_menu(server))


def test_legacy_boot_goes_without_the_efi_option_and_a_strange_user_is_quoted() -> None:
    bmc = {"endpoint": "10.0.0.5", "port": 6230, "user": "a b", "interface": "lanplus"}
    line = _equivalents(_server(bmc=bmc, pxeMode="bios"))["pxe-once"]
    assert line == "ipmitool -I lanplus -H 10.0.0.5 -p 6230 -U 'a b' -a chassis bootdev pxe"


def test_without_a_bmc_a_person_is_asked_and_what_nobody_can_do_says_why() -> None:
    rows = {row.verb: row for row in list_menu(_server())}
    assert rows["cycle"].title == "power cycle: asks a person to power cycle it"
    assert rows["identify-on"].reason == "it has no BMC; it stands at r3u12"
    assert [verb for verb, row in rows.items() if row.offered] == ["on", "off", "cycle", "pxe-once"]


def test_a_management_api_offers_what_sidero_knows_of() -> None:
    server = _server(managementApi={"endpoint": "10.0.0.5:8080"})
    assert _equivalents(server)["cycle"] == "curl -X POST http://10.0.0.5:8080/reboot"
    assert [row.verb for row in list_menu(server) if not row.offered] == ["identify-on", "identify-off", "check"]


def test_who_switches_it_is_one_sentence() -> None:
    assert describe_kind(_server()) == "a person: it has no BMC"
    assert describe_kind(_server(bmc={"endpoint": "10.0.0.5"})) == "a person: its BMC has neither user nor password in the spec"
    assert describe_kind(_server(managementApi={"endpoint": "10.0.0.5:80"})) == "the management API at 10.0.0.5:80"
    known = _server(bmc={"endpoint": "10.0.0.5", "user": "admin"})
    assert describe_kind(known) == "its BMC at https://10.0.0.5 or 10.0.0.5 udp 623"
