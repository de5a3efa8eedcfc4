"""ConfigMaps and Secrets that Kubernetes would not take, and those it would."""

import base64

import pytest

from boot.plane.core_rules import MOST_BYTES, check_config_map, check_immutable, check_secret, drop_empty
from boot.resources.base import Object


def _base64(size: int) -> str:
    return base64.b64encode(b"x" * size).decode()


@pytest.mark.parametrize(
    ("obj", "fields"),
    [
        ({}, []),
        ({"data": {"a.b-C_d": "", "..": "x", "..a": "x"}}, ["data[..]", "data[..a]"]),
        ({"data": {"": ""}, "binaryData": {"a b": ""}}, ["data[]", "binaryData[a b]"]),
        ({"data": {"a": ""}, "binaryData": {"a": ""}}, ["data[a]"]),
        ({"data": {"a": "x" * (MOST_BYTES - 1)}}, []),
        ({"data": {"a": "x" * MOST_BYTES}}, ["[]"]),
        ({"binaryData": {"a": _base64(MOST_BYTES + 1)}}, ["[]"]),
    ],
)
def test_config_maps(obj: Object, fields: list[str]) -> None:
    assert [cause.field for cause in check_config_map(obj)] == fields


@pytest.mark.parametrize(
    ("obj", "fields"),
    [
        ({"type": "Opaque"}, []),
        ({"data": {"a b": "", "x" * 254: ""}}, ["data[a b]", f"data[{'x' * 254}]"]),
        ({"data": {"a": _base64(MOST_BYTES)}}, []),
        ({"data": {"a": _base64(MOST_BYTES + 1)}}, ["data"]),
        ({"type": "kubernetes.io/tls", "data": {"tls.crt": ""}}, ["data[tls.key]"]),
        ({"type": "kubernetes.io/basic-auth"}, ["data[username]", "data[password]"]),
        ({"type": "kubernetes.io/basic-auth", "data": {"password": ""}}, []),
        ({"type": "example.test/tls"}, []),
    ],
)
def test_secrets(obj: Object, fields: list[str]) -> None:
    assert [cause.field for cause in check_secret(obj)] == fields


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({}, []),
        ({"data": {"a": "Yg=="}}, ["data"]),
        ({"immutable": False, "binaryData": {"b": ""}}, ["immutable", "binaryData"]),
        ({"stringData": {"a": "b"}}, ["data"]),
        ({"stringData": {"a": "a"}}, []),
        ({"metadata": {"labels": {"a": "b"}}}, []),
    ],
)
def test_what_is_immutable_keeps_its_data(change: Object, fields: list[str]) -> None:
    old: Object = {"metadata": {}, "data": {"a": "YQ=="}, "immutable": True}
    assert [cause.field for cause in check_immutable(old, old | change)] == fields
    assert check_immutable(old | {"immutable": False}, old | change) == []


def test_empty_maps_are_left_out() -> None:
    obj: Object = {"data": {}, "binaryData": None, "immutable": False}
    drop_empty(obj)
    assert obj == {"immutable": False}
