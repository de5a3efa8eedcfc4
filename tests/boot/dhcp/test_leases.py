from datetime import timedelta
from pathlib import Path

import pytest

from boot.config import AddressRange
from boot.dhcp.leases import HELD, LEASED, QUARANTINED, Leases
from boot.errors import ConfigError
from tests.support.clock import FakeClock

POOL = AddressRange(first="10.0.0.10", last="10.0.0.12")
A, B, C, D = (f"52:54:00:00:00:0{n}" for n in range(4))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def leases(tmp_path: Path, clock: FakeClock) -> Leases:
    return Leases([POOL], tmp_path / "leases.json", clock)


def _take(leases: Leases, mac: str, wanted: str = "") -> str:
    offer = leases.offer(mac, wanted)
    assert offer is not None
    lease = leases.commit(mac, offer.address)
    assert lease is not None
    return lease.address


def test_a_server_keeps_its_address_over_every_round_of_one_boot(leases: Leases) -> None:
    assert _take(leases, A) == "10.0.0.10"
    assert _take(leases, B) == "10.0.0.11"
    assert _take(leases, A) == "10.0.0.10"


def test_the_address_it_wants_is_given_when_it_is_free_and_ours(leases: Leases) -> None:
    assert _take(leases, A, "10.0.0.12") == "10.0.0.12"
    assert _take(leases, B, "10.0.0.12") == "10.0.0.10"
    assert _take(leases, C, "192.168.7.7") == "10.0.0.11"


def test_what_was_acknowledged_is_there_after_a_restart(leases: Leases, tmp_path: Path, clock: FakeClock) -> None:
    _take(leases, A)
    leases.offer(B)
    (tmp_path / "leases.json").write_text(leases.render())
    again = Leases([POOL], tmp_path / "leases.json", clock)
    lease = again.find(A)
    assert lease is not None
    assert lease.address == "10.0.0.10"
    assert again.find(B) is None


def test_a_full_pool_gives_nothing_until_something_expires(leases: Leases, clock: FakeClock) -> None:
    for mac in (A, B, C):
        _take(leases, mac)
        clock.advance(1)
    assert leases.offer(D) is None
    clock.advance(LEASED.total_seconds())
    assert _take(leases, D) == "10.0.0.10"
    assert leases.find(A) is None


def test_an_offer_nobody_took_is_free_again_after_a_minute(leases: Leases, clock: FakeClock) -> None:
    for mac in (A, B, C):
        leases.offer(mac)
    assert leases.offer(D) is None
    clock.advance(HELD.total_seconds())
    assert leases.offer(D) is not None


def test_an_address_is_bound_to_the_server_it_was_offered_to_only(leases: Leases) -> None:
    offer = leases.offer(A)
    assert offer is not None
    assert leases.commit(B, offer.address) is None
    assert leases.commit(A, "10.0.0.12") is None


def test_a_declined_address_is_nobodys_for_a_while(leases: Leases, clock: FakeClock) -> None:
    address = _take(leases, A)
    leases.decline(A, address)
    assert {_take(leases, B), _take(leases, C)} == {"10.0.0.11", "10.0.0.12"}
    assert leases.offer(D) is None
    clock.advance(QUARANTINED.total_seconds())
    assert _take(leases, D) == address


def test_a_released_address_is_given_to_others_only_when_no_fresh_one_is_left(leases: Leases, clock: FakeClock) -> None:
    _take(leases, A)
    leases.release(A)
    assert _take(leases, B) == "10.0.0.11"
    assert _take(leases, A) == "10.0.0.10"
    clock.advance(timedelta(minutes=1).total_seconds())


def test_our_own_address_is_never_handed_out(leases: Leases) -> None:
    leases.keep_out("10.0.0.10")
    assert _take(leases, A, "10.0.0.10") == "10.0.0.11"
    assert not leases.contains("10.0.0.10")


def test_only_its_own_address_can_be_declined(leases: Leases) -> None:
    address = _take(leases, A)
    assert not leases.decline(B, address)
    assert leases.decline(A, address)


def test_a_damaged_file_is_named_with_what_to_do(tmp_path: Path, clock: FakeClock) -> None:
    (tmp_path / "leases.json").write_text("[{")
    with pytest.raises(ConfigError, match=r"leases\.json is damaged .*: remove it"):
        Leases([POOL], tmp_path / "leases.json", clock)
