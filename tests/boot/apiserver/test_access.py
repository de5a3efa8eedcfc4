"""Who may do what, in upstream's words."""

import pytest

from boot.apiserver.access import Access, check_access, may, read_access
from boot.apiserver.identity import Identity
from boot.apiserver.pki import ADMIN, READER
from boot.errors import ApiError, Forbidden, Unauthorized

BOSS, GUEST, STRANGER = Identity(ADMIN[0], (ADMIN[1],)), Identity(READER[0], (READER[1],)), Identity("x", ("others",))
SERVERS = "/apis/metal.sidero.dev/v1alpha2/servers"
SECRETS = "/api/v1/namespaces/default/secrets"
WHERE = 'in API group "metal.sidero.dev" at the cluster scope'
REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


@pytest.mark.parametrize(
    ("method", "path", "query", "access"),
    [
        ("GET", SERVERS, {}, Access("list", "metal.sidero.dev", "servers")),
        ("GET", SERVERS, {"watch": "1"}, Access("watch", "metal.sidero.dev", "servers")),
        ("GET", SERVERS + "/a", {}, Access("get", "metal.sidero.dev", "servers", name="a")),
        ("POST", SECRETS, {}, Access("create", "", "secrets", namespace="default")),
        ("DELETE", SECRETS, {}, Access("deletecollection", "", "secrets", namespace="default")),
        ("PUT", SERVERS + "/a/status", {}, Access("update", "metal.sidero.dev", "servers", "status", name="a")),
        ("PATCH", "/api/v1/namespaces/a", {}, Access("patch", "", "namespaces", namespace="a", name="a")),
        ("GET", "/metrics", {}, Access("get", path="/metrics")),
        ("POST", "/api", {}, Access("post", path="/api")),
    ],
)
def test_a_request_is_what_kube_apiserver_takes_it_for(method: str, path: str, query: dict[str, str], access: Access) -> None:
    assert read_access(method, path, query) == access


@pytest.mark.parametrize(
    ("identity", "method", "path", "refusal"),
    [
        (None, "GET", "/healthz", None),
        (None, "GET", "/livez", None),
        (None, "GET", "/readyz", None),
        (None, "GET", "/version", None),
        (None, "POST", "/healthz", Unauthorized),
        (None, "GET", "/livez/ping", Unauthorized),
        (None, "GET", "/metrics", Unauthorized),
        (None, "GET", "/api", Unauthorized),
        (None, "POST", REVIEWS, Unauthorized),
        (BOSS, "DELETE", SECRETS, None),
        (BOSS, "PUT", "/sidero-tui/v1/backup", None),
        (GUEST, "GET", SERVERS, None),
        (GUEST, "GET", "/metrics", None),
        (GUEST, "GET", "/openapi/v3", None),
        (GUEST, "POST", REVIEWS, None),
        (GUEST, "GET", SECRETS, Forbidden),
        (GUEST, "GET", SECRETS + "/a", Forbidden),
        (GUEST, "GET", "/api/v1/secrets", Forbidden),
        (GUEST, "GET", "/sidero-tui/v1/backup", Forbidden),
        (GUEST, "PATCH", SERVERS + "/a", Forbidden),
        (GUEST, "PUT", SERVERS + "/a/status", Forbidden),
        (STRANGER, "GET", SERVERS, Forbidden),
        (STRANGER, "POST", REVIEWS, None),
    ],
)
def test_each_identity_has_its_rights(identity: Identity | None, method: str, path: str, refusal: type[ApiError] | None) -> None:
    access = read_access(method, path, {})
    if refusal is None:
        check_access(identity, access, ())
    else:
        with pytest.raises(refusal):
            check_access(identity, access, ())


def test_who_may_read_everything_but_secrets_may_not_read_everything() -> None:
    assert not may(GUEST, Access("get", "*", "*"))
    assert not may(GUEST, Access("list", "", "*"))
    assert not may(GUEST, Access("*", "", "configmaps"))
    assert may(GUEST, Access("list", "apps", "*"))
    assert may(BOSS, Access("*", "*", "*"))


@pytest.mark.parametrize(
    ("method", "path", "words"),
    [
        (
            "POST",
            SERVERS,
            'servers.metal.sidero.dev is forbidden: {} cannot create resource "servers" {}',
        ),
        (
            "GET",
            SECRETS + "/bmc",
            'secrets "bmc" is forbidden: {} cannot get resource "secrets" in API group "" in the namespace "default"',
        ),
        (
            "PATCH",
            SERVERS + "/a/status",
            'servers.metal.sidero.dev "a" is forbidden: {} cannot patch resource "servers/status" {}',
        ),
        ("POST", "/metrics", 'forbidden: {} cannot post path "/metrics"'),
    ],
)
def test_refusals_are_upstreams_sentences(method: str, path: str, words: str) -> None:
    with pytest.raises(Forbidden) as caught:
        check_access(GUEST, read_access(method, path, {}), ())
    assert caught.value.message == words.format('User "sidero-tui-reader"', WHERE)


@pytest.mark.parametrize("header", ["Impersonate-User", "impersonate-group", "Impersonate-Extra-scopes"])
def test_nobody_acts_for_another(header: str) -> None:
    with pytest.raises(Forbidden, match=r'cannot impersonate resource "users" .* nobody acts for another'):
        check_access(BOSS, read_access("GET", SERVERS, {}), ("Accept", header))
