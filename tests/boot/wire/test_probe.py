from boot.dhcp.link import Link
from boot.dhcp.packet import parse_packet
from boot.dhcp.request import Client, read_request
from boot.wire.probe import Trial, encode_discover
from boot.wire.tap import Heard
from tests.boot.dhcp import frames

LINK = Link("eth0", 2, "10.0.0.1", "255.255.255.0")
MAC = "02:00:00:00:00:01"


def _trial(*, raw: bool = True) -> Trial:
    return Trial(LINK, frozenset({"10.0.0.1"}), raw, xids=frozenset({1, 2}))


def _offer(server: str, xid: int = 1) -> bytes:
    return frames.frame([(53, b"\x02"), (54, frames.address(server))], op=2, xid=xid)


def test_the_test_is_marked_and_asks_as_a_plain_client_and_as_firmware() -> None:
    plain, firmware = (read_request(parse_packet(encode_discover(1, MAC, pxe=pxe))) for pxe in (False, True))
    assert plain.probe
    assert firmware.probe
    assert (plain.client, firmware.client) == (Client.OTHER, Client.PXE)
    assert firmware.architecture is not None
    assert firmware.architecture.code == 7


def test_all_is_well_once_our_offer_was_seen_to_leave() -> None:
    trial = _trial()
    trial.see(Heard(encode_discover(1, MAC, pxe=True), "10.0.0.1", MAC, outgoing=True))
    trial.see(Heard(_offer("10.0.0.1", xid=9), "10.0.0.1", MAC, outgoing=True))
    trial.see(Heard(_offer("10.0.0.2"), "10.0.0.2", MAC, outgoing=False))
    trial.see(Heard(b"noise", "10.0.0.2", MAC, outgoing=False))
    assert "our OFFER is not" in trial.judge()
    trial.see(Heard(_offer("10.0.0.1", xid=2), "10.0.0.1", MAC, outgoing=True))
    assert trial.judge() == ""


def test_what_stopped_it_is_told_apart() -> None:
    assert "never left by eth0" in _trial().judge()
    assert "our OFFER is not" in _trial(raw=False).judge()
    refused = _trial()
    refused.error = "Operation not permitted"
    assert "cannot be sent on eth0: Operation not permitted" in refused.judge()


def test_an_interface_that_is_gone_is_told_and_not_raised() -> None:
    trial = Trial(Link("gone0", 99, "10.0.0.1", "255.255.255.0"), frozenset(), raw=True)
    trial.send(67)
    assert trial.error
