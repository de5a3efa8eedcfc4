"""Which kinds are served right now: the built-in ones and every CustomResourceDefinition in the store."""

from collections.abc import Iterable, Sequence

import orjson

from boot.errors import NotFound
from boot.resources.crds import definition_from_crd
from boot.resources.kinds import Definition, Kind, Version
from boot.store.store import Stored


class Catalog:
    """`generation` goes up whenever what is served changes; discovery and OpenAPI are built once per generation."""

    def __init__(self, builtin: Sequence[Definition]) -> None:
        self._builtin = {(definition.group, definition.plural): definition for definition in builtin}
        self._served = dict(self._builtin)
        self.generation = 0

    def load(self, crds: Iterable[Stored]) -> None:
        """Serve exactly the built-in kinds and these."""
        self._served = dict(self._builtin)
        for stored in crds:
            definition = definition_from_crd(orjson.loads(stored.data))
            self._served.setdefault((definition.group, definition.plural), definition)
        self.generation += 1

    def definitions(self) -> list[Definition]:
        """All, core group first, then by group and plural."""
        return sorted(self._served.values(), key=lambda definition: (definition.group, definition.plural))

    def resolve(self, group: str, version: str, plural: str) -> tuple[Definition, Version]:
        """NotFound, as for an unknown path, when it is not served."""
        definition = self._served.get((group, plural))
        found = definition.version(version) if definition else None
        if definition is None or found is None:
            raise NotFound("the server could not find the requested resource")
        return definition, found

    def resolve_kind(self, kind: Kind) -> tuple[Definition, Version]:
        return self.resolve(kind.group, kind.version, kind.plural)
