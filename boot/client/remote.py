"""The Client of a plane that is elsewhere: any Kubernetes API, over kubernetes-asyncio.

Importing kubernetes_asyncio costs 0.6 s and 72 MiB (measured), so nothing imports this module unless it is needed.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from kubernetes_asyncio.client import ApiClient, ApiException
from kubernetes_asyncio.config import ConfigException, new_client_from_config, new_client_from_config_dict

from boot.client.protocol import Change, ChangeType, Client, ObjectList, PatchType
from boot.errors import API_ERRORS, ApiError, Cause, ConfigError, Expired, InternalError, NotFound, ServiceUnavailable
from boot.resources.base import Object
from boot.resources.crds import definition_from_crd, own_crds
from boot.resources.kinds import CUSTOM_RESOURCE_DEFINITION, Kind

_RETRY = 1.0
"""Seconds between two attempts of a watch that ended early."""
_STREAM_SECONDS = 300
_HEADERS = {"Accept": "application/json", "User-Agent": "sidero-tui"}
"""Fields that we write without a manager of their own are managed by the program of the User-Agent."""
_SERVED_WITHIN, _SERVED_POLL = 30.0, 0.1


@asynccontextmanager
async def open_remote_client(kubeconfig: Path) -> AsyncIterator["RemoteClient"]:
    """ConfigError when the file is no kubeconfig; whether anything answers shows with the first call."""
    client = await _connect(new_client_from_config(config_file=str(kubeconfig)), str(kubeconfig))
    try:
        yield client
    finally:
        await client.aclose()


async def connect(kubeconfig: Object, name: str) -> "RemoteClient":
    """By a kubeconfig's content, called `name` where it is none (ConfigError); whoever called closes it with `aclose`."""
    return await _connect(new_client_from_config_dict(config_dict=kubeconfig), name)


async def _connect(opening: Awaitable[ApiClient], name: str) -> "RemoteClient":
    try:
        return RemoteClient(await opening)
    except (ConfigException, OSError, ValueError, TypeError) as error:
        raise ConfigError(f"{name}: {error}") from error


async def install_crds(client: Client) -> None:
    """Create or update our own kinds on a cluster that is to carry the stack; they are served when this returns."""
    for crd in own_crds():
        name = crd["metadata"]["name"]
        try:
            await client.get(CUSTOM_RESOURCE_DEFINITION, name)
        except NotFound:
            await client.create(CUSTOM_RESOURCE_DEFINITION, crd)
        else:
            await client.patch(CUSTOM_RESOURCE_DEFINITION, name, {"spec": {"versions": crd["spec"]["versions"]}})
    for crd in own_crds():
        definition = definition_from_crd(crd)
        await _until_served(client, definition.kind_for(definition.storage_version.name))


async def _until_served(client: Client, kind: Kind) -> None:
    """kube-apiserver takes a moment between a new kind and its first list."""
    try:
        async with asyncio.timeout(_SERVED_WITHIN):
            while True:
                try:
                    await client.list(kind, limit=1)
                except NotFound:
                    await asyncio.sleep(_SERVED_POLL)
                else:
                    return
    except TimeoutError as error:
        raise ServiceUnavailable(f"{kind.resource} is not served {_SERVED_WITHIN:g} s after it was defined") from error


