"""Claims are found by whatever they share with a machine, and forgotten with it."""

from boot.lifecycle.identity import Claim, Reported
from boot.registration.claims import PRESENT_SECONDS, Claims
from tests.support.clock import FakeClock

UUID = "11223344-5566-7788-99aa-bbccddeeff00"
MAC_A, MAC_B = "52:54:00:aa:00:01", "52:54:00:aa:00:02"
FIRST = Claim(UUID, (MAC_A,), UUID)
NAMED_BY_MAC = Claim("by-mac", (MAC_B,), "")


def test_only_claims_that_share_something_are_about_a_machine() -> None:
    claims = Claims(FakeClock())
    for claim in (FIRST, NAMED_BY_MAC):
        claims.put(claim)
    assert claims.about(Reported(MAC_A, "")) == [FIRST]
    assert claims.about(Reported("52:54:00:aa:00:03", UUID)) == [FIRST]
    assert claims.about(Reported("52:54:00:aa:00:03", "")) == []


def test_a_replaced_claim_is_found_by_its_new_keys_only() -> None:
    claims = Claims(FakeClock())
    claims.put(FIRST)
    moved = Claim(UUID, (MAC_B,), UUID)
    claims.put(moved)
    assert claims.get(UUID) == moved
    assert claims.about(Reported(MAC_A, "")) == []
    claims.remove(UUID)
    claims.remove(UUID)
    assert claims.get(UUID) is None
    assert claims.about(Reported(MAC_B, UUID)) == []


def test_a_nic_is_present_for_as_long_as_it_takes_to_ask_twice() -> None:
    clock = FakeClock()
    claims = Claims(clock)
    claims.hear(MAC_A)
    assert claims.present([FIRST, NAMED_BY_MAC]) == {MAC_A}
    clock.advance(PRESENT_SECONDS)
    assert claims.present([FIRST]) == {MAC_A}
    clock.advance(0.1)
    assert claims.present([FIRST]) == frozenset()
