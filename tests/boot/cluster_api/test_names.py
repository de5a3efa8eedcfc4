import random

import pytest

from boot.cluster_api.names import fnv1a, label_value, suffixed


def test_a_name_made_of_a_long_one_is_still_a_label_value() -> None:
    name = suffixed("a" * 80, random.Random(1))
    assert len(name) == 63
    assert name.startswith("a" * 57 + "-")


def test_two_names_of_one_base_differ() -> None:
    rng = random.Random(1)
    assert len({suffixed("workers", rng) for _ in range(100)}) == 100


def test_a_text_that_can_be_a_label_value_is_one() -> None:
    assert label_value("workers-abcde") == "workers-abcde"


def test_a_text_that_cannot_is_hashed() -> None:
    hashed = label_value("a" * 64)
    assert hashed == label_value("a" * 64) != label_value("a" * 65)
    assert hashed.startswith("hash_")
    assert hashed.endswith("_z")


@pytest.mark.parametrize(("data", "value"), [(b"", 0x811C9DC5), (b"a", 0xE40C292C), (b"foobar", 0xBF9CF968)])
def test_the_hash_is_fnv_1a(data: bytes, value: int) -> None:
    assert fnv1a(data) == value
