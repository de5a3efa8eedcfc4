"""ConfigMap and Secret: what is true of them alone."""

import pytest

from boot.client.protocol import Client
from boot.errors import Invalid
from boot.resources.base import Object
from boot.resources.kinds import CONFIG_MAP, SECRET
from tests.support.objects import config


def _secret(namespace: str, **more: object) -> Object:
    return {"metadata": {"name": "s", "namespace": namespace}, **more}


async def test_secrets_take_plain_text_and_give_base64(client: Client, namespace: str) -> None:
    created = await client.create(SECRET, _secret(namespace, data={"user": "eA==", "a": "YQ=="}, stringData={"user": "admin"}))
    assert (created["data"], created["type"]) == ({"user": "YWRtaW4=", "a": "YQ=="}, "Opaque")
    assert "stringData" not in created


async def test_a_secret_keeps_its_type(client: Client, namespace: str) -> None:
    await client.create(SECRET, _secret(namespace, type="example.test/bmc"))
    with pytest.raises(Invalid, match=r"type: Invalid value: .*field is immutable"):
        await client.patch(SECRET, "s", {"type": "Opaque"}, namespace)


@pytest.mark.parametrize(
    ("kind_type", "data", "field"),
    [
        ("kubernetes.io/tls", {"tls.crt": "YQ=="}, "data[tls.key]"),
        ("kubernetes.io/dockerconfigjson", {}, "data[.dockerconfigjson]"),
        ("kubernetes.io/ssh-auth", {}, "data[ssh-privatekey]"),
    ],
)
async def test_a_secret_of_a_known_type_has_its_keys(
    client: Client, namespace: str, kind_type: str, data: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        await client.create(SECRET, _secret(namespace, type=kind_type, data=data))
    assert field in {cause.field for cause in caught.value.causes}


@pytest.mark.parametrize("key", ["a b", "..", "a/b", "a" * 254])
async def test_keys_are_file_names(client: Client, namespace: str, key: str) -> None:
    for kind, obj in ((CONFIG_MAP, {**config(namespace), "data": {key: "x"}}), (SECRET, _secret(namespace, data={key: "eA=="}))):
        with pytest.raises(Invalid) as caught:
            await client.create(kind, obj)
        assert {cause.field for cause in caught.value.causes} == {f"data[{key}]"}


async def test_a_key_is_text_or_binary(client: Client, namespace: str) -> None:
    with pytest.raises(Invalid, match="duplicate of key present in"):
        await client.create(CONFIG_MAP, {**config(namespace), "binaryData": {"a": "YQ=="}})


async def test_what_is_immutable_stays_so_and_as_it_is(client: Client, namespace: str) -> None:
    for kind, obj in ((CONFIG_MAP, config(namespace, "s")), (SECRET, _secret(namespace, data={"a": "YQ=="}))):
        await client.create(kind, {**obj, "immutable": True})
        for change in ({"data": {"a": "Yg=="}}, {"immutable": False}, {"immutable": None}):
            with pytest.raises(Invalid, match="field is immutable when `immutable` is set"):
                await client.patch(kind, "s", change, namespace)
        labelled = await client.patch(kind, "s", {"metadata": {"labels": {"a": "b"}}}, namespace)
        assert labelled["metadata"]["labels"] == {"a": "b"}
        await client.delete(kind, "s", namespace)
