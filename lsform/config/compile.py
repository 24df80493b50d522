"""From a configuration to desired resources: connections merged, interfaces rendered, names looked up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from lsform.config.backend_findings import backend_findings
from lsform.config.checking import Locate, check, located
from lsform.config.files import Unreadable, read_inside
from lsform.config.interfaces import Interfaces, Rendered
from lsform.config.label_sets import label_set_findings
from lsform.config.loader import Configuration, Manifest
from lsform.config.manifest import MovedSpec, RemovedSpec
from lsform.config.source import Path
from lsform.config.storage_findings import storage_findings
from lsform.config.storages import CONNECTIONS, Body, Connections, connection_key
from lsform.config.view_findings import view_findings
from lsform.config.weights import weight_findings
from lsform.core.address import Address
from lsform.core.diagnostics import Finding, Severity, Span, in_order, nearest
from lsform.core.values import Secret, Value, reveal
from lsform.engine.declared import DesiredResource, Move, Removal
from lsform.resources import KINDS, Lifecycle, ResourceKind, children_of
from lsform.resources.project import PROJECT, FileText

KIND_NAMES = tuple(dict.fromkeys(kind.name for kind in KINDS))


@dataclass(frozen=True, slots=True)
class Compiled:
    """What a stack wants. `interfaces` has every rendered one by its address, those that no project uses as well."""

    desired: Mapping[Address, DesiredResource]
    moves: tuple[Move, ...]
    removals: tuple[Removal, ...]
    interfaces: Mapping[Address, Rendered]
    findings: tuple[Finding, ...]


def compiled(configuration: Configuration) -> Compiled:
    """Desired resources of all manifests that have no mistake; the mistakes are in `findings`."""
    compiler = _Compiler(configuration)
    for manifest in configuration.manifests:
        compiler.take(manifest)
    compiler.check_history()
    mistakes = [*compiler.findings, *compiler.interfaces.findings, *compiler.connections.findings]
    mistakes += storage_findings(compiler.desired.values())
    mistakes += view_findings(compiler.desired.values())
    mistakes += backend_findings(compiler.desired.values())
    return Compiled(
        desired=compiler.desired,
        moves=tuple(compiler.moves),
        removals=tuple(compiler.removals),
        interfaces=compiler.rendered,
        findings=in_order(audible(_once([*configuration.findings, *mistakes]), configuration, errors=False)),
    )


def _once(findings: list[Finding]) -> Iterator[Finding]:
    """One mistake may concern many resources: those of a matrix, or those that use a connection."""
    yield from {(one.span, one.code, one.message): one for one in reversed(findings)}.values()


def audible(findings: Iterable[Finding], configuration: Configuration, *, errors: bool) -> Iterator[Finding]:
    """All but those that a comment on their line silences; `errors`: whether those can be silenced, too."""
    silenced = {one.document.file: one.document.ignored for one in configuration.manifests if one.document.ignored}
    for finding in findings:
        codes = silenced.get(finding.span.file, {}).get(finding.span.line, frozenset())
        if finding.code not in codes or (finding.severity is Severity.ERROR and not errors):
            yield finding


@dataclass(slots=True)
class _Compiler:
    configuration: Configuration
    desired: dict[Address, DesiredResource] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    removals: list[Removal] = field(default_factory=list)
    rendered: dict[Address, Rendered] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    history: list[tuple[Manifest, Address]] = field(default_factory=list)
    interfaces: Interfaces = field(init=False)
    connections: Connections = field(init=False)

    def __post_init__(self) -> None:
        named: dict[str, dict[str, Manifest]] = {kind: {} for kind in ("LabelSet", "Interface", *CONNECTIONS.values())}
        for one in self.configuration.manifests:
            if one.kind in named:
                named[one.kind][one.name] = one
        broken = self.configuration.broken
        self.connections = Connections(named, broken)
        self.interfaces = Interfaces(self.configuration.folder, named["LabelSet"], named["Interface"], broken)

    def take(self, manifest: Manifest) -> None:
        match manifest.kind:
            case "Project":
                self._project(manifest)
            case "Interface":
                if rendered := self.interfaces.manifest(manifest):
                    self.rendered[Address.of("interface", manifest.name)] = rendered
            case "LabelSet":
                self.findings += label_set_findings(manifest, self.configuration.findings)
            case "Storage" | "MLBackend":
                self.connections.check(manifest)
            case "Moved" | "Removed":
                self._past(manifest)

    def _past(self, manifest: Manifest) -> None:
        spec = manifest.spec
        keys = {"from": getattr(spec, "from_"), **({"to": spec.to} if isinstance(spec, MovedSpec) else {})}  # noqa: B009
        addresses = [self._address(manifest, key, text) for key, text in keys.items()]
        known = [address for address in addresses if address is not None]
        if len(known) < len(addresses):
            return
        self.history.append((manifest, known[0]))
        if isinstance(spec, RemovedSpec):
            self.removals.append(Removal(known[0], spec.destroy))
        elif [kind for kind, _ in known[0].path] != [kind for kind, _ in known[1].path]:
            hint = "a resource keeps its kind when it moves"
            self._say(
                "LSFM04", f"`to` should be a `{known[0].kind}`, too", hint, manifest.document.span(("spec", "to"))
            )
        elif known[0].parent != known[1].parent:
            hint = "Label Studio cannot move it: move the whole project, or declare it anew and remove the old one"
            message = f"`{known[0]}` cannot leave its project"
            self._say("LSFM04", message, hint, manifest.document.span(("spec", "to")))
        else:
            self.moves.append(Move(*known))

    def _address(self, manifest: Manifest, key: str, text: str) -> Address | None:
        span = manifest.document.span(("spec", key))
        try:
            address = Address.parse(text)
        except ValueError as error:
            self._say("LSFM04", str(error), "it is kind and name, as `lsform state list` prints them", span)
            return None
        unknown = next((kind for kind, _ in address.path if kind not in KIND_NAMES), None)
        if unknown is None:
            return address
        hint = nearest(unknown, KIND_NAMES) or f"known kinds: {', '.join(f'`{one}`' for one in KIND_NAMES)}"
        self._say("LSFM04", f"`{unknown}` is no kind of resource", hint, span)
        return None

    def check_history(self) -> None:
        """What was moved away or removed cannot be declared as well."""
        for manifest, address in self.history:
            if address in self.desired:
                message = f"`{address}` is declared, so it cannot have been {manifest.kind.lower()}"
                self._say("LSFM08", message, "delete one of the two", manifest.document.span(("spec", "from")))

    def _project(self, manifest: Manifest) -> None:
        address = Address.of("project", manifest.name)
        declared = manifest.spec.declared()
        lifecycle = getattr(manifest.spec, "lifecycle", Lifecycle()).over(self.configuration.spec.lifecycle)
        interface = getattr(manifest.spec, "interface", None)
        attributes = {name: value for name, value in declared.items() if name in PROJECT.attributes}
        self._inline_text(manifest, attributes)
        if interface is not None and (rendered := self.interfaces.of(interface, manifest, ("spec", "interface"))):
            attributes["label_config"] = rendered.xml
            self.rendered[address] = rendered
            locate = located(manifest.document, "spec")
            self.findings += weight_findings(attributes.get("control_weights"), rendered.xml, locate, address)
        if getattr(manifest.spec, "tasks", ()):
            message, hint = (
                "`tasks` are no part of a plan",
                f"`lsform tasks import {manifest.name}` imports what is new",
            )
            span = manifest.document.span(("spec", "tasks"))
            self.findings.append(Finding("LSFM17", Severity.INFO, message, hint, span, str(address)))
        collections = children_of("project")
        mentioned = frozenset(kinds[0].name for name, kinds in collections.items() if name in declared)
        self._check_texts(attributes, located(manifest.document, "spec"), address)
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
            for rank, (name, body) in enumerate(children.items() if isinstance(children, dict) else ()):
                if isinstance(body, dict):
                    child, path = address.child(kinds[0].name, name), ("spec", collection, name)
                    self._child(manifest, child, kinds, body, path, lifecycle)
                    if child in self.desired:
                        self.desired[child] = replace(self.desired[child], rank=rank)

    def _inline_text(self, manifest: Manifest, attributes: dict[str, Value]) -> None:
        """`{file: path}` becomes the file's text."""
        for name in attributes:
            given = getattr(manifest.spec, name)
            if isinstance(given, FileText):
                try:
                    attributes[name], _ = read_inside(self.configuration.folder, manifest.folder, given.file)
                except Unreadable as error:
                    span = manifest.document.span(("spec", name, "file"))
                    self._say("LSFM06", error.message, error.hint, span)

    def _child(
        self,
        manifest: Manifest,
        address: Address,
        kinds: tuple[ResourceKind, ...],
        written: Mapping[str, Value],
        path: Path,
        lifecycle: Lifecycle,
    ) -> None:
        body: Body | None = Body(kinds[0], written, located(manifest.document, *path))
        if connection_key(kinds[0]):
            body = self.connections.body(manifest, kinds, written, path)
        if body is None:
            return
        spec, mistakes = check(body.kind.spec, body.fields, body.locate, address=str(address))
        self.findings += mistakes
        if spec is None:
            return
        declared = spec.declared()
        attributes = {name: value for name, value in declared.items() if name in body.kind.attributes}
        self._check_texts(attributes, body.locate, address)
        locate = body.locate
        self.desired[address] = DesiredResource(
            address=address,
            kind=body.kind,
            attributes=attributes,
            lifecycle=lifecycle,
            sync=str(getattr(spec, "sync", "")),
            secret_version=getattr(spec, "secret_version", None),
            clears_removed=getattr(spec, "on_removed", "keep") == "clear",
            locate=lambda name: locate((name,)),
        )

    def _check_texts(self, attributes: Mapping[str, Value], locate: Locate, address: Address) -> None:
        for path, text in _texts(dict(attributes)):
            if isinstance(text, Secret) and text.source == "literal" and text.value:
                message = f"`{path[-1]}` holds a secret in plain text"
                hint = "write `${env:NAME}` or `${file:path}`, and change the secret: it is in the repository's history"
                self.findings.append(Finding("LSFM10", Severity.WARNING, message, hint, locate(path), str(address)))
            if "\0" in str(reveal(text)):
                message, hint = f"`{path[0]}` has the character U+0000, which Label Studio refuses", "remove it"
                self.findings.append(Finding("LSFM04", Severity.ERROR, message, hint, locate(path), str(address)))

    def _say(self, code: str, message: str, hint: str, span: Span) -> None:
        self.findings.append(Finding(code, Severity.ERROR, message, hint, span))


def _texts(value: Value, path: Path = ()) -> Iterator[tuple[Path, str | Secret]]:
    """All texts in a value, secret or not, and where they are."""
    match value:
        case str() | Secret():
            yield path, value
        case dict():
            for key, item in value.items():
                yield from _texts(item, (*path, key))
        case list():
            for index, item in enumerate(value):
                yield from _texts(item, (*path, index))