class RemoteClient:
    """Implements boot.client.protocol.Client."""

    def __init__(self, api: ApiClient) -> None:
        self._api = api

    async def aclose(self) -> None:
        await self._api.close()

    async def discover(self, api_version: str, kind: str) -> Kind:
        """The kind as this API serves it, plural and scope; NotFound."""
        group, _, version = api_version.rpartition("/")
        listing = await self._call("GET", f"/apis/{group}/{version}" if group else f"/api/{version}")
        for row in listing.get("resources") or ():
            if row["kind"] == kind and "/" not in row["name"]:
                return Kind(group, version, kind, row["name"], row["namespaced"])
        raise NotFound(f"{api_version} has no kind {kind}")

    async def get(self, kind: Kind, name: str, namespace: str = "") -> Object:
        return await self._call("GET", _path(kind, namespace, name))

    async def list(
        self,
        kind: Kind,
        namespace: str = "",
        *,
        label_selector: str = "",
        field_selector: str = "",
        limit: int = 0,
        continue_token: str = "",
    ) -> ObjectList:
        query = {
            "labelSelector": label_selector,
            "fieldSelector": field_selector,
            "limit": limit or "",
            "continue": continue_token,
        }
        body = await self._call("GET", _path(kind, namespace), query)
        for item in body["items"]:  # lists leave these out of their items
            item.setdefault("apiVersion", kind.api_version)
            item.setdefault("kind", kind.kind)
        metadata = body["metadata"]
        return ObjectList(body["items"], int(metadata["resourceVersion"]), metadata.get("continue") or "")

    async def create(self, kind: Kind, obj: Object) -> Object:
        return await self._call("POST", _path(kind, _namespace(kind, obj)), body=_whole(kind, obj))

    async def update(self, kind: Kind, obj: Object, subresource: str = "") -> Object:
        path = _path(kind, _namespace(kind, obj), obj["metadata"]["name"], subresource)
        return await self._call("PUT", path, body=_whole(kind, obj))

    async def patch(
        self,
        kind: Kind,
        name: str,
        patch: Object | Sequence[Object],
        namespace: str = "",
        *,
        patch_type: PatchType = PatchType.MERGE,
        subresource: str = "",
        field_manager: str = "",
        force: bool = False,
    ) -> Object:
        path = _path(kind, namespace, name, subresource)
        query = {"fieldManager": field_manager, "force": "true" if force else ""}
        return await self._call("PATCH", path, query, patch, patch_type)

    async def delete(self, kind: Kind, name: str, namespace: str = "", *, propagation: str = "Background", uid: str = "") -> None:
        body: Object = {"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": propagation}
        if uid:
            body["preconditions"] = {"uid": uid}
        await self._call("DELETE", _path(kind, namespace, name), body=body)

    async def watch(
        self, kind: Kind, namespace: str = "", *, after: int, label_selector: str = "", field_selector: str = ""
    ) -> AsyncIterator[Change]:
        revision = after
        while True:
            query = {
                "watch": "true",
                "allowWatchBookmarks": "true",
                "resourceVersion": revision,
                "timeoutSeconds": _STREAM_SECONDS,
                "labelSelector": label_selector,
                "fieldSelector": field_selector,
            }
            response = await self._send("GET", _path(kind, namespace), query, stream=True)
            try:
                async for event in _events(response):
                    obj = event["object"]
                    revision = int(obj["metadata"]["resourceVersion"])
                    if event["type"] != "BOOKMARK":
                        yield Change(ChangeType(event["type"]), obj, revision)
            except (aiohttp.ClientError, TimeoutError):
                pass  # a broken stream: go on from the last revision seen
            finally:
                response.close()
            await asyncio.sleep(_RETRY)

    async def _call(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        content_type: str = "application/json",
    ) -> Object:
        response = await self._send(method, path, query, body, content_type)
        found: Object = json.loads(await response.read())
        return found

    async def _send(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        content_type: str = "application/json",
        *,
        stream: bool = False,
    ) -> aiohttp.ClientResponse:
        """The response with its body still to be read; ApiError for every refusal."""
        api = self._api
        try:
            response = await api.rest_client.pool_manager.request(
                method,
                f"{api.configuration.host}{path}",
                params={key: str(value) for key, value in (query or {}).items() if value != ""},
                data=None if body is None else json.dumps(body),
                headers={**_HEADERS, "Content-Type": content_type, **await self._authorization()},
                timeout=aiohttp.ClientTimeout(total=None if stream else 30, sock_connect=10),
            )
        except (aiohttp.ClientError, TimeoutError, ApiException) as error:
            raise ServiceUnavailable(f"{api.configuration.host} does not answer: {error}") from error
        if response.status >= 400:
            raise _read_error(response.status, await response.read())
        return response

    async def _authorization(self) -> dict[str, str]:
        value = await self._api.configuration.get_api_key_with_prefix("BearerToken")
        return {"Authorization": value} if value else {}


async def _events(response: aiohttp.ClientResponse) -> AsyncIterator[Object]:
    """Watch events, one a line; ApiError for an ERROR event."""
    async for line in response.content:
        event = json.loads(line)
        if event["type"] == "ERROR":
            raise _from_status(event["object"])
        yield event


def _read_error(code: int, data: bytes) -> ApiError:
    try:
        status = json.loads(data)
    except ValueError:
        status = {}
    if not isinstance(status, dict) or status.get("kind") != "Status":
        if code == NotFound.code:  # kube-apiserver, for a group that nobody serves
            return NotFound("the server could not find the requested resource")
        return InternalError(f"the plane answers {code}: {data[:200].decode(errors='replace')}")
    return _from_status(status)


def _from_status(status: Object) -> ApiError:
    details = dict(status.get("details") or {})
    causes = tuple(
        Cause(cause.get("reason", ""), cause.get("message", ""), cause.get("field", ""))
        for cause in details.pop("causes", None) or ()
    )
    reason = str(status.get("reason") or "")
    error = Expired if status.get("code") == Expired.code else API_ERRORS.get(reason, InternalError)
    return error(str(status.get("message") or reason), causes=causes, **details)


def _path(kind: Kind, namespace: str = "", name: str = "", subresource: str = "") -> str:
    root = f"/apis/{kind.group}/{kind.version}" if kind.group else f"/api/{kind.version}"
    scope = f"/namespaces/{namespace}" if kind.namespaced and namespace else ""
    return root + scope + "".join(f"/{part}" for part in (kind.plural, name, subresource) if part)


def _namespace(kind: Kind, obj: Object) -> str:
    return str(obj["metadata"].get("namespace") or "") if kind.namespaced else ""


def _whole(kind: Kind, obj: Object) -> Object:
    return {"apiVersion": kind.api_version, "kind": kind.kind, **obj}
