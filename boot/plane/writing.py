"""The verbs that write one object: create, update, patch and apply."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from boot.clock import Clock, rfc3339
from boot.errors import AlreadyExists, BadRequest, Cause
from boot.plane.admission import admit, finish, read_object
from boot.plane.applying import apply_configuration
from boot.plane.audit import Audit
from boot.plane.collector import Collector
from boot.plane.managed import manager_name, same_owners, stored_entries, track_update, write_entries
from boot.plane.objects import Objects, Target, not_found
from boot.plane.options import WriteOptions
from boot.plane.patching import APPLY, apply_patch, check_manager, read_configuration
from boot.plane.subresources import STATUS, check_subresource, kind_of, read_subresource, write_subresource
from boot.plane.writes import (
    build_created,
    build_updated,
    check_address,
    check_basis,
    check_update,
    count_generation,
    generate_name,
    invalid,
    modified,
    same,
)
from boot.resources.base import Object
from boot.resources.kinds import Kind

_Change = Callable[[Object], Object]


Check = Callable[[str, str, Object, Object | None], list[Cause]]
"""Group, plural, the object and what was there before: what is wrong with it beyond what the plane knows of kinds."""


class Writing:
    """Every method returns the object as it is afterwards, or would be with dry_run."""

    def __init__(self, objects: Objects, collector: Collector, clock: Clock, audit: Audit, check: Check) -> None:
        self._check = check
        self._audit = audit
        self._objects = objects
        self._collector = collector
        self._clock = clock

    def _admit(self, target: Target, obj: Object, options: WriteOptions, old: Object | None = None) -> None:
        admit(target.kind, target.version, obj, options, old)
        if causes := self._check(target.kind.group, target.kind.plural, obj, old):
            raise invalid(target.kind, obj["metadata"].get("name", ""), causes)

    async def create(self, kind: Kind, obj: Object, options: WriteOptions) -> Object:
        check_manager(options)
        obj = read_object(obj, kind)
        metadata = obj["metadata"]
        if metadata.get("resourceVersion"):
            raise BadRequest("resourceVersion should not be set on objects to be created")
        if not metadata.get("name") and metadata.get("generateName"):
            metadata["name"] = generate_name(metadata["generateName"])
        target = self._objects.target(kind, metadata.get("name") or "", metadata.get("namespace") or "")
        async with self._objects.lock(target.key):
            if self._objects.find(target) is not None:
                raise AlreadyExists(
                    f'{kind.resource} "{target.key.name}" already exists',
                    name=target.key.name,
                    group=kind.group,
                    kind=kind.plural,
                )
            return await self._create(target, obj, options)

    async def update(self, kind: Kind, name: str, namespace: str, obj: Object, options: WriteOptions, subresource: str) -> Object:
        check_manager(options)
        target = self._objects.target(kind, name, namespace)
        check_subresource(target.definition, target.version, subresource)
        obj = read_object(obj, kind_of(kind, subresource))
        if obj["metadata"].get("name") != name:
            raise BadRequest(
                f"the name of the object ({obj['metadata'].get('name')}) does not match the name on the URL ({name})"
            )

        def replace(old: Object) -> Object:
            check_basis(kind, old, obj)
            return obj

        return await self._change(target, replace, options, subresource)

    async def patch(
        self, kind: Kind, name: str, namespace: str, patch: Any, patch_type: str, options: WriteOptions, subresource: str
    ) -> Object:
        """`patch_type` is the content type; UnsupportedMediaType where the kind does not take it."""
        check_manager(options, patch_type)
        target = self._objects.target(kind, name, namespace)
        check_subresource(target.definition, target.version, subresource)

        def patched(old: Object) -> Object:
            shown = read_subresource(old, target.version, subresource)
            new = apply_patch(shown, patch, patch_type, target.definition)
            if isinstance(new, dict) and isinstance(new.get("metadata"), dict):
                check_address(kind, shown, new, custom=target.definition.custom and not subresource)
            new = read_object(new, kind_of(kind, subresource))
            if new["metadata"].get("resourceVersion") != shown["metadata"]["resourceVersion"]:
                raise modified(kind, name)
            return new

        return await self._change(target, patched, options, subresource)

    async def apply(
        self, kind: Kind, name: str, namespace: str, configuration: Any, options: WriteOptions, subresource: str
    ) -> tuple[Object, bool]:
        """Server-side apply by `options.manager`; says whether the object is new."""
        check_manager(options, APPLY)
        target = self._objects.target(kind, name, namespace)
        check_subresource(target.definition, target.version, subresource)
        wanted = read_configuration(configuration, kind, target.version, name, target.key.namespace, subresource)
        apart = (STATUS,) if target.version.has_status and subresource != STATUS else ()

        def laid_over(old: Object | None) -> Object:
            return apply_configuration(
                old,
                wanted,
                target.version.schema,
                manager=options.manager,
                force=options.force,
                now=rfc3339(self._clock.now()),
                subresource=subresource,
                apart=apart,
            )

        given = (configuration.get("metadata") or {}).get("name")
        async with self._objects.lock(target.key):
            old = self._objects.find(target)
            new = laid_over(old)
            if old is None:
                if subresource:
                    raise not_found(kind, name)
                if wanted["metadata"].get("uid") or wanted["metadata"].get("resourceVersion"):
                    raise modified(kind, name)  # it was made of an object that is gone
                if not given:
                    raise _nameless(name)
                return await self._create(target, new, options, applied=True), True
            if given == "":
                raise _nameless(name)
            check_basis(kind, old, wanted)
            written, removed = await self._write(target, old, new, options, subresource, applied=True)
        return await self._show(target, written, subresource, removed=removed), False

    # Parts

    async def _create(self, target: Target, obj: Object, options: WriteOptions, *, applied: bool = False) -> Object:
        now = rfc3339(self._clock.now())
        self._objects.check_namespace(target)
        created = build_created(obj, target.version, uid=str(uuid4()), now=now)
        self._admit(target, created, options)
        if not applied:
            self._track(target, None, created, options, now)
        finish(target.kind, created, now, new=True)
        if options.dry_run:
            return created
        stored = await self._objects.put(target, created)
        self._audit.record(options.user, target.kind, None, stored)
        return stored

    async def _change(self, target: Target, change: _Change, options: WriteOptions, subresource: str) -> Object:
        """Write what `change` makes of the object, or of its subresource."""
        async with self._objects.lock(target.key):
            old = self._objects.read(target)
            new = write_subresource(old, change(old), target.version, subresource)
            written, removed = await self._write(target, old, new, options, subresource)
        return await self._show(target, written, subresource, removed=removed)

    async def _write(
        self, target: Target, old: Object, new: Object, options: WriteOptions, subresource: str, *, applied: bool = False
    ) -> tuple[Object, bool]:
        """Under the lock; says whether the object is gone. `applied`: `new` says already who owns what."""
        now = rfc3339(self._clock.now())
        check_update(target.kind, target.definition, old, new)
        updated = build_updated(old, new, target.version, subresource)
        self._admit(target, updated, options, old)
        count_generation(old, updated)
        if applied:
            write_entries(updated, stored_entries(new))
        else:
            self._track(target, old, updated, options, now, subresource)
        finish(target.kind, updated, now, new=False)
        if same(old, updated) and same_owners(old, updated):
            return old, False
        if options.dry_run:
            return updated, False
        written, removed = await self._objects.put_unless_done(target, updated)
        self._audit.record(options.user, target.kind, old, written)
        return written, removed

    async def _show(self, target: Target, written: Object, subresource: str, *, removed: bool) -> Object:
        """The answer to a write, once what it set in motion is done. Outside the lock."""
        if removed:
            await self._collector.ended(target.kind, written, self._objects.owners)
        return read_subresource(written, target.version, subresource)

    def _track(
        self, target: Target, old: Object | None, new: Object, options: WriteOptions, now: str, subresource: str = ""
    ) -> None:
        manager = manager_name(options.manager, options.user_agent)
        track_update(old, new, target.version.schema, manager=manager, now=now, subresource=subresource)


def _nameless(name: str) -> BadRequest:
    return BadRequest(f"the name of the object ({name} based on URL) was undeterminable: name must be provided")
