from boot.cluster_api.checklist import CHECKLIST_ANNOTATION, Item, ItemState, encode_checklist, parse_checklist

ITEMS = (
    Item(name="address known", state=ItemState.DONE, detail="10.0.0.7", since="2026-01-01T12:00:00Z"),
    Item(name="etcd", state=ItemState.WAITING, detail="Preparing"),
)


def test_a_checklist_reads_back_as_it_was_written() -> None:
    assert parse_checklist({CHECKLIST_ANNOTATION: encode_checklist(ITEMS)}) == ITEMS


def test_the_same_items_are_the_same_text_so_that_nothing_is_written_anew() -> None:
    assert encode_checklist(ITEMS) == encode_checklist(parse_checklist({CHECKLIST_ANNOTATION: encode_checklist(ITEMS)}))


def test_none_and_one_that_cannot_be_read_are_empty() -> None:
    assert parse_checklist({}) == ()
    for text in ("", "{", '{"a": 1}', '[{"name": "x", "state": "perhaps"}]', "[1]"):
        assert parse_checklist({CHECKLIST_ANNOTATION: text}) == ()
