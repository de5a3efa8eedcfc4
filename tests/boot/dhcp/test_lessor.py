from pathlib import Path

import pytest

from boot.config import DhcpMode, Reservation
from boot.dhcp.answer import Answer, Site
from boot.dhcp.lessor import Lessor
from boot.dhcp.overrides import Overrides
from boot.dhcp.packet import MessageType, Option, parse_packet
from boot.dhcp.request import PROBE_ID, read_request
from boot.notices import Refusal
from boot.resources.overrides import RESERVATIONS
from tests.boot.dhcp import frames
from tests.support.clock import FakeClock
from tests.support.dhcp import build_lessor

SITE = Site(DhcpMode.SERVER, "10.0.0.1", "http://10.0.0.1:8081", lambda row: row.boot_files[0])
RESERVED = Reservation(mac=frames.MAC, address="10.0.0.200", hostname="talos-mgmt-0")
OTHER = "52:54:00:aa:00:02"


@pytest.fixture
def overrides() -> Overrides:
    return Overrides()


@pytest.fixture
def lessor(tmp_path: Path, overrides: Overrides) -> Lessor:
    return build_lessor(tmp_path, FakeClock(), "10.0.0.20-10.0.0.21", "10.1.0.20-10.1.0.21/16", overrides=overrides)


async def _ask(lessor: Lessor, kind: int, *options: tuple[int, bytes], **fields: str) -> Answer:
    data = frames.frame([*frames.pxe_options(kind), *options], **fields)  # type: ignore[arg-type]  # only addresses are passed
    return await lessor.answer(SITE, read_request(parse_packet(data)), None)


def _address(answer: Answer) -> str:
    assert answer.packet is not None
    return answer.packet.yiaddr


def _kind(answer: Answer) -> int:
    assert answer.packet is not None
    return answer.packet.options[Option.MESSAGE_TYPE][0]


def _chosen(address: str) -> tuple[tuple[int, bytes], ...]:
    return (50, frames.address(address)), (54, frames.address("10.0.0.1"))


async def test_a_reserved_address_goes_to_its_server_with_its_name_and_to_nobody_else(
    lessor: Lessor, overrides: Overrides
) -> None:
    overrides.reservations = {OTHER: Reservation(mac=OTHER, address="10.0.0.20"), frames.MAC: RESERVED}
    offer = await _ask(lessor, 1)
    assert _address(offer) == "10.0.0.200"
    assert offer.packet is not None
    assert offer.packet.options[Option.HOST_NAME] == b"talos-mgmt-0"
    assert _kind(await _ask(lessor, 3, *_chosen("10.0.0.200"))) == MessageType.ACK
    assert _address(await _ask(lessor, 1, (50, frames.address("10.0.0.20")), mac="52:54:00:aa:00:03")) == "10.0.0.21"


async def test_a_reservation_made_later_moves_its_server_at_its_next_renewal(lessor: Lessor, overrides: Overrides) -> None:
    await _ask(lessor, 1)
    assert _kind(await _ask(lessor, 3, *_chosen("10.0.0.20"))) == MessageType.ACK
    overrides.see(RESERVATIONS, {"data": {"52-54-00-aa-00-01": "10.0.0.200"}})
    refused = await _ask(lessor, 3, ciaddr="10.0.0.20")
    assert (_kind(refused), refused.cause) == (MessageType.NAK, Refusal.NOT_ITS_ADDRESS)
    assert "10.0.0.200 is reserved for it" in refused.remark
    assert _address(await _ask(lessor, 1)) == "10.0.0.200"


async def test_who_asks_for_its_reserved_address_without_an_offer_has_it(lessor: Lessor, overrides: Overrides) -> None:
    overrides.reservations = {frames.MAC: RESERVED}
    assert _kind(await _ask(lessor, 3, (50, frames.address("10.0.0.200")))) == MessageType.ACK


async def test_a_relayed_server_gets_an_address_and_the_router_of_its_own_network(lessor: Lessor) -> None:
    relayed = (82, b"\x01\x04port")
    offer = await _ask(lessor, 1, relayed, giaddr="10.1.0.1")
    assert _address(offer) == "10.1.0.20"
    assert offer.packet is not None
    assert offer.packet.options[Option.ROUTER] == frames.address("10.1.0.1")
    assert offer.packet.options[Option.SUBNET_MASK] == frames.address("255.255.0.0")
    assert offer.packet.options[Option.RELAY_INFO] == relayed[1]
    assert list(offer.packet.options)[-1] == Option.RELAY_INFO
    moved = await _ask(lessor, 1)
    assert _address(moved) == "10.0.0.20"


async def test_a_network_without_a_range_is_named(lessor: Lessor, tmp_path: Path) -> None:
    answer = await _ask(lessor, 1, giaddr="172.16.0.1")
    assert (answer.packet, answer.cause) == (None, Refusal.NO_RANGE)
    assert "behind relay 172.16.0.1" in answer.remark
    elsewhere = build_lessor(tmp_path, FakeClock(), "10.1.0.20-10.1.0.21/16")
    assert "of the interface's network 10.0.0.0/24" in (await _ask(elsewhere, 1)).remark


async def test_a_server_that_takes_anothers_offer_leaves_its_address_free(lessor: Lessor) -> None:
    await _ask(lessor, 1)
    taken = ((50, frames.address("10.0.0.77")), (54, frames.address("10.0.0.9")))
    assert (await _ask(lessor, 3, *taken)).packet is None
    assert _address(await _ask(lessor, 1, mac=OTHER)) == "10.0.0.20"


async def test_our_own_test_is_offered_an_address_and_takes_none(lessor: Lessor) -> None:
    for number in range(5):
        assert _address(await _ask(lessor, 1, (61, PROBE_ID), mac=f"02:00:00:00:00:0{number}")) == "10.0.0.20"


async def test_our_own_test_is_answered_also_when_the_pool_is_full(lessor: Lessor) -> None:
    for number in range(2):
        await _ask(lessor, 1, mac=f"52:54:00:bb:00:0{number}")
    assert (await _ask(lessor, 1)).packet is None
    assert _address(await _ask(lessor, 1, (61, PROBE_ID))) == "10.0.0.20"


async def test_a_server_moved_to_another_network_is_refused_its_old_address(lessor: Lessor) -> None:
    await _ask(lessor, 1)
    await _ask(lessor, 3, *_chosen("10.0.0.20"))
    moved = await _ask(lessor, 3, (50, frames.address("10.0.0.20")), giaddr="10.1.0.1")
    assert _kind(moved) == MessageType.NAK


async def test_a_lease_that_cannot_be_written_is_not_promised(lessor: Lessor, tmp_path: Path) -> None:
    await _ask(lessor, 1)
    tmp_path.rmdir()
    answer = await _ask(lessor, 3, *_chosen("10.0.0.20"))
    assert (answer.packet, answer.cause) == (None, Refusal.UNSAVED)
