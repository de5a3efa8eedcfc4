import pytest

from boot.apiserver.protobuf.body import KINDS
from boot.apiserver.protobuf.layouts import Layout, layout_of
from boot.apiserver.protobuf.wire import encode_field
from boot.resources.messages.notation import read_messages

BOX = layout_of(
    read_messages(
        """
Box: 1 name!, 2 note, 3 size int, 4 open! bool, 5 tags[], 6 labels{}, 7 blobs{} bytes, 8 at time, 9 lid Lid,
    10 * Extra, 11 limits{} quantity, 12 port int-or-string, 13 fields json, 14 exact micro-time, 15 who{} texts
Lid: 1 color
Extra: 1 parts[] Lid
"""
    )["Box"]
)


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"", {}),
        (encode_field(1, "") + encode_field(2, "") + encode_field(3, 0) + encode_field(4, 0), {"name": "", "open": False}),
        (encode_field(3, 2**64 - 7), {"size": -7}),
        (encode_field(5, "a") + encode_field(5, ""), {"tags": ["a", ""]}),
        (
            encode_field(6, encode_field(1, "k") + encode_field(2, "v")) + encode_field(6, encode_field(1, "e")),
            {"labels": {"k": "v", "e": ""}},
        ),
        (encode_field(7, encode_field(1, "k") + encode_field(2, b"\xff\x00")), {"blobs": {"k": "/wA="}}),
        (encode_field(8, encode_field(1, 1767225600) + encode_field(2, 0)), {"at": "2026-01-01T00:00:00Z"}),
        (encode_field(8, b""), {}),
        (encode_field(14, encode_field(1, 1767225600) + encode_field(2, 1500)), {"exact": "2026-01-01T00:00:00.000001Z"}),
        (encode_field(9, b""), {"lid": {}}),
        (encode_field(10, encode_field(1, encode_field(1, "red"))), {"parts": [{"color": "red"}]}),
        (encode_field(11, encode_field(1, "cpu") + encode_field(2, encode_field(1, "100m"))), {"limits": {"cpu": "100m"}}),
        (encode_field(12, encode_field(1, 0) + encode_field(2, 8080) + encode_field(3, "")), {"port": 8080}),
        (encode_field(12, encode_field(1, 1) + encode_field(2, 0) + encode_field(3, "http")), {"port": "http"}),
        (encode_field(12, encode_field(1, 0) + encode_field(2, 0)), {"port": 0}),
        (encode_field(13, encode_field(1, '{"f:spec":{}}')), {"fields": {"f:spec": {}}}),
        (encode_field(13, b""), {}),
        (
            encode_field(15, encode_field(1, "k") + encode_field(2, encode_field(1, "a") + encode_field(1, "b"))),
            {"who": {"k": ["a", "b"]}},
        ),
        (encode_field(99, "from a later release"), {}),
    ],
)
def test_a_message_reads_as_gos_json_would_say_it(data: bytes, wanted: dict[str, object]) -> None:
    assert BOX.read(data) == wanted


@pytest.mark.parametrize(
    "data",
    [
        encode_field(1, 7),
        encode_field(3, "seven"),
        encode_field(1, b"\xff"),
        encode_field(9, 7),
        encode_field(6, 7),
        encode_field(6, encode_field(1, 1)),
        encode_field(8, encode_field(1, 2**62)),
        encode_field(8, encode_field(1, "then")),
        encode_field(13, encode_field(1, "{")),
    ],
)
def test_a_field_of_another_type_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # the cause differs, the class is what matters
        BOX.read(data)


def test_a_type_nobody_knows_is_found_when_the_table_is_read() -> None:
    with pytest.raises(KeyError, match="Lip"):
        read_messages("Box: 1 lid Lip\n")


def test_no_message_contains_itself_so_no_body_can_nest_deeper_than_its_kind() -> None:
    def depth(layout: Layout, above: tuple[str, ...]) -> int:
        assert layout.name not in above, f"{layout.name} contains itself"
        inner = [getattr(field.read, "__self__", None) for field in layout.slots.values()]
        below = [depth(child, (*above, layout.name)) for child in inner if isinstance(child, Layout)]
        return 1 + max(below, default=0)

    assert max(depth(layout, ()) for layout in KINDS.values()) < 15
