"""GET and HEAD of a file as RFC 9110 has them: conditions first, then ranges; nonsense is ignored."""

from email.utils import formatdate

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boot.ipxe.conditional import Reply, Representation, decide_reply, describe_file

FILE = describe_file(1000, 1_700_000_000_123_456_789)
BEFORE, AT, AFTER = (formatdate(FILE.modified + seconds, usegmt=True) for seconds in (-1, 0, 1))
PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
OTHER = '"other"'


def decide(headers: dict[str, str], method: str = "GET") -> tuple[int, int, int]:
    reply = decide_reply(method, headers, FILE)
    return reply.status, reply.start, reply.count


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bytes=0-99", (206, 0, 100)),
        ("bytes=900-", (206, 900, 100)),
        ("bytes=-100", (206, 900, 100)),
        ("bytes=-5000", (206, 0, 1000)),
        ("bytes=990-5000", (206, 990, 10)),
        ("bytes=1000-", (416, 0, 0)),
        ("bytes=-0", (416, 0, 0)),
        ("bytes=5-4", (200, 0, 1000)),
        ("bytes=-", (200, 0, 1000)),
        ("bytes=0-1,5-6", (200, 0, 1000)),
        ("lines=0-1", (200, 0, 1000)),
        ("bytes=a-b", (200, 0, 1000)),
    ],
)
def test_a_single_range_is_a_part_and_what_makes_no_sense_is_the_whole(text: str, expected: tuple[int, int, int]) -> None:
    assert decide({"Range": text}) == expected


def test_a_range_is_for_get_only() -> None:
    assert decide({"Range": "bytes=0-1"}, "HEAD") == (200, 0, 1000)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-None-Match": FILE.etag}, 304),
        ({"If-None-Match": f"W/{FILE.etag}, {OTHER}"}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": OTHER}, 200),
        ({"If-None-Match": OTHER, "If-Modified-Since": AFTER}, 200),
        ({"If-Modified-Since": AT}, 304),
        ({"If-Modified-Since": BEFORE}, 200),
        ({"If-Modified-Since": "yesterday"}, 200),
        ({"If-Match": OTHER}, 412),
        ({"If-Match": f"{OTHER}, {FILE.etag}"}, 200),
        ({"If-Match": f"W/{FILE.etag}"}, 412),
        ({"If-Unmodified-Since": BEFORE}, 412),
        ({"If-Unmodified-Since": AT}, 200),
    ],
)
def test_conditions_come_first(headers: dict[str, str], status: int) -> None:
    assert decide(headers)[0] == status


@pytest.mark.parametrize(
    ("condition", "status"), [(FILE.etag, 206), (OTHER, 200), (f"W/{FILE.etag}", 200), (AT, 206), (BEFORE, 200), (AFTER, 200)]
)
def test_a_part_is_sent_only_of_the_file_the_client_has_a_part_of(condition: str, status: int) -> None:
    assert decide({"Range": "bytes=1-2", "If-Range": condition})[0] == status


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.sampled_from(["Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"]),
        st.text(PRINTABLE) | st.text("bytes=-,0123456789") | st.just(FILE.etag) | st.just(AT),
    ),
    st.integers(0, 10**12),
)
def test_whatever_is_asked_the_body_lies_in_the_file(headers: dict[str, str], size: int) -> None:
    reply: Reply = decide_reply("GET", headers, Representation(size, FILE.etag, FILE.modified))
    assert reply.status in {200, 206, 304, 412, 416}
    assert 0 <= reply.start <= reply.start + reply.count <= size
