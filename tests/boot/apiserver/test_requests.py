import pytest

from boot.apiserver.requests import Resource, parse_path
from boot.errors import NotFound


@pytest.mark.parametrize(
    ("path", "resource"),
    [
        ("/api/v1/namespaces", Resource("", "v1", "namespaces")),
        ("/api/v1/namespaces/x", Resource("", "v1", "namespaces", "", "x")),
        ("/api/v1/namespaces/x/status", Resource("", "v1", "namespaces", "", "x", "status")),
        ("/api/v1/namespaces/x/secrets", Resource("", "v1", "secrets", "x")),
        ("/api/v1/namespaces/x/secrets/y", Resource("", "v1", "secrets", "x", "y")),
        ("/api/v1/secrets", Resource("", "v1", "secrets")),
        (
            "/apis/metal.sidero.dev/v1alpha2/servers/s/status",
            Resource("metal.sidero.dev", "v1alpha2", "servers", "", "s", "status"),
        ),
    ],
)
def test_paths_name_resources(path: str, resource: Resource) -> None:
    assert parse_path(path) == resource


@pytest.mark.parametrize("path", ["/", "/api", "/apis/g", "/api/v1/a/b/c/d", "/api/v1/namespaces/x//y", "/other/v1/x"])
def test_other_paths_are_not_found(path: str) -> None:
    with pytest.raises(NotFound):
        parse_path(path)
