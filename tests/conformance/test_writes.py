"""Writing whole objects: create and update."""

import asyncio

import pytest

from boot.client.protocol import Client
from boot.errors import AlreadyExists, ApiError, Conflict, Invalid, NotFound
from boot.resources.base import Object
from boot.resources.kinds import CONFIG_MAP, SERVER, SERVER_CLASS, Kind
from tests.conformance.clients import with_conversion
from tests.support.objects import RACK, config, rack, reference, server

OLD_SERVER = Kind(SERVER.group, "v1alpha1", "Server", "servers")


async def test_the_server_fills_in_what_is_its_own(client: Client, name: str) -> None:
    created = await client.create(SERVER, {**server(name), "status": {"power": "on"}})
    metadata = created["metadata"]
    assert (created["apiVersion"], created["kind"]) == ("metal.sidero.dev/v1alpha2", "Server")
    assert metadata["uid"]
    assert metadata["creationTimestamp"].endswith("Z")
    assert (metadata["generation"], int(metadata["resourceVersion"]) > 0) == (1, True)
    assert "status" not in created


async def test_what_is_the_servers_own_is_never_taken_from_a_client(client: Client, racks: str) -> None:
    stamp = "2001-01-01T00:00:00Z"
    wanted = {"uid": "mine", "generation": 7, "creationTimestamp": stamp, "deletionTimestamp": stamp, "selfLink": "/x"}
    created = await client.create(RACK, {"metadata": {"name": "r", "namespace": racks, **wanted}})
    assert created["metadata"]["uid"] != "mine"
    assert created["metadata"]["generation"] == 1
    assert created["metadata"]["creationTimestamp"] != stamp
    assert not {"deletionTimestamp", "selfLink"} & created["metadata"].keys()
    again = await client.update(
        RACK, {**created, "metadata": {**created["metadata"], "generation": 9, "creationTimestamp": stamp}}
    )
    assert again == created


async def test_names_are_unique_and_made_up(client: Client, name: str) -> None:
    await client.create(SERVER, server(name))
    with pytest.raises(AlreadyExists, match=rf'servers\.metal\.sidero\.dev "{name}" already exists') as caught:
        await client.create(SERVER, server(name))
    assert caught.value.details == {"name": name, "group": "metal.sidero.dev", "kind": "servers"}
    made = await client.create(SERVER, {"metadata": {"generateName": f"{name}-"}, "spec": {"accepted": False}})
    assert made["metadata"]["name"].startswith(f"{name}-")
    assert len(made["metadata"]["name"]) == len(name) + 6
    assert made["metadata"]["generateName"] == f"{name}-"


async def test_a_name_that_is_made_up_from_a_long_one_fits(client: Client, namespace: str) -> None:
    made = await client.create(CONFIG_MAP, {"metadata": {"generateName": "a" * 80, "namespace": namespace}})
    assert len(made["metadata"]["name"]) == 63


@pytest.mark.parametrize(
    ("metadata", "field", "words"),
    [
        ({"name": "Not_A_Name"}, "metadata.name", "a lowercase RFC 1123 subdomain must consist of"),
        ({"name": "a" * 254}, "metadata.name", "must be no more than 253"),
        ({"name": ""}, "metadata.name", "Required value: name or generateName is required"),
        ({"labels": {"a b": "c"}}, "metadata.labels", "name part must consist of alphanumeric characters"),
        ({"labels": {"a": "b c"}}, "metadata.labels", "a valid label must be an empty string or consist of"),
        ({"labels": {"a": "b" * 64}}, "metadata.labels", "must be no more than 63"),
        ({"annotations": {"/a": "b"}}, "metadata.annotations", "prefix part must be non-empty"),
        ({"annotations": {"a": "b" * 262144}}, "metadata.annotations", "may not be more than 262144 bytes"),
        ({"finalizers": ["a b"]}, "metadata.finalizers", "name part must consist of"),
        ({"ownerReferences": [{}]}, "metadata.ownerReferences.kind", "must not be empty"),
    ],
)
async def test_metadata_is_checked(client: Client, racks: str, metadata: Object, field: str, words: str) -> None:
    with pytest.raises(Invalid) as caught:
        await client.create(RACK, {"metadata": {"name": "r", "namespace": racks, **metadata}})
    assert (field, True) in {(cause.field, words in cause.message) for cause in caught.value.causes}


async def test_an_object_has_one_controller(client: Client, racks: str) -> None:
    owners = [
        {"apiVersion": "v1", "kind": "ConfigMap", "name": str(number), "uid": str(number), "controller": True}
        for number in range(2)
    ]
    with pytest.raises(Invalid, match="Only one reference can have Controller set to true"):
        await client.create(RACK, rack(racks, ownerReferences=owners))


async def test_an_object_that_never_was_written_has_no_revision(client: Client, namespace: str) -> None:
    # kube-apiserver calls this an error of its own (500), which it is not.
    with pytest.raises(ApiError, match="resourceVersion should not be set on objects to be created"):
        await client.create(CONFIG_MAP, config(namespace, resourceVersion="1"))


async def test_an_update_needs_the_current_version(client: Client, name: str) -> None:
    first = await client.create(SERVER, server(name))
    changed = await client.update(SERVER, {**first, "spec": {**first["spec"], "hostname": "h"}})
    assert changed["metadata"]["generation"] == 2
    with pytest.raises(Conflict, match="the object has been modified") as caught:
        await client.update(SERVER, first)
    assert caught.value.details == {"name": name, "group": "metal.sidero.dev", "kind": "servers"}


