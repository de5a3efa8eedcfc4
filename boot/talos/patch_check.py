"""Whether the patches in an object can be a machine config's, asked when they are edited and not first by a machine. Pure.

Where the object says for which Talos it is, its patches are applied to a config of that version contract, and the result is
checked as Talos checks it. A Server and a ServerClass do not say: their patches must do on one release at least.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from boot.errors import ConfigError
from boot.talos.documents import Document
from boot.talos.machine_config import ClusterInput, MachineType, build_machine_config, parse_machine_type
from boot.talos.patches import apply_operations, apply_patches, parse_patch
from boot.talos.releases import NEWEST_CONTRACT, RELEASES, Contract, find_release, parse_contract
from boot.talos.secrets import generate_bundle
from boot.talos.validation import validate_config

_OPERATIONS = frozenset({"add", "remove", "replace", "move", "copy", "test"})
_SAMPLE_CONTRACT = Contract(RELEASES[0].minor)
"""Its secrets have elliptic keys alone, which are made in a moment."""

Complaint = tuple[str, str]
"""Path of the field, such as spec.strategicPatches[0], and what is wrong with it."""


def check_talos_spec(spec: Mapping[str, Any], path: str) -> Iterator[Complaint]:
    """A TalosConfigSpec, which names its version contract or means the newest."""
    if spec.get("generateType") == "none":
        return
    version = spec.get("talosVersion")
    try:
        contract = parse_contract(version) if version else NEWEST_CONTRACT
        machine_type = parse_machine_type(spec.get("generateType") or "")
    except ConfigError:
        return  # told by the check of these fields themselves
    yield from _check(spec, path, [(contract, machine_type)])


def check_server_spec(spec: Mapping[str, Any], path: str) -> Iterator[Complaint]:
    """A Server's or a ServerClass's."""
    contracts = [Contract(release.minor) for release in reversed(RELEASES)]
    yield from _check(spec, path, [(contract, MachineType.CONTROL_PLANE) for contract in contracts])


def _check(spec: Mapping[str, Any], path: str, targets: Sequence[tuple[Contract, MachineType]]) -> Iterator[Complaint]:
    operations, texts = spec.get("configPatches") or (), spec.get("strategicPatches") or ()
    wrong = [*_check_operations(operations, f"{path}.configPatches"), *_check_texts(texts, f"{path}.strategicPatches")]
    yield from wrong
    if wrong or not (operations or texts):
        return
    first: list[Complaint] = []
    for contract, machine_type in targets:
        complaints = list(_apply(operations, texts, path, contract, machine_type))
        if not complaints:
            return
        first = first or complaints
    yield from first


def _check_operations(operations: Sequence[Any], path: str) -> Iterator[Complaint]:
    for number, operation in enumerate(operations):
        name, pointer = operation.get("op"), operation.get("path", "")
        if name not in _OPERATIONS:
            yield f"{path}[{number}].op", f"{name!r} is no operation of RFC 6902: {', '.join(sorted(_OPERATIONS))}"
        elif not str(pointer).startswith("/"):
            yield f"{path}[{number}].path", f"{pointer!r} is no JSON pointer: it begins with /"


def _check_texts(texts: Sequence[Any], path: str) -> Iterator[Complaint]:
    for number, text in enumerate(texts):
        try:
            parse_patch(str(text))
        except ConfigError as error:
            yield f"{path}[{number}]", str(error)


def _apply(
    operations: Sequence[Any], texts: Sequence[Any], path: str, contract: Contract, machine_type: MachineType
) -> Iterator[Complaint]:
    documents, known = _sample(contract, machine_type)
    field = f"{path}.configPatches"
    try:
        if operations:
            documents = apply_operations(documents, [dict(operation) for operation in operations])
        for number, text in enumerate(texts):
            field = f"{path}.strategicPatches[{number}]"
            documents = apply_patches(documents, [parse_patch(str(text))])
    except ConfigError as error:
        yield field, f"it does not apply to a config of Talos {contract}: {error}"
        return
    field = f"{path}.strategicPatches" if texts else f"{path}.configPatches"
    for complaint in validate_config(documents, contract):
        if complaint not in known:
            yield field, f"Talos {contract} would refuse it: {complaint}"


@lru_cache(maxsize=len(RELEASES) * 2)
def _sample(contract: Contract, machine_type: MachineType) -> tuple[list[Document], frozenset[str]]:
    """A config as that release's own generator makes it, and what is incomplete about it: the install disk, for one."""
    cluster = ClusterInput("sample", "https://192.0.2.1:6443", find_release(contract.minor).kubernetes, contract)
    bundle = generate_bundle(_SAMPLE_CONTRACT, datetime.now(UTC))
    documents = build_machine_config(cluster, bundle, machine_type)
    return documents, frozenset(validate_config(documents, contract))
