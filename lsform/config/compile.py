"""From a configuration to desired resources: connections merged, interfaces rendered, names looked up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lsform.config.checking import Locate, check
from lsform.config.interfaces import Interfaces
from lsform.config.loader import Configuration, Manifest
from lsform.config.manifest import MovedSpec, RemovedSpec, StorageSpec
from lsform.config.source import Path
from lsform.core.address import Address
from lsform.core.diagnostics import Finding, Severity, Span, in_order, nearest
from lsform.core.values import Value, secrets_in
from lsform.engine.model import DesiredResource, Move, Removal
from lsform.resources import Lifecycle, ResourceKind, children_of
from lsform.resources.project import PROJECT, FileText

CONNECTION = "storage"  # the key of a storage that names the connection it uses


@dataclass(frozen=True, slots=True)
class Compiled:
    """What a stack wants. `xml` has every rendered interface by its address, those that no project uses as well."""

    desired: Mapping[Address, DesiredResource]
    moves: tuple[Move, ...]
    removals: tuple[Removal, ...]
    xml: Mapping[Address, str]
    findings: tuple[Finding, ...]


def compiled(configuration: Configuration) -> Compiled:
    """Desired resources of all manifests that have no mistake; the mistakes are in `findings`."""
    compiler = _Compiler(configuration)
    for manifest in configuration.manifests:
        compiler.take(manifest)
    compiler.check_history()
    findings = [*configuration.findings, *compiler.findings, *compiler.interfaces.findings]
    return Compiled(
        desired=compiler.desired,
        moves=tuple(compiler.moves),
        removals=tuple(compiler.removals),
        xml=compiler.xml,
        findings=in_order(_audible(findings, configuration)),
    )


def _audible(findings: list[Finding], configuration: Configuration) -> Iterator[Finding]:
    """All but those that a comment on their line silences; mistakes in manifests cannot be silenced."""
    silenced = {one.document.file: one.document.ignored for one in configuration.manifests if one.document.ignored}
    for finding in findings:
        codes = silenced.get(finding.span.file, {}).get(finding.span.line, frozenset())
        if finding.code not in codes or finding.severity is Severity.ERROR:
            yield finding


@dataclass(slots=True)
class _Compiler:
    configuration: Configuration
    desired: dict[Address, DesiredResource] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    removals: list[Removal] = field(default_factory=list)
    xml: dict[Address, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    history: list[tuple[Manifest, str]] = field(default_factory=list)
    interfaces: Interfaces = field(init=False)
    connections: dict[str, Manifest] = field(init=False)

    def __post_init__(self) -> None:
        named: dict[str, dict[str, Manifest]] = {"LabelSet": {}, "Interface": {}, "Storage": {}}
        for one in self.configuration.manifests:
            if one.kind in named:
                named[one.kind][one.name] = one
        self.connections = named["Storage"]
        self.interfaces = Interfaces(self.configuration.folder, named["LabelSet"], named["Interface"])

    def take(self, manifest: Manifest) -> None:
        match manifest.kind:
            case "Project":
                self._project(manifest)
            case "Interface":
                xml = self.interfaces.manifest(manifest)
                if xml is not None:
                    self.xml[Address.of("interface", manifest.name)] = xml
            case "Moved" | "Removed":
                self._past(manifest)
            case _:
                pass  # label sets and connections are taken by those that use them

    def _past(self, manifest: Manifest) -> None:
        spec = manifest.spec
        addresses = []
        for key in ("from", "to") if isinstance(spec, MovedSpec) else ("from",):
            text = getattr(spec, "from_" if key == "from" else key)
            try:
                addresses.append(Address.parse(text))
            except ValueError as error:
                self._say("LSFM04", str(error), "", manifest.document.span(("spec", key)))
                return
            self.history.append((manifest, key))
        if isinstance(spec, MovedSpec):
            self.moves.append(Move(*addresses))
        elif isinstance(spec, RemovedSpec):
            self.removals.append(Removal(addresses[0], spec.destroy))

    def check_history(self) -> None:
        """What was moved away or removed cannot be declared as well."""
        for manifest, key in self.history:
            if key != "from":
                continue
            address = Address.parse(getattr(manifest.spec, "from_"))  # noqa: B009  (a field of two models)
            if address in self.desired:
                message = f"`{address}` is declared, so it cannot have been {manifest.kind.lower()}"
                self._say("LSFM08", message, "delete one of the two", manifest.document.span(("spec", key)))

    def _project(self, manifest: Manifest) -> None:
        address = Address.of("project", manifest.name)
        declared = manifest.spec.declared()
        lifecycle = getattr(manifest.spec, "lifecycle", Lifecycle())
        interface = getattr(manifest.spec, "interface", None)
        attributes = {name: value for name, value in declared.items() if name in PROJECT.attributes}
        self._inline_text(manifest, attributes)
        if interface is not None:
            xml = self.interfaces.of(interface, manifest, ("spec", "interface"))
            if xml is not None:
                attributes["label_config"] = xml
                self.xml[address] = xml
        collections = children_of("project")
        mentioned = frozenset(kinds[0].name for name, kinds in collections.items() if name in declared)
        self._warn_of_literals(manifest, attributes, ("spec",), address)
        document = manifest.document
        self.desired[address] = DesiredResource(
            address=address,
            kind=PROJECT,
            attributes=attributes,
            lifecycle=lifecycle,
            collections=mentioned,
            locate=lambda name: document.span(("spec", "interface" if name == "label_config" else name)),
        )
        for collection, kinds in collections.items():
            children = declared.get(collection)
            for name, body in children.items() if isinstance(children, dict) else ():
                path = ("spec", collection, name)
                self._child(manifest, address.child(kinds[0].name, name), kinds, body, path, lifecycle)

    def _inline_text(self, manifest: Manifest, attributes: dict[str, Value]) -> None:
        """`{file: path}` becomes the file's text."""
        for name in attributes:
            given = getattr(manifest.spec, name)
            if isinstance(given, FileText):
                try:
                    attributes[name] = (manifest.folder / given.file).read_text("utf-8")
                except (OSError, UnicodeDecodeError) as error:
                    reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
                    span = manifest.document.span(("spec", name, "file"))
                    message = f"the file `{given.file}` cannot be read: {reason}"
                    self._say("LSFM06", message, "paths are relative to the manifest", span)

    def _child(
        self,
        manifest: Manifest,
        address: Address,
        kinds: tuple[ResourceKind, ...],
        body: Value,
        path: Path,
        lifecycle: Lifecycle,
    ) -> None:
        assert isinstance(body, dict)
        merged = self._connected(manifest, body, path) if kinds[0].variant else dict(body)
        kind = merged and self._variant(manifest, kinds, merged, path)
        if not merged or not kind:
            return
        places = _places(manifest, body, path)
        spec, mistakes = check(kind.spec, merged, places, address=str(address))
        self.findings += mistakes
        if spec is None:
            return
        declared = spec.declared()
        attributes = {name: value for name, value in declared.items() if name in kind.attributes}
        self._warn_of_literals(manifest, attributes, path, address)
        self.desired[address] = DesiredResource(
            address=address,
            kind=kind,
            attributes=attributes,
            lifecycle=lifecycle,
            sync=str(getattr(spec, "sync", "")),
            locate=lambda name: places((name,)),
        )

    def _connected(self, manifest: Manifest, body: Mapping[str, Value], path: Path) -> dict[str, Value] | None:
        """The storage with the fields of its connection under its own."""
        if CONNECTION not in body:
            return dict(body)
        name = body[CONNECTION]
        connection = self.connections.get(name) if isinstance(name, str) else None
        if connection is None:
            hint = nearest(str(name), self.connections) or "declare it with `kind: Storage`"
            span = manifest.document.span((*path, CONNECTION))
            self._say("LSFM07", f"there is no storage `{name}`", hint, span)
            return None
        assert isinstance(connection.spec, StorageSpec)
        under: dict[str, Value] = {**(connection.spec.model_extra or {}), "type": connection.spec.type}
        return {**under, **{key: value for key, value in body.items() if key != CONNECTION}}

    def _variant(
        self, manifest: Manifest, kinds: tuple[ResourceKind, ...], body: Mapping[str, Value], path: Path
    ) -> ResourceKind | None:
        if not kinds[0].variant:
            return kinds[0]
        known = {kind.variant: kind for kind in kinds}
        kind = known.get(str(body.get("type")))
        if kind is None:
            given = f"`{body['type']}` is no type of storage" if "type" in body else "`type` is missing"
            hint = f"known types: {', '.join(known)}; or name a connection with `{CONNECTION}`"
            self._say("LSFM04", given, hint, manifest.document.span((*path, "type")))
        return kind

    def _warn_of_literals(
        self, manifest: Manifest, attributes: Mapping[str, Value], path: Path, address: Address
    ) -> None:
        for name, value in attributes.items():
            if any(one.source == "literal" and one.value for one in secrets_in(value)):
                message = f"`{name}` holds a secret in plain text"
                hint = "write `${env:NAME}` or `${file:path}`, and change the secret: it is in the repository's history"
                span = manifest.document.span((*path, name))
                self.findings.append(Finding("LSFM10", Severity.WARNING, message, hint, span, str(address)))

    def _say(self, code: str, message: str, hint: str, span: Span) -> None:
        self.findings.append(Finding(code, Severity.ERROR, message, hint, span))


def _places(manifest: Manifest, body: Mapping[str, Value], path: Path) -> Locate:
    """Where a field of a child stands: in its own body, or else at the connection that it names."""

    def locate(inner: Path) -> Span:
        if inner and inner[0] not in body and CONNECTION in body:
            return manifest.document.span((*path, CONNECTION))
        return manifest.document.span((*path, *inner))

    return locate
