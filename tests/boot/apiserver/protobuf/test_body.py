import random

import pytest

from boot.apiserver.protobuf import decode_body
from boot.apiserver.protobuf.wire import encode_field as _field
from boot.errors import BadRequest, UnsupportedMediaType


def _body(kind: str, raw: bytes, api_version: str = "v1") -> bytes:
    return b"k8s\0" + _field(1, _field(1, api_version) + _field(2, kind)) + _field(2, raw)


METADATA = (
    _field(1, "bmc")
    + _field(2, "")
    + _field(3, "rack3")
    + _field(11, _field(1, "a") + _field(2, "b"))
    + _field(11, _field(1, "c"))
    + _field(13, _field(1, "Server") + _field(3, "s") + _field(6, 1))
    + _field(14, "one")
    + _field(14, "two")
)
SECRET = _body("Secret", _field(1, METADATA) + _field(2, _field(1, "pass") + _field(2, b"\xff\x00")) + _field(3, "Opaque"))


def test_a_secret_reads_as_its_json_would() -> None:
    assert decode_body(SECRET) == {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": "bmc",
            "namespace": "rack3",
            "labels": {"a": "b", "c": ""},
            "ownerReferences": [{"kind": "Server", "name": "s", "controller": True}],
            "finalizers": ["one", "two"],
        },
        "data": {"pass": "/wA="},
        "type": "Opaque",
    }


def test_a_kind_it_does_not_know_is_asked_for_in_json() -> None:
    with pytest.raises(UnsupportedMediaType, match="send JSON"):
        decode_body(_body("Binding", b""))


@pytest.mark.parametrize("api_version", ["v1", "apps/v1", "coordination.k8s.io/v1"])
def test_a_typed_client_deletes_in_its_own_groups_name(api_version: str) -> None:
    raw = _field(1, 0) + _field(2, _field(1, "u1")) + _field(3, 0) + _field(4, "Foreground") + _field(5, "All")
    assert decode_body(_body("DeleteOptions", raw, api_version)) == {
        "apiVersion": api_version,
        "kind": "DeleteOptions",
        "gracePeriodSeconds": 0,
        "preconditions": {"uid": "u1"},
        "orphanDependents": False,
        "propagationPolicy": "Foreground",
        "dryRun": ["All"],
    }


def test_a_deployment_keeps_what_it_says_to_its_last_container() -> None:
    probe = _field(1, _field(2, _field(1, "/healthz") + _field(2, _field(1, 1) + _field(2, 0) + _field(3, "http")))) + _field(
        4, 5
    )
    secure = _field(1, _field(2, "ALL")) + _field(7, 0) + _field(11, _field(1, "RuntimeDefault"))
    limits = _field(1, _field(1, "memory") + _field(2, _field(1, "64Mi")))
    container = _field(1, "manager") + _field(4, "--leader-elect") + _field(8, limits) + _field(11, probe) + _field(15, secure)
    volume = _field(1, "scratch") + _field(2, _field(2, _field(1, "")))
    pod = _field(1, volume) + _field(2, container) + _field(11, 0) + _field(22, _field(2, "Exists") + _field(5, 30))
    labels = _field(1, _field(1, "app") + _field(2, "a"))
    strategy = _field(1, "RollingUpdate") + _field(2, _field(1, _field(1, 1) + _field(3, "25%")))
    spec = _field(1, 0) + _field(2, labels) + _field(3, _field(1, b"") + _field(2, pod)) + _field(4, strategy)
    assert decode_body(_body("Deployment", _field(2, spec), "apps/v1"))["spec"] == {
        "replicas": 0,
        "selector": {"matchLabels": {"app": "a"}},
        "template": {
            "metadata": {},
            "spec": {
                "volumes": [{"name": "scratch", "emptyDir": {}}],
                "containers": [
                    {
                        "name": "manager",
                        "args": ["--leader-elect"],
                        "resources": {"limits": {"memory": "64Mi"}},
                        "readinessProbe": {"httpGet": {"path": "/healthz", "port": "http"}, "periodSeconds": 5},
                        "securityContext": {
                            "capabilities": {"drop": ["ALL"]},
                            "allowPrivilegeEscalation": False,
                            "seccompProfile": {"type": "RuntimeDefault"},
                        },
                    }
                ],
                "tolerations": [{"operator": "Exists", "tolerationSeconds": 30}],
            },
        },
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%"}},
    }


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"k8s",
        b"k8s\0\x0a\x05ab",
        b"k8s\0" + _field(1, 7),
        b"k8s\0" + _field(1, _field(1, "v1") + _field(2, "Secret")) + _field(2, 7),
        _body("Secret", _field(1, 3)),
    ],
)
def test_a_body_that_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(BadRequest):
        decode_body(data)


def test_a_body_packed_in_an_encoding_of_its_own_is_refused() -> None:
    with pytest.raises(UnsupportedMediaType, match="content encoding"):
        decode_body(_body("Secret", b"") + _field(3, "gzip"))


def test_a_body_that_ends_early_anywhere_is_an_object_or_a_refusal() -> None:
    for end in range(4, len(SECRET)):
        try:
            decode_body(SECRET[:end])
        except (BadRequest, UnsupportedMediaType):
            continue


def test_whatever_the_bytes_the_answer_is_an_object_or_a_refusal() -> None:
    dice = random.Random(7)
    refused = 0
    for _ in range(5000):
        data = bytearray(SECRET)
        for _ in range(dice.randrange(1, 4)):
            data[dice.randrange(4, len(data))] = dice.randrange(256)
        try:
            decode_body(bytes(data[: dice.randrange(4, len(data) + 1)]))
        except (BadRequest, UnsupportedMediaType):
            refused += 1
    assert refused > 1000
