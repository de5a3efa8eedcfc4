"""Patches are held against a real config when they are edited: what no machine would take is named, with its field."""

from typing import Any

import pytest

from boot.resources.base import Object
from boot.talos.patch_admission import check_patches
from boot.talos.patch_check import check_server_spec, check_talos_spec

DISK = "machine: {install: {disk: /dev/sda}}"
ADD = {"op": "add", "path": "/machine/install", "value": {"disk": "/dev/sda"}}


@pytest.mark.parametrize(
    ("spec", "field", "told"),
    [
        ({"strategicPatches": [DISK]}, "", ""),
        ({"strategicPatches": [DISK, "machine: ["]}, "s.strategicPatches[1]", "not YAML"),
        ({"strategicPatches": ["machine: {nonsense: 1}"]}, "s.strategicPatches", "nonsense"),
        ({"configPatches": [ADD]}, "s.configPatches", "does not apply to a config of Talos v1.13"),
        ({"configPatches": [ADD], "talosVersion": "v1.10"}, "", ""),
        ({"configPatches": [{"op": "put", "path": "/a"}]}, "s.configPatches[0].op", "no operation of RFC 6902"),
        ({"configPatches": [{"op": "add", "path": "a"}]}, "s.configPatches[0].path", "begins with /"),
        ({"configPatches": [{"op": "remove", "path": "/nowhere/x"}], "talosVersion": "v1.10"}, "s.configPatches", "apply"),
        ({"generateType": "none", "strategicPatches": ["machine: ["]}, "", ""),
    ],
)
def test_a_talos_config_s_patches_are_tried_on_its_own_contract(spec: Object, field: str, told: str) -> None:
    complaints = list(check_talos_spec({"generateType": "controlplane", **spec}, "s"))
    assert [path for path, _ in complaints] == ([field] if field else [])
    assert all(told in message for _, message in complaints)


def test_a_server_s_patches_must_do_on_one_release() -> None:
    assert list(check_server_spec({"configPatches": [ADD]}, "spec")) == []
    assert list(check_server_spec({"strategicPatches": [DISK]}, "spec")) == []
    ((field, message),) = check_server_spec({"strategicPatches": ["machine: {nonsense: 1}"]}, "spec")
    assert (field, "nonsense" in message) == ("spec.strategicPatches", True)


def test_what_is_there_already_may_be_mended_piece_by_piece() -> None:
    wrong: Any = {"spec": {"accepted": False, "strategicPatches": ["machine: ["]}}
    (cause,) = check_patches("metal.sidero.dev", "servers", wrong, None)
    assert cause.field == "spec.strategicPatches[0]"
    accepted = {"spec": {**wrong["spec"], "accepted": True}}
    assert check_patches("metal.sidero.dev", "servers", accepted, wrong) == []
    assert check_patches("metal.sidero.dev", "environments", wrong, None) == []
