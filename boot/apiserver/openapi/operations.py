"""What can be asked of each kind, as both versions of OpenAPI tell it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from boot.apiserver.openapi.meta import DELETE_OPTIONS, PATCH, SCALE, SCALE_KIND, STATUS
from boot.resources.base import Object
from boot.resources.kinds import Definition, Version

PATCH_TYPES = ("application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml")
"""Of every kind. Strategic merge patches are understood for built-in kinds, but not listed: kubectl would compute them with
the merge keys of the schema, which has none, in place of those it was built with."""
WRITE_TYPES = ("application/json", "application/yaml")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One that a client may give in the query."""

    name: str
    type: str
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """`body` and `result` are names of schemas; `body` is "" when nothing is sent."""

    path: str
    method: str
    action: str
    operation_id: str
    kind: Object
    body: str
    result: str
    path_parameters: tuple[str, ...]
    query: tuple[Parameter, ...]


_PRETTY = (Parameter("pretty", "boolean", "Indent the answer, for people."),)
_SELECT = (
    Parameter("labelSelector", "string", "Only objects with these labels."),
    Parameter("fieldSelector", "string", "Only objects with these fields."),
    Parameter("limit", "integer", "Objects of one page."),
    Parameter("continue", "string", "Where a page begins, as the one before said."),
    Parameter("resourceVersion", "string", "The revision that is wanted, or after which a watch begins."),
    Parameter("resourceVersionMatch", "string", "Exact or NotOlderThan."),
    Parameter("sendInitialEvents", "boolean", "A watch begins with every object there is."),
    Parameter("timeoutSeconds", "integer", "Seconds until a watch ends."),
)
_LIST = (
    *_SELECT,
    Parameter("watch", "boolean", "Changes as they happen, instead of a list."),
    Parameter("allowWatchBookmarks", "boolean", "A watch may tell how far it is, now and then."),
)
_DRY_RUN = (Parameter("dryRun", "string", "All: check, and do nothing."),)
_WRITE = (
    *_DRY_RUN,
    Parameter("fieldManager", "string", "Who makes the change, for managedFields."),
    Parameter("fieldValidation", "string", "Ignore, Warn or Strict: what is done about unknown and duplicate fields."),
)
_FORCE = (Parameter("force", "boolean", "Server-side apply takes over fields that others manage."),)
_DELETE = (
    *_DRY_RUN,
    Parameter("gracePeriodSeconds", "integer", "Seconds it may take to stop; 0 is at once."),
    Parameter("orphanDependents", "boolean", "Older form of propagationPolicy."),
    Parameter("propagationPolicy", "string", "Background, Foreground or Orphan."),
)


@dataclass(frozen=True, slots=True)
class _Action:
    """`verb` is the one of discovery; `body` and `result` are schemas, the object's own when they are empty."""

    name: str
    verb: str
    method: str
    query: tuple[Parameter, ...]
    has_body: bool = True
    body: str = ""
    result: str = ""
    listed: bool = False


_ON_COLLECTION = (
    _Action("list", "list", "get", (*_PRETTY, *_LIST), has_body=False, listed=True),
    _Action("post", "create", "post", (*_PRETTY, *_WRITE)),
    _Action("deletecollection", "deletecollection", "delete", (*_PRETTY, *_SELECT, *_DELETE), body=DELETE_OPTIONS, result=STATUS),
)
_ON_OBJECT = (
    _Action("get", "get", "get", _PRETTY, has_body=False),
    _Action("put", "update", "put", (*_PRETTY, *_WRITE)),
    _Action("patch", "patch", "patch", (*_PRETTY, *_WRITE, *_FORCE), body=PATCH),
    _Action("delete", "delete", "delete", (*_PRETTY, *_DELETE), body=DELETE_OPTIONS, result=STATUS),
)
_ON_SUBRESOURCE = _ON_OBJECT[:3]
_ON_ALL = _ON_COLLECTION[:1]


def schema_name(definition: Definition, version: str) -> str:
    """As upstream names them: io.k8s.api.<group>.<version>.<Kind>, and the group backwards for custom kinds."""
    if definition.custom:
        return f"{'.'.join(reversed(definition.group.split('.')))}.{version}.{definition.kind}"
    return f"io.k8s.api.{definition.group.split('.')[0] or 'core'}.{version}.{definition.kind}"


def list_name(definition: Definition, version: str) -> str:
    return schema_name(definition, version) + "List"


def gvk(definition: Definition, version: str) -> Object:
    return {"group": definition.group, "version": version, "kind": definition.kind}


def operations_of(definition: Definition, version: Version) -> Iterator[Operation]:
    """Of the kind and its subresources, as far as its verbs go."""
    group_path = f"/apis/{definition.group}/{version.name}" if definition.group else f"/api/{version.name}"
    scope, names = ("/namespaces/{namespace}", ("namespace",)) if definition.namespaced else ("", ())
    own = _Target(definition, version, schema_name(definition, version.name), gvk(definition, version.name))
    collection = f"{group_path}{scope}/{definition.plural}"
    yield from own.operations(collection, names, _ON_COLLECTION)
    yield from own.operations(collection + "/{name}", (*names, "name"), _ON_OBJECT)
    if definition.namespaced:
        yield from own.operations(f"{group_path}/{definition.plural}", (), _ON_ALL, "ForAllNamespaces")
    if version.has_status:
        yield from own.operations(collection + "/{name}/status", (*names, "name"), _ON_SUBRESOURCE, "Status")
    if version.scale:
        scaled = _Target(definition, version, SCALE, SCALE_KIND)
        yield from scaled.operations(collection + "/{name}/scale", (*names, "name"), _ON_SUBRESOURCE, "Scale")


@dataclass(frozen=True, slots=True)
class _Target:
    definition: Definition
    version: Version
    schema: str
    kind: Mapping[str, str]

    def operations(
        self, path: str, names: tuple[str, ...], actions: tuple[_Action, ...], suffix: str = ""
    ) -> Iterator[Operation]:
        for action in actions:
            if action.verb not in self.definition.verbs:
                continue
            result = list_name(self.definition, self.version.name) if action.listed else action.result or self.schema
            yield Operation(
                path=path,
                method=action.method,
                action=action.name,
                operation_id=self._operation_id(action, suffix),
                kind=dict(self.kind),
                body=(action.body or self.schema) if action.has_body else "",
                result=result,
                path_parameters=names,
                query=action.query,
            )

    def _operation_id(self, action: _Action, suffix: str) -> str:
        group = "".join(part.capitalize() for part in (self.definition.group or "core").replace("-", ".").split("."))
        scope = "Namespaced" if self.definition.namespaced and suffix != "ForAllNamespaces" else ""
        return f"{action.verb}{group}{self.version.name.capitalize()}{scope}{self.definition.kind}{suffix}"
