"""Objects that are none: each is refused, nothing of it is stored, and everything else is served as before."""

from pathlib import Path
from typing import Any

import pytest

from boot.client.protocol import PatchType
from boot.errors import BadRequest, Invalid
from boot.resources.base import Object
from boot.resources.kinds import CUSTOM_RESOURCE_DEFINITION, SERVER
from tests.support.plane import local_client

VERSION: Object = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {"type": "object"}}}


def _crd(**changes: Any) -> Object:
    names = {"kind": "Rack", "plural": "racks"}
    spec = {"group": "example.test", "scope": "Namespaced", "names": names, "versions": [VERSION]}
    return {"metadata": {"name": "racks.example.test"}, "spec": spec | changes}


@pytest.mark.parametrize(
    "crd",
    [
        {"metadata": {"name": "racks.example.test"}},
        _crd(names=5),
        _crd(names={"kind": 5, "plural": "racks"}),
        _crd(names={"kind": "Rack", "plural": "racks", "shortNames": 5}),
        _crd(versions=[]),
        _crd(versions=[5]),
        _crd(versions=[VERSION | {"name": "v1/x"}]),
        _crd(versions=[VERSION | {"served": "yes"}]),
        _crd(versions=[VERSION | {"schema": None}]),
        _crd(versions=[VERSION | {"schema": {"openAPIV3Schema": {"properties": 5}}}]),
        _crd(versions=[VERSION | {"subresources": 5}]),
        _crd(versions=[VERSION | {"subresources": {"scale": {}}}]),
        _crd(versions=[VERSION | {"additionalPrinterColumns": 5}]),
        _crd(versions=[VERSION | {"additionalPrinterColumns": [{"name": "x"}]}]),
    ],
)
async def test_a_crd_that_cannot_be_served_is_never_stored(tmp_path: Path, crd: Object) -> None:
    async with local_client(tmp_path) as client:
        with pytest.raises(Invalid):
            await client.create(CUSTOM_RESOURCE_DEFINITION, crd)
        await client.create(SERVER, {"metadata": {"name": "s"}, "spec": {"accepted": False}})
    async with local_client(tmp_path) as client:
        assert (await client.get(SERVER, "s"))["spec"]["accepted"] is False


@pytest.mark.parametrize(
    "metadata",
    [
        {"name": 5},
        {"generateName": 5},
        {"name": "s", "namespace": 5},
        {"name": "s", "ownerReferences": [5]},
        {"name": "s", "ownerReferences": {"uid": "x"}},
        {"name": "s", "ownerReferences": [{"uid": "x"}]},
    ],
)
async def test_metadata_of_another_shape_is_refused(tmp_path: Path, metadata: Object) -> None:
    async with local_client(tmp_path) as client:
        with pytest.raises((BadRequest, Invalid)):
            await client.create(SERVER, {"metadata": metadata, "spec": {"accepted": False}})


@pytest.mark.parametrize(
    "patch",
    [
        {"apiVersion": 5},
        {"apiVersion": "metal.sidero.dev/v1alpha1"},
        {"kind": "Other"},
        {"metadata": {"namespace": "default"}},
        {"metadata": {"name": "other"}},
        {"metadata": {"ownerReferences": [5]}},
    ],
)
async def test_a_patch_makes_nothing_else_of_an_object(tmp_path: Path, patch: Object) -> None:
    async with local_client(tmp_path) as client:
        before = await client.create(SERVER, {"metadata": {"name": "s"}, "spec": {"accepted": False}})
        with pytest.raises((BadRequest, Invalid)):
            await client.patch(SERVER, "s", patch, patch_type=PatchType.MERGE)
        assert await client.get(SERVER, "s") == before
