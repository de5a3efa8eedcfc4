"""Reading: get, and lists with selectors and in pages."""

import pytest

from boot.client.protocol import Client
from boot.errors import BadRequest, NotFound
from boot.resources.kinds import CONFIG_MAP, NAMESPACE, SERVER, Kind
from tests.support.objects import RACK, config, rack, server


async def _names(client: Client, kind: Kind, namespace: str, **options: str) -> list[str]:
    listing = await client.list(kind, namespace, **options)  # type: ignore[arg-type]  # selectors only
    return [item["metadata"]["name"] for item in listing.items]


async def test_what_is_not_there_is_not_found(client: Client, name: str) -> None:
    with pytest.raises(NotFound, match=r'servers\.metal\.sidero\.dev "none" not found') as caught:
        await client.get(SERVER, "none")
    assert caught.value.details == {"name": "none", "group": "metal.sidero.dev", "kind": "servers"}
    with pytest.raises(NotFound):
        await client.delete(SERVER, "none")
    with pytest.raises(NotFound):
        await client.patch(SERVER, "none", {"spec": {"accepted": True}})
    with pytest.raises(NotFound, match="the server could not find the requested resource"):
        await client.list(Kind("no.such", "v1", "Thing", "things"))
    with pytest.raises(NotFound, match=f'namespaces "{name}" not found'):
        await client.create(CONFIG_MAP, config(name))


async def test_a_list_names_the_kind_of_each_item_and_sees_every_namespace(client: Client, namespace: str) -> None:
    await client.create(CONFIG_MAP, config(namespace))
    items = (await client.list(CONFIG_MAP)).items
    assert {(item["apiVersion"], item["kind"]) for item in items} == {("v1", "ConfigMap")}
    assert any(item["metadata"]["namespace"] == namespace for item in items)


async def test_an_empty_list_has_a_revision_that_covers_every_write_so_far(client: Client, namespace: str) -> None:
    written = await client.get(NAMESPACE, namespace)
    listing = await client.list(CONFIG_MAP, namespace)
    assert listing.items == []
    assert listing.revision >= int(written["metadata"]["resourceVersion"])
    assert (await client.list(CONFIG_MAP, "no-such-namespace")).items == []


@pytest.mark.parametrize(
    ("selector", "wanted"),
    [
        ("", "abcd"),
        ("row=1", "a"),
        ("row==1", "a"),
        ("row!=1", "bcd"),
        ("row in (1,2)", "ab"),
        ("row notin (1,2)", "cd"),
        ("row", "abc"),
        ("!row", "d"),
        ("row,row!=2", "ac"),
        ("row>1,row<30", "b"),
        ("rack.example.test/row=1", ""),
    ],
)
async def test_lists_select_by_label(client: Client, namespace: str, selector: str, wanted: str) -> None:
    for letter, labels in {"a": {"row": "1"}, "b": {"row": "2"}, "c": {"row": "30"}, "d": {}}.items():
        await client.create(CONFIG_MAP, config(namespace, letter, labels=labels))
    assert await _names(client, CONFIG_MAP, namespace, label_selector=selector) == list(wanted)


@pytest.mark.parametrize("selector", ["a b", "a in", "=x", "a=b=c", "a>b", "-a=b", "a=-b"])
async def test_a_label_selector_that_is_none_is_a_bad_request(client: Client, selector: str) -> None:
    with pytest.raises(BadRequest):
        await client.list(CONFIG_MAP, "default", label_selector=selector)


async def test_lists_select_by_field(client: Client, racks: str) -> None:
    for kind, build in ((CONFIG_MAP, config), (RACK, rack)):
        for letter in "abc":
            await client.create(kind, build(racks, letter))
        assert await _names(client, kind, racks, field_selector="metadata.name=b") == ["b"]
        assert await _names(client, kind, racks, field_selector="metadata.name!=b") == ["a", "c"]
        assert await _names(client, kind, "", field_selector=f"metadata.namespace={racks},metadata.name=c") == ["c"]
        with pytest.raises(BadRequest, match=r"spec\.x"):
            await _names(client, kind, racks, field_selector="spec.x=y")


async def test_pages_are_one_list_whatever_is_written_meanwhile(client: Client, namespace: str) -> None:
    for letter in "bdfhj":
        await client.create(CONFIG_MAP, config(namespace, letter))
    first = await client.list(CONFIG_MAP, namespace, limit=2)
    await client.create(CONFIG_MAP, config(namespace, "a"))
    await client.create(CONFIG_MAP, config(namespace, "e"))
    await client.delete(CONFIG_MAP, "f", namespace)
    await client.patch(CONFIG_MAP, "h", {"data": {"a": "2"}}, namespace)
    second = await client.list(CONFIG_MAP, namespace, limit=2, continue_token=first.continue_token)
    third = await client.list(CONFIG_MAP, namespace, limit=2, continue_token=second.continue_token)
    pages = (first, second, third)
    assert [[item["metadata"]["name"] for item in page.items] for page in pages] == [["b", "d"], ["f", "h"], ["j"]]
    assert second.items[1]["data"] == {"a": "1"}
    assert {page.revision for page in pages} == {first.revision}
    assert [bool(page.continue_token) for page in pages] == [True, True, False]
    assert await _names(client, CONFIG_MAP, namespace) == ["a", "b", "d", "e", "h", "j"]


async def test_pages_are_full_whatever_a_selector_leaves_out(client: Client, namespace: str) -> None:
    for number in range(9):
        await client.create(CONFIG_MAP, config(namespace, f"c{number}", labels={"third": str(number % 3 == 0).lower()}))
    first = await client.list(CONFIG_MAP, namespace, label_selector="third=true", limit=2)
    rest = await client.list(CONFIG_MAP, namespace, label_selector="third=true", limit=2, continue_token=first.continue_token)
    assert [item["metadata"]["name"] for item in [*first.items, *rest.items]] == ["c0", "c3", "c6"]
    assert (bool(first.continue_token), rest.continue_token) == (True, "")


async def test_a_page_of_the_whole_list_is_the_last(client: Client, namespace: str) -> None:
    for letter in "ab":
        await client.create(CONFIG_MAP, config(namespace, letter))
    assert (await client.list(CONFIG_MAP, namespace, limit=2)).continue_token == ""


async def test_a_continue_token_nobody_gave_is_a_bad_request(client: Client) -> None:
    with pytest.raises(BadRequest, match="continue key is not valid"):
        await client.list(CONFIG_MAP, "default", limit=1, continue_token="bm9uc2Vuc2U")


async def test_get_gives_what_was_written(client: Client, name: str) -> None:
    created = await client.create(SERVER, server(name))
    assert await client.get(SERVER, name) == created
