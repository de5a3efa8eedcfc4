from pathlib import Path

import pytest

from boot.config import DhcpMode
from boot.dhcp.packet import parse_packet
from boot.wire.neighbours import Neighbour, join_neighbour, judge_neighbours, read_neighbour
from tests.boot.dhcp import frames

CAPTURES = Path(__file__).parents[2] / "captures" / "dhcp"
PLAIN = Neighbour("10.0.0.2", leases=True, offered="10.0.0.50")
BOOTING = Neighbour("10.0.0.3", leases=True, pxe=True, boot_file="pxelinux.0", next_server="10.0.0.9")
PROXY = Neighbour("10.0.0.4", pxe=True, boot_file="wdsnbp.com")


def _read(data: bytes) -> Neighbour | None:
    return read_neighbour(parse_packet(data), "10.0.0.7", "52:54:00:00:00:07")


def test_what_a_real_server_offers_is_read_from_its_offer() -> None:
    found = _read(bytes.fromhex((CAPTURES / "dnsmasq-offer.hex").read_text()))
    assert found is not None
    assert found.kind == "DHCP server"
    assert found.leases
    assert found.offered
    assert found.network.endswith("/24")
    assert found.mac == "52:54:00:00:00:07"


def test_a_proxys_offer_gives_no_address_and_a_servers_without_identifier_is_known_by_its_source() -> None:
    offer = frames.frame([(53, b"\x02"), (60, b"PXEClient"), (67, b"wdsnbp.com\0")], op=2)
    assert _read(offer) == Neighbour("10.0.0.7", mac="52:54:00:00:00:07", pxe=True, boot_file="wdsnbp.com")


def test_what_a_stranger_names_reaches_no_terminal_as_it_is() -> None:
    found = _read(frames.frame([(53, b"\x02"), (67, b"\x1b[2Jx\n" + b"a" * 200)], op=2))
    assert found is not None
    assert found.boot_file == "?[2Jx?" + "a" * 122


def test_a_request_overheard_names_the_server_that_was_chosen_and_nothing_more() -> None:
    chosen = frames.frame([(53, b"\x03"), (54, frames.address("10.0.0.2"))])
    assert _read(chosen) == Neighbour("10.0.0.2", leases=True, overheard=True)
    assert _read(frames.plain(3)) is None
    assert _read(frames.plain(1)) is None
    assert join_neighbour(PLAIN, Neighbour("10.0.0.2", leases=True, overheard=True)) == PLAIN


def test_what_it_offers_firmware_and_others_is_one_neighbour() -> None:
    plain, booting = Neighbour("a", leases=True, offered="10.0.0.50"), Neighbour("a", pxe=True, boot_file="x", program="dnsmasq")
    joined = join_neighbour(booting, plain)
    assert joined == Neighbour("a", leases=True, pxe=True, offered="10.0.0.50", boot_file="x", program="dnsmasq")
    assert join_neighbour(None, plain) == plain


@pytest.mark.parametrize(
    ("mode", "neighbours", "words"),
    [
        (DhcpMode.PROXY, [PLAIN], []),
        (DhcpMode.PROXY, [], ["nobody leases addresses here"]),
        (DhcpMode.PROXY, [PLAIN, BOOTING], ["two DHCP servers lease addresses here, 10.0.0.2 and 10.0.0.3", "before a proxy's"]),
        (DhcpMode.PROXY, [PLAIN, PROXY], ["10.0.0.4 is a second PXE proxy, with boot file 'wdsnbp.com'"]),
        (DhcpMode.SERVER, [], []),
        (DhcpMode.SERVER, [PLAIN], ["10.0.0.2 leases addresses here as we do"]),
        (DhcpMode.SERVER, [PROXY], ["second PXE proxy"]),
        (DhcpMode.OFF, [BOOTING], ["10.0.0.3 offers boot file 'pxelinux.0' from 10.0.0.9"]),
    ],
)
def test_what_is_wrong_with_the_neighbours_is_said(mode: DhcpMode, neighbours: list[Neighbour], words: list[str]) -> None:
    told = judge_neighbours(mode, neighbours, asked=True)
    assert len(told) == len(words)
    for sentence, word in zip(told, words, strict=True):
        assert word in sentence


def test_silence_means_nothing_before_anybody_was_asked() -> None:
    assert judge_neighbours(DhcpMode.PROXY, [], asked=False) == []


def test_a_server_on_this_very_machine_is_named_by_its_program() -> None:
    local = Neighbour("10.0.0.2", leases=True, program="dnsmasq")
    (told,) = judge_neighbours(DhcpMode.SERVER, [local], asked=True)
    assert "10.0.0.2 (dnsmasq on this machine)" in told
