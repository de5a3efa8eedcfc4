"""What is granted is never more than what was asked for."""

import pytest

from boot.tftp.negotiation import negotiate

SIZE = 850_528


@pytest.mark.parametrize(
    ("asked", "oack"),
    [
        ({"tsize": "0", "blksize": "1468", "windowsize": "4"}, {"tsize": SIZE, "blksize": 1468, "windowsize": 4}),
        ({"blksize": "1432", "tsize": "0"}, {"blksize": 1432, "tsize": SIZE}),
        ({"tsize": "0"}, {"tsize": SIZE}),
        ({"blksize": "65464", "windowsize": "64"}, {"blksize": 1468, "windowsize": 32}),
        ({"timeout": "5"}, {"timeout": 5}),
        ({"timeout": "0", "windowsize": "0", "blksize": "7"}, {}),
        ({"timeout": "256"}, {}),
        ({"blksize": "abc", "tsize": ""}, {}),
        ({"blksize": "٣٣٣"}, {}),
        ({"blksize": "9" * 400}, {}),
        ({"blksize": "65536"}, {"blksize": 1468}),
        ({"multicast": "", "x-own": "1"}, {}),
        ({}, {}),
    ],
)
def test_the_oack_holds_what_was_asked_and_makes_sense(asked: dict[str, str], oack: dict[str, int]) -> None:
    agreement = negotiate(asked, SIZE)
    assert agreement.oack == oack
    assert agreement.block_size == oack.get("blksize", 512)
    assert agreement.window == oack.get("windowsize", 1)


def test_options_are_acknowledged_in_the_order_asked() -> None:
    assert list(negotiate({"windowsize": "2", "tsize": "0", "blksize": "512"}, 1).oack) == [
        "windowsize",
        "tsize",
        "blksize",
    ]
