import asyncio
from collections.abc import Callable
from pathlib import Path

from boot.config import Reservation
from boot.dhcp.overrides import Overrides
from boot.dhcp.packet import parse_packet
from boot.dhcp.request import read_request
from boot.resources.kinds import CONFIG_MAP
from boot.resources.overrides import ARCHITECTURES, NAMESPACE, RESERVATIONS
from tests.boot.dhcp import frames
from tests.support.clock import FakeClock
from tests.support.plane import local_client

CONFIGURED = Reservation(mac="d0:50:99:d3:33:60", address="192.168.254.2", hostname="talos-mgmt-0")


async def test_what_is_set_in_the_plane_holds_at_once_beside_the_settings(tmp_path: Path) -> None:
    overrides = Overrides([CONFIGURED])
    async with local_client(tmp_path) as client:
        following = asyncio.create_task(overrides.follow(client, FakeClock()))
        try:
            data = {"52-54-00-aa-00-01": "10.0.0.9"}
            await client.create(CONFIG_MAP, {"metadata": {"name": RESERVATIONS, "namespace": NAMESPACE}, "data": data})
            await _until(lambda: frames.MAC in overrides.reservations)
            assert overrides.reservations.keys() == {frames.MAC, CONFIGURED.mac}
            await client.delete(CONFIG_MAP, RESERVATIONS, NAMESPACE)
            await _until(lambda: overrides.reservations == {CONFIGURED.mac: CONFIGURED})
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)


def test_a_machine_is_taken_for_what_the_operator_says() -> None:
    overrides = Overrides()
    overrides.see(ARCHITECTURES, {"data": {"52-54-00-aa-00-01": "7"}})
    request = overrides.apply(read_request(parse_packet(frames.frame(frames.pxe_options(1, 4711)))))
    assert request.architecture is not None
    assert request.architecture.code == 7
    overrides.see(ARCHITECTURES, None)
    assert overrides.architectures == {}


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not holds():
            await asyncio.sleep(0.01)
