"""The verbs on one resource: a parsed request in, a response out. Rules are in boot.plane; this is translation."""

from collections.abc import Callable, Sequence
from typing import Any

import orjson
from aiohttp import web

from boot.apiserver.duplicates import report_duplicates, wanted_duplicates
from boot.apiserver.negotiation import answer, read_accept, read_body, receive_body, send
from boot.apiserver.requests import Resource, read_delete_options, read_list_options, read_write_options
from boot.apiserver.tables import build_partial, build_table
from boot.clock import Clock
from boot.errors import BadRequest, MethodNotAllowed, NotFound
from boot.plane.options import WriteOptions
from boot.plane.paging import Page
from boot.plane.patching import APPLY
from boot.plane.plane import Plane
from boot.plane.subresources import shown_version
from boot.resources.base import Object
from boot.resources.kinds import Definition, Kind, Version


class Verbs:
    """One method per verb; every failure is an ApiError."""

    def __init__(self, plane: Plane, clock: Clock, who: Callable[[web.Request], str]) -> None:
        """`who` names the user of a request, for the audit trail."""
        self._who = who
        self._plane = plane
        self._clock = clock

    def resolve(self, resource: Resource, verb: str) -> tuple[Kind, Definition, Version]:
        """NotFound when nothing of that name is served, or its path has a namespace too many or too few.

        MethodNotAllowed for a verb, as discovery names it, that the kind has not.
        """
        definition, version = self._plane.catalog.resolve(resource.group, resource.version, resource.plural)
        wants_namespace = definition.namespaced and bool(resource.name)
        if (resource.namespace and not definition.namespaced) or (wants_namespace and not resource.namespace):
            raise NotFound("the server could not find the requested resource")
        if verb not in definition.verbs:
            raise MethodNotAllowed("the server does not allow this method on the requested resource")
        return definition.kind_for(resource.version), definition, version

    async def get(self, request: web.Request, resource: Resource) -> web.Response:
        kind, _, version = self.resolve(resource, "get")
        shown = read_accept(request.headers.get("Accept", ""))
        if not shown.kind and not resource.subresource:
            return send(self._plane.get_text(kind, resource.name, resource.namespace) + b"\n")
        obj = self._plane.get(kind, resource.name, resource.namespace, resource.subresource)
        return self._show(request, shown_version(version, resource.subresource), obj)

    async def list(self, request: web.Request, resource: Resource) -> web.Response:
        kind, definition, version = self.resolve(resource, "list")
        options = read_list_options(request.query)
        if not read_accept(request.headers.get("Accept", "")).kind:
            texts = self._plane.list_texts(kind, resource.namespace, options)
            return answer(_list_of(definition, kind, texts) | {"items": [orjson.Fragment(text) for text in texts.items]})
        page = self._plane.list(kind, resource.namespace, options)
        return self._show_list(request, kind, definition, version, page)

    async def create(self, request: web.Request, resource: Resource) -> web.Response:
        kind, _, version = self.resolve(resource, "create")
        options = self._write_options(request)
        obj = _with_namespace(await _read_object(request, options, kind), resource)
        created = await self._plane.create(kind, obj, options)
        return self._show(request, version, created, 201, options.warnings)

    async def update(self, request: web.Request, resource: Resource) -> web.Response:
        kind, _, version = self.resolve(resource, "update")
        options = self._write_options(request)
        obj = _with_namespace(await _read_object(request, options, kind), resource)
        updated = await self._plane.update(kind, resource.name, resource.namespace, obj, options, resource.subresource)
        return self._show(request, version, updated, 200, options.warnings)

    async def patch(self, request: web.Request, resource: Resource) -> web.Response:
        kind, _, version = self.resolve(resource, "patch")
        patch_type = request.content_type
        options = self._write_options(request)
        patch = await _read_object(request, options, kind, patch_type)
        address = (kind, resource.name, resource.namespace)
        if patch_type == APPLY:
            patched, new = await self._plane.apply(*address, patch, options, resource.subresource)
            return self._show(request, version, patched, 201 if new else 200, options.warnings)
        patched = await self._plane.patch(*address, patch, patch_type, options, resource.subresource)
        return self._show(request, version, patched, 200, options.warnings)

    async def delete(self, request: web.Request, resource: Resource) -> web.Response:
        kind, _, _ = self.resolve(resource, "delete")
        options = read_delete_options(request.query, await _optional_body(request), self._who(request))
        removed = await self._plane.delete(kind, resource.name, resource.namespace, options)
        metadata = removed["metadata"]
        if metadata.get("deletionTimestamp") and metadata.get("finalizers"):
            return answer(removed)
        details = {"name": metadata["name"], "group": kind.group, "kind": kind.plural, "uid": metadata["uid"]}
        return answer(
            {
                "kind": "Status",
                "apiVersion": "v1",
                "metadata": {},
                "status": "Success",
                "details": {key: value for key, value in details.items() if value},
            }
        )

    async def delete_collection(self, request: web.Request, resource: Resource) -> web.Response:
        kind, definition, version = self.resolve(resource, "deletecollection")
        options = read_delete_options(request.query, await _optional_body(request), self._who(request))
        page = await self._plane.delete_collection(kind, resource.namespace, read_list_options(request.query), options)
        return self._show_list(request, kind, definition, version, page)

    def build_table(self, version: Version, objects: Sequence[Object], metadata: Object, include: str) -> Object:
        """Objects as a Table (also one per watch event)."""
        return build_table(version, objects, metadata, self._clock.now(), include)

    def _write_options(self, request: web.Request) -> WriteOptions:
        return read_write_options(request.query, request.headers.get("User-Agent", ""), self._who(request))

    def _show(
        self, request: web.Request, version: Version, obj: Object, status: int = 200, warnings: Sequence[str] = ()
    ) -> web.Response:
        shown = read_accept(request.headers.get("Accept", ""))
        body = obj
        if shown.kind == "Table":
            metadata = {"resourceVersion": obj["metadata"].get("resourceVersion", "")}
            body = self.build_table(version, [obj], metadata, request.query.get("includeObject", ""))
        elif shown.kind:
            body = build_partial(obj)
        return answer(body, status, shown.media_type, warnings)

    def _show_list(
        self, request: web.Request, kind: Kind, definition: Definition, version: Version, page: Page[Object]
    ) -> web.Response:
        shown = read_accept(request.headers.get("Accept", ""))
        body = _list_of(definition, kind, page)
        if shown.kind == "Table":
            body = self.build_table(version, page.items, body["metadata"], request.query.get("includeObject", ""))
        elif shown.kind:
            items = [build_partial(item) for item in page.items]
            body |= {"kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1", "items": items}
        else:
            body["items"] = page.items
        return answer(body, 200, shown.media_type)


