import random

import pytest

from boot.errors import ConfigError
from boot.store.layout import PLANE_ID
from boot.store.records import Key, Stored
from boot.store.snapshot import Snapshot, decode_snapshot, encode_snapshot


def _thing(number: int, group: str = "example.org") -> Stored:
    data = b'{"metadata":{"name":"%d","namespace":"x","uid":"u"},"n":"%s"}' % (number, b"n" * 500)
    return Stored(Key(group, "things", "x", str(number)), data, number)


THINGS = [_thing(number) for number in range(200)]


def test_what_goes_in_comes_out() -> None:
    snapshot = decode_snapshot(encode_snapshot([*THINGS, _thing(7, "")], 5000))
    assert sorted(snapshot.objects, key=lambda stored: (stored.key.group, stored.revision))[1:] == THINGS
    assert snapshot.revision == 5000
    assert snapshot.count_kinds() == {"things": 1, "things.example.org": 200}
    assert decode_snapshot(encode_snapshot([], 1)) == Snapshot((), 1)


@pytest.mark.parametrize("data", [b"", b"a letter" * 1000, b"SQLite format 3\0", b"SQLite format 3\0" + bytes(5000)])
def test_what_is_no_backup_is_told_so(data: bytes) -> None:
    with pytest.raises(ConfigError, match="no backup"):
        decode_snapshot(data)


def test_a_planes_own_database_is_no_backup() -> None:
    data = bytearray(encode_snapshot(THINGS, 1))
    data[68:72] = PLANE_ID.to_bytes(4)
    with pytest.raises(ConfigError, match="own database"):
        decode_snapshot(bytes(data))


def test_one_of_a_later_release_is_told_so() -> None:
    data = bytearray(encode_snapshot(THINGS, 1))
    data[60:64] = (99).to_bytes(4)
    with pytest.raises(ConfigError, match="a later release"):
        decode_snapshot(bytes(data))


def test_wherever_one_is_damaged_nothing_or_the_whole_truth_is_read() -> None:
    whole, flips = encode_snapshot(THINGS, 5000), random.Random(3)
    truth, refused = set(decode_snapshot(whole).objects), 0
    for _ in range(300):
        broken = bytearray(whole)
        position = flips.randrange(100, len(whole))
        broken[position] ^= 1 << flips.randrange(8)
        try:
            found = decode_snapshot(bytes(broken))
        except ConfigError:
            refused += 1
        else:
            assert set(found.objects) == truth
    assert refused > 200


@pytest.mark.parametrize("left", [200, 4096, 20_000, -4096, -1])
def test_one_that_was_cut_off_is_refused(left: int) -> None:
    with pytest.raises(ConfigError, match="damaged"):
        decode_snapshot(encode_snapshot(THINGS, 5000)[:left])


@pytest.mark.parametrize("data", [b"no json", b"[]", b'{"metadata":{"name":"other","uid":"u"}}', b'{"metadata":{"name":"a"}}'])
def test_an_object_that_is_not_what_its_key_says_is_refused(data: bytes) -> None:
    with pytest.raises(ConfigError, match="things/a"):
        decode_snapshot(encode_snapshot([Stored(Key("", "things", "", "a"), data, 1)], 1))
