"""Objects as JSON text, without decoding: they say what decoded ones say."""

from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest

from boot.clock import SystemClock
from boot.plane.options import ListOptions, WatchOptions, WriteOptions
from boot.plane.plane import Plane
from boot.resources.kinds import CONFIG_MAP, SERVER, Kind
from boot.store.store import Key, open_store

OLD_SERVER = Kind("metal.sidero.dev", "v1alpha1", "Server", "servers")
TRICKY = {"a": '"metadata":{"resourceVersion":"7"', "metadata": '{"metadata":{'}


@pytest.fixture
async def plane(tmp_path: Path) -> AsyncIterator[Plane]:
    store = open_store(tmp_path / "state.db")
    try:
        plane = Plane(store, SystemClock())
        await plane.start()
        for name in ("a", "b"):
            await plane.create(SERVER, {"metadata": {"name": name}, "spec": {"accepted": False}}, WriteOptions())
            tricky = {"data": TRICKY, "metadata": {"name": name, "namespace": "default", "annotations": TRICKY}}
            await plane.create(CONFIG_MAP, tricky, WriteOptions())
        yield plane
    finally:
        await store.close()


@pytest.mark.parametrize(("kind", "namespace"), [(SERVER, ""), (OLD_SERVER, ""), (CONFIG_MAP, "default")])
async def test_text_and_object_are_the_same_in_every_version(plane: Plane, kind: Kind, namespace: str) -> None:
    assert orjson.loads(plane.get_text(kind, "a", namespace)) == plane.get(kind, "a", namespace)
    for options in (ListOptions(), ListOptions(limit=1), ListOptions(field_selector="metadata.name=b")):
        texts, objects = plane.list_texts(kind, namespace, options), plane.list(kind, namespace, options)
        assert texts.show([orjson.loads(text) for text in texts.items]) == objects


@pytest.mark.parametrize("selector", ["", "metadata.name=a"])
async def test_a_watch_tells_in_text_what_it_tells_in_objects(plane: Plane, selector: str) -> None:
    options = WatchOptions(plane.revision, field_selector=selector)
    events, texts = plane.watch(SERVER, "", options), plane.watch_texts(SERVER, "", options)
    await plane.patch(SERVER, "a", "", {"spec": {"hostname": "h"}}, "application/merge-patch+json", WriteOptions())
    wanted = [await anext(events)]
    told = [orjson.loads(line) for line in (await anext(texts)).splitlines()]
    assert [(line["type"], line["object"]) for line in told] == [(event.type, event.object) for event in wanted]


async def test_what_an_older_release_stored_in_another_order_is_shown_all_the_same(tmp_path: Path) -> None:
    store = open_store(tmp_path / "state.db")
    try:
        plane = Plane(store, SystemClock())
        await plane.start()
        old = b'{"spec":{"metadata":{}},"metadata":{"name":"x"},"kind":"Server","apiVersion":"metal.sidero.dev/v1alpha2"}'
        revision = await store.put(Key("metal.sidero.dev", "servers", "", "x"), old)
        shown = orjson.loads(plane.get_text(SERVER, "x"))
        assert shown == plane.get(SERVER, "x")
        assert shown["metadata"] == {"name": "x", "resourceVersion": str(revision)}
    finally:
        await store.close()
