"""Storages of projects over the connections (`kind: Storage`) that they name. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lsform.config.checking import Locate, located
from lsform.config.loader import Manifest
from lsform.config.manifest import StorageSpec
from lsform.config.source import Path
from lsform.core.diagnostics import Finding, Severity, Span, nearest
from lsform.core.values import Value
from lsform.resources import KINDS, ResourceKind

CONNECTION = "storage"  # the key of a storage that names the connection it uses


@dataclass(frozen=True, slots=True)
class Body:
    """What is declared of one child, of which kind it is, and where each field stands."""

    kind: ResourceKind
    fields: Mapping[str, Value]
    locate: Locate


@dataclass(slots=True)
class Connections:
    """The connections of one stack. What a storage says wins over what its connection says."""

    named: Mapping[str, Manifest]
    broken: frozenset[tuple[str, str]]
    findings: list[Finding] = field(default_factory=list)

    def check(self, manifest: Manifest) -> None:
        """A connection may say whatever any kind of storage of its type knows."""
        assert isinstance(manifest.spec, StorageSpec)
        kinds = [kind for kind in KINDS if kind.variant == manifest.spec.type]
        known = sorted({name for kind in kinds for name in kind.spec.model_fields})
        for key in manifest.spec.model_extra or {}:
            if key not in known:
                hint = nearest(key, known) or f"known here: {', '.join(f'`{one}`' for one in known)}"
                span = manifest.document.span(("spec", key))
                self._say("LSFM03", f"unknown key `{key}`", hint, span, address=f"storage.{manifest.name}")

    def storage(
        self, manifest: Manifest, kinds: Sequence[ResourceKind], body: Mapping[str, Value], path: Path
    ) -> Body | None:
        """A storage with the fields of its connection under its own; None when it has a mistake."""
        own = {key: value for key, value in body.items() if key != CONNECTION and value is not None}
        under: Mapping[str, Value] = {}
        connection = None
        if CONNECTION in body:
            connection = self._connection(manifest, body[CONNECTION], (*path, CONNECTION))
            if connection is None:
                return None
            assert isinstance(connection.spec, StorageSpec)
            under = {**(connection.spec.model_extra or {}), "type": connection.spec.type}
        kind = self._kind(manifest, kinds, {**under, **own}, path)
        if kind is None:
            return None
        fitting = {key: value for key, value in under.items() if key in kind.spec.model_fields}
        return Body(kind, {**fitting, **own}, _places(manifest, own, path, connection))

    def _connection(self, manifest: Manifest, name: Value, path: Path) -> Manifest | None:
        span = manifest.document.span(path)
        if not isinstance(name, str):
            self._say("LSFM04", f"`{CONNECTION}` should be text", "write the name of a `kind: Storage`", span)
            return None
        found = self.named.get(name)
        if found is None and ("Storage", name) not in self.broken:
            hint = nearest(name, self.named) or "declare it with `kind: Storage`"
            self._say("LSFM07", f"there is no storage `{name}`", hint, span)
        return found

    def _kind(
        self, manifest: Manifest, kinds: Sequence[ResourceKind], fields: Mapping[str, Value], path: Path
    ) -> ResourceKind | None:
        known = {kind.variant: kind for kind in kinds}
        found = known.get(str(fields.get("type")))
        if found is None:
            given = f"`{fields['type']}` is no type of storage" if "type" in fields else "`type` is missing"
            types = ", ".join(f"`{one}`" for one in known)
            hint = f"known types: {types}; or name a connection with `{CONNECTION}`"
            self._say("LSFM04", given, hint, manifest.document.span((*path, "type")))
        return found

    def _say(self, code: str, message: str, hint: str, span: Span, *, address: str = "") -> None:
        self.findings.append(Finding(code, Severity.ERROR, message, hint, span, address))


def _places(manifest: Manifest, own: Mapping[str, Value], path: Path, connection: Manifest | None) -> Locate:
    """Where a field stands: in the storage's own body, or in the connection that gives it."""
    here = located(manifest.document, *path)
    if connection is None:
        return here
    there = located(connection.document, "spec")
    given = connection.spec.model_extra or {}

    def locate(inner: Path) -> Span:
        return there(inner) if inner and inner[0] not in own and inner[0] in given else here(inner)

    return locate
