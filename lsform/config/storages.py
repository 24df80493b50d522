"""Storages and ML backends of projects over the connections (`Storage`, `MLBackend`) that they name. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lsform.config.checking import ENTERPRISE_ONLY, Locate, located, unknown_key
from lsform.config.loader import Manifest
from lsform.config.manifest import StorageSpec
from lsform.config.source import Path
from lsform.core.diagnostics import Finding, Severity, Span, nearest
from lsform.core.values import Value
from lsform.resources import KINDS, ResourceKind
from lsform.resources.enterprise import STORAGE_TYPES, instead_of, needs_enterprise

# The key of a child that names the connection it uses -> the connection's kind of manifest.
CONNECTIONS = {"storage": "Storage", "ml_backend": "MLBackend"}


def connection_key(kind: ResourceKind) -> str:
    """The key under which a kind of children names a connection; '' where it has none."""
    key = "storage" if kind.variant else kind.name
    return key if key in CONNECTIONS else ""


@dataclass(frozen=True, slots=True)
class Body:
    """What is declared of one child, of which kind it is, and where each field stands."""

    kind: ResourceKind
    fields: Mapping[str, Value]
    locate: Locate


@dataclass(slots=True)
class Connections:
    """The connections of one stack, by kind and name. What a child says wins over what its connection says."""

    named: Mapping[str, Mapping[str, Manifest]]
    broken: frozenset[tuple[str, str]]
    findings: list[Finding] = field(default_factory=list)

    def check(self, manifest: Manifest) -> None:
        """A connection may say whatever any kind of child that may use it knows."""
        key_of = {kind: key for key, kind in CONNECTIONS.items()}[manifest.kind]
        variant = manifest.spec.type if isinstance(manifest.spec, StorageSpec) else ""
        kinds = [kind for kind in KINDS if connection_key(kind) == key_of and kind.variant == variant]
        known = {name for kind in kinds for name in kind.spec.model_fields}
        for key in manifest.spec.model_extra or {}:
            if key not in known:
                code, message, hint = unknown_key(key, [kind.spec for kind in kinds])
                span = manifest.document.span(("spec", key))
                self._say(code, message, hint, span, address=f"{key_of}.{manifest.name}")

    def body(
        self, manifest: Manifest, kinds: Sequence[ResourceKind], body: Mapping[str, Value], path: Path
    ) -> Body | None:
        """A child with the fields of its connection under its own; None when it has a mistake."""
        named = connection_key(kinds[0])
        own = {key: value for key, value in body.items() if key != named and value is not None}
        under: Mapping[str, Value] = {}
        connection = None
        if named in body:
            connection = self._connection(manifest, named, body[named], path)
            if connection is None:
                return None
            under = _given(connection)
        kind = self._kind(manifest, kinds, {**under, **own}, path) if kinds[0].variant else kinds[0]
        if kind is None:
            return None
        fitting = {key: value for key, value in under.items() if key in kind.spec.model_fields}
        return Body(kind, {**fitting, **own}, _places(manifest, own, path, connection))

    def _connection(self, manifest: Manifest, key: str, name: Value, path: Path) -> Manifest | None:
        kind, span = CONNECTIONS[key], manifest.document.span((*path, key))
        if not isinstance(name, str):
            self._say("LSFM04", f"`{key}` should be text", f"write the name of a `kind: {kind}`", span)
            return None
        found = self.named[kind].get(name)
        if found is None and (kind, name) not in self.broken:
            hint = nearest(name, self.named[kind]) or f"declare it with `kind: {kind}`"
            self._say("LSFM07", f"there is no {key} `{name}`", hint, span)
        return found

    def _kind(
        self, manifest: Manifest, kinds: Sequence[ResourceKind], fields: Mapping[str, Value], path: Path
    ) -> ResourceKind | None:
        known = {kind.variant: kind for kind in kinds}
        found = known.get(str(fields.get("type")))
        if found is None and fields.get("type") in STORAGE_TYPES:
            given = str(fields["type"])
            span = manifest.document.span((*path, "type"))
            self._say(ENTERPRISE_ONLY, needs_enterprise(given), instead_of(given), span)
        elif found is None:
            given = f"`{fields['type']}` is no type of storage" if "type" in fields else "`type` is missing"
            types = ", ".join(f"`{one}`" for one in known)
            hint = f"known types: {types}; or name a connection with `storage`"
            self._say("LSFM04", given, hint, manifest.document.span((*path, "type")))
        return found

    def _say(self, code: str, message: str, hint: str, span: Span, *, address: str = "") -> None:
        self.findings.append(Finding(code, Severity.ERROR, message, hint, span, address))


def _given(connection: Manifest) -> Mapping[str, Value]:
    """What a connection says."""
    spec = connection.spec
    return {**(spec.model_extra or {}), **({"type": spec.type} if isinstance(spec, StorageSpec) else {})}


def _places(manifest: Manifest, own: Mapping[str, Value], path: Path, connection: Manifest | None) -> Locate:
    """Where a field stands: in the storage's own body, or in the connection that gives it."""
    here = located(manifest.document, *path)
    if connection is None:
        return here
    there = located(connection.document, "spec")
    given = _given(connection)

    def locate(inner: Path) -> Span:
        return there(inner) if inner and inner[0] not in own and inner[0] in given else here(inner)

    return locate
