"""What the API says about itself: discovery, OpenAPI, version, health; built once per generation of the catalog."""

from collections.abc import Callable

from aiohttp import web

from boot.apiserver.discovery import (
    build_aggregated,
    build_api_versions,
    build_group,
    build_group_list,
    build_paths,
    build_resource_list,
    group_names,
    versions_of,
)
from boot.apiserver.health import Checks, answer_health
from boot.apiserver.negotiation import answer
from boot.apiserver.openapi.serving import OpenApi
from boot.errors import NotFound
from boot.plane.catalog import Catalog
from boot.resources.base import Object

VERSION: Object = {
    # The Kubernetes whose API this is; clients compare the numbers with their own.
    "major": "1",
    "minor": "35",
    "gitVersion": "v1.35.0+sidero-tui",
    "gitCommit": "",
    "gitTreeState": "clean",
    "buildDate": "2026-01-01T00:00:00Z",
    "goVersion": "none",
    "compiler": "CPython",
    "platform": "any",
}


class Documents:
    """`answer` is None for a path that is none of these."""

    def __init__(self, catalog: Catalog, address: Callable[[], str], checks: Checks) -> None:
        self._catalog = catalog
        self._address = address
        self._checks = checks
        self._openapi = OpenApi(catalog)
        self._generation = -1
        self._built: dict[tuple[str, ...], Object] = {}

    async def answer(self, request: web.Request) -> web.Response | None:
        path, accept = request.path, request.headers.get("Accept", "")
        if health := answer_health(request, self._checks):
            return health
        if path == "/version":
            return answer(VERSION)
        if path == "/":
            return answer(self._once((), lambda: build_paths(self._catalog.definitions())))
        parts = tuple(path.strip("/").split("/"))
        if parts in {("api",), ("apis",)} and (version := _aggregated(accept)):
            body = self._once(
                ("aggregated", version, *parts),
                lambda: build_aggregated(self._catalog.definitions(), version, core=parts == ("api",)),
            )
            return answer(body, media_type=f"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList")
        if parts[0] == "openapi":
            return await self._openapi.answer(request, parts[1:])
        if parts[0] in {"api", "apis"} and len(parts) <= (2 if parts[0] == "api" else 3):
            return answer(self._once(parts, lambda: self._plain(parts)))
        return None

    def _once(self, key: tuple[str, ...], build: Callable[[], Object]) -> Object:
        if self._generation != self._catalog.generation:
            self._generation = self._catalog.generation
            self._built.clear()
        if key not in self._built:
            self._built[key] = build()
        return self._built[key]

    def _plain(self, parts: tuple[str, ...]) -> Object:
        definitions = self._catalog.definitions()
        match parts:
            case ("api",):
                return build_api_versions(self._address())
            case ("apis",):
                return build_group_list(definitions)
            case ("api", version) if version in versions_of(definitions, ""):
                return build_resource_list(definitions, "", version)
            case ("apis", group) if group in group_names(definitions):
                return build_group(definitions, group)
            case ("apis", group, version) if version in versions_of(definitions, group):
                return build_resource_list(definitions, group, version)
        raise NotFound("the server could not find the requested resource")


def _aggregated(accept: str) -> str:
    """v2 or v2beta1, whichever the client lists first; "" when it wants the plain form."""
    for part in accept.split(","):
        values = dict(piece.strip().split("=", 1) for piece in part.split(";")[1:] if "=" in piece)
        if values.get("as") == "APIGroupDiscoveryList" and values.get("v") in {"v2", "v2beta1"}:
            return values["v"]
    return ""