async def test_only_built_in_kinds_are_updated_without_a_version(client: Client, racks: str) -> None:
    await client.create(CONFIG_MAP, config(racks))
    changed = await client.update(CONFIG_MAP, {"metadata": {"name": "c", "namespace": racks}, "data": {"b": "2"}})
    assert changed["data"] == {"b": "2"}
    await client.create(RACK, rack(racks))
    with pytest.raises(Invalid, match=r"metadata\.resourceVersion: Invalid value: (0|0x0): must be specified for an update"):
        await client.update(RACK, rack(racks))


async def test_an_update_of_nothing_or_of_another_is_refused(client: Client, namespace: str) -> None:
    with pytest.raises(NotFound, match='configmaps "c" not found'):
        await client.update(CONFIG_MAP, config(namespace))
    created = await client.create(CONFIG_MAP, config(namespace))
    with pytest.raises(Conflict, match="Precondition failed: UID in precondition: another, UID in object meta:"):
        await client.update(CONFIG_MAP, {**created, "metadata": {**created["metadata"], "uid": "another"}})


async def test_of_writers_who_saw_the_same_one_wins(client: Client, namespace: str) -> None:
    created = await client.create(CONFIG_MAP, config(namespace))

    async def write(number: int) -> bool:
        try:
            await client.update(CONFIG_MAP, {**created, "data": {"writer": str(number)}})
        except Conflict:
            return False
        return True

    assert sum(await asyncio.gather(*(write(number) for number in range(8)))) == 1


async def test_a_write_that_changes_nothing_is_none(client: Client, name: str) -> None:
    first = await client.create(SERVER, server(name))
    assert await client.update(SERVER, first) == first
    assert await client.patch(SERVER, name, {"spec": {"accepted": False}}) == first


async def test_the_generation_counts_changes_of_what_is_wanted(client: Client, racks: str) -> None:
    await client.create(RACK, rack(racks, finalizers=["a.test/b"]))
    generations = [
        (await client.patch(RACK, "r", patch, racks, subresource=subresource))["metadata"]["generation"]
        for patch, subresource in (
            ({"spec": {"units": 1}}, ""),
            ({"metadata": {"labels": {"a": "b"}}}, ""),
            ({"status": {"x": 1}}, "status"),
            ({"spec": {"units": 2}, "status": {"x": 2}}, ""),
        )
    ]
    assert generations == [2, 2, 2, 3]
    await client.delete(RACK, "r", racks)
    assert (await client.get(RACK, "r", racks))["metadata"]["generation"] == 4
    assert "generation" not in (await client.create(CONFIG_MAP, config(racks)))["metadata"]


async def test_status_is_written_on_its_own_and_leaves_the_generation(client: Client, name: str) -> None:
    await client.create(SERVER, server(name))
    spec_only = await client.patch(SERVER, name, {"spec": {"hostname": "h"}, "status": {"power": "on"}})
    assert "status" not in spec_only
    patch = {"metadata": {"labels": {"a": "b"}}, "spec": {"hostname": "x"}, "status": {"power": "on"}}
    status = await client.patch(SERVER, name, patch, subresource="status")
    assert status["status"] == {"power": "on"}
    assert status["spec"]["hostname"] == "h"
    assert "labels" not in status["metadata"]
    assert status["metadata"]["generation"] == 2
    replaced = await client.update(SERVER, {**status, "spec": {"accepted": True}, "status": {"power": "off"}}, "status")
    assert (replaced["status"], replaced["spec"]) == ({"power": "off"}, status["spec"])
    with pytest.raises(Conflict):
        await client.update(SERVER, status, "status")


async def test_a_kind_without_the_subresource_does_not_know_it(client: Client, namespace: str) -> None:
    await client.create(CONFIG_MAP, config(namespace))
    with pytest.raises(NotFound, match="the server could not find the requested resource"):
        await client.patch(CONFIG_MAP, "c", {"status": {}}, namespace, subresource="status")


@with_conversion
async def test_both_versions_are_the_same_object(client: Client, name: str) -> None:
    processor = {"manufacturer": "Intel", "productName": "Atom", "coreCount": 4}
    created = await client.create(SERVER, server(name, hardware={"compute": {"processors": [processor]}}))
    old = await client.get(OLD_SERVER, name)
    assert old["spec"]["cpu"] == {"manufacturer": "Intel", "version": "Atom"}
    assert old["metadata"]["uid"] == created["metadata"]["uid"]
    await client.patch(OLD_SERVER, name, {"spec": {"accepted": True}})
    new = await client.get(SERVER, name)
    assert new["spec"] == {"accepted": True, "hardware": {"compute": {"processors": [processor]}}}


async def test_class_lists_are_lists_even_when_empty(client: Client, name: str) -> None:
    await client.create(SERVER_CLASS, {"metadata": {"name": name}, "spec": {}})
    status: Object = {"status": {"serversAvailable": [], "serversInUse": []}}
    assert (await client.patch(SERVER_CLASS, name, status, subresource="status"))["status"] == status["status"]


async def test_an_owner_may_live_anywhere_and_is_kept_as_written(client: Client, racks: str) -> None:
    owner = await client.create(RACK, rack(racks, "owner"))
    references = [reference(owner, controller=True, blockOwnerDeletion=False)]
    created = await client.create(RACK, rack(racks, "owned", ownerReferences=references))
    assert created["metadata"]["ownerReferences"] == references
