"""What a waiting server shows."""

from boot.ipxe.screen import describe_wait
from boot.lifecycle.boot import NOT_ACCEPTED
from boot.resources.metal import Server

MAC = "52:54:00:aa:00:01"
BASE = "http://192.168.1.2:8081"


def test_an_unaccepted_server_says_who_it_is_that_its_disks_are_safe_and_what_to_do() -> None:
    hardware = {"system": {"manufacturer": "ACME", "productName": "Box 9"}}
    wire = {"metadata": {"name": "u"}, "spec": {"hostname": "pxe-01", "hardware": hardware}}
    lines = describe_wait(Server.model_validate(wire), MAC, NOT_ACCEPTED, BASE)
    text = "\n".join(lines)
    for part in ("u", "pxe-01", MAC, "ACME Box 9", "not accepted: nothing will be written to its disks", "Accept it"):
        assert part in text
    assert all(len(line) < 80 for line in lines)


def test_a_server_named_by_its_mac_says_why() -> None:
    annotations = {"sidero-tui.dev/identity": "mac", "sidero-tui.dev/identity-reason": "its SMBIOS UUID is blank"}
    server = Server.model_validate({"metadata": {"name": "m", "annotations": annotations}})
    assert "Named by its MAC: its SMBIOS UUID is blank" in describe_wait(server, MAC, NOT_ACCEPTED, BASE)


def test_an_accepted_server_asks_nothing_of_anyone() -> None:
    server = Server.model_validate({"metadata": {"name": "u"}, "spec": {"accepted": True}})
    assert "Accept it" not in "\n".join(describe_wait(server, MAC, "accepted", BASE))
