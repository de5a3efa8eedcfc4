from boot.cluster_api.ownership import controller_of, owner_of, owner_reference, with_owner
from boot.resources.base import Object


def _made(kind: str, name: str, api_version: str = "cluster.x-k8s.io/v1beta1") -> Object:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "uid": f"uid-{name}"}}


SET, MACHINE = _made("MachineSet", "ms"), _made("Machine", "m")


def test_a_flag_that_is_not_set_stays_out() -> None:
    assert owner_reference(SET) == {
        "apiVersion": "cluster.x-k8s.io/v1beta1",
        "kind": "MachineSet",
        "name": "ms",
        "uid": "uid-ms",
    }
    assert owner_reference(MACHINE, controller=True, block=True)["controller"] is True


def test_an_owner_takes_its_own_place_whatever_the_version() -> None:
    old = owner_reference(_made("Machine", "m", "cluster.x-k8s.io/v1alpha4"))
    wanted = owner_reference(MACHINE, controller=True, block=True)
    assert with_owner([old, owner_reference(SET)], wanted) == [wanted, owner_reference(SET)]


def test_a_new_owner_comes_last() -> None:
    wanted = owner_reference(MACHINE)
    assert with_owner([owner_reference(SET)], wanted) == [owner_reference(SET), wanted]
    assert with_owner([], wanted) == [wanted]


def test_owners_are_found_by_kind_and_group_and_the_controller_by_its_flag() -> None:
    references = [owner_reference(SET), owner_reference(MACHINE, controller=True)]
    obj = {"metadata": {"ownerReferences": references}}
    assert owner_of(obj, "MachineSet", "cluster.x-k8s.io") == references[0]
    assert owner_of(obj, "MachineSet", "apps") is None
    assert controller_of(obj) == references[1]
    assert controller_of({"metadata": {}}) is None