async def _read_object(request: web.Request, options: WriteOptions, kind: Kind, patch_type: str = "") -> Any:
    duplicates = wanted_duplicates(options)
    body = await read_body(request, duplicates)
    report_duplicates(duplicates, options, kind, patch_type)
    return body


def _list_of(definition: Definition, kind: Kind, page: Page[Any]) -> Object:
    """The list without its items."""
    metadata: Object = {"resourceVersion": str(page.revision)}
    if page.continue_token:
        metadata["continue"] = page.continue_token
    if page.remaining is not None:
        metadata["remainingItemCount"] = page.remaining
    return {"kind": definition.list_kind, "apiVersion": kind.api_version, "metadata": metadata}


async def _optional_body(request: web.Request) -> Object:
    if not await receive_body(request):
        return {}
    body = await read_body(request)
    if not isinstance(body, dict):
        raise BadRequest("the body of a DELETE is DeleteOptions")
    return body


def _with_namespace(body: Any, resource: Resource) -> Object:
    """The object with the namespace of its path; BadRequest when it names another."""
    if not isinstance(body, dict) or not isinstance(body.get("metadata"), dict):
        raise BadRequest("the body is no Kubernetes object: it has no metadata")
    named = body["metadata"].get("namespace") or resource.namespace
    if named != resource.namespace:
        raise BadRequest(
            f"the namespace of the provided object does not match the namespace sent on the request ({named}, "
            f"{resource.namespace or 'cluster scope'})"
        )
    return body | {"metadata": body["metadata"] | ({"namespace": named} if named else {})}
