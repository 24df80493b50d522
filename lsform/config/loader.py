"""Reads the files of a stack for one environment: manifests with their references resolved, every mistake collected."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from lsform.config.checking import Model, check, located
from lsform.config.envelope import Request as Request
from lsform.config.envelope import enveloped, kind_of
from lsform.config.files import ROOT_FILE, unreadable
from lsform.config.manifest import SPECS, Metadata, StackSpec
from lsform.config.references import Scope, resolve
from lsform.config.settings import Settings, settings
from lsform.config.source import Document, read_documents
from lsform.core.address import is_name
from lsform.core.diagnostics import Finding, Severity, Span, has_errors, nearest
from lsform.core.errors import LsformError
from lsform.core.exports import is_export
from lsform.core.values import Json
from lsform.resources.base import Spec

ENVIRONMENTS = "envs"
MOST_COMBINATIONS = 100_000  # of one matrix: a slip of the pen must not fill the memory


@dataclass(frozen=True, slots=True)
class Manifest:
    """One manifest of one matrix combination. One with a mistake in it has only what is right of its spec."""

    kind: str
    name: str
    spec: Spec
    document: Document
    scope: Scope

    @property
    def folder(self) -> Path:
        return self.scope.folder


@dataclass(frozen=True, slots=True)
class Configuration:
    """One stack in one environment.

    `broken` are kind and name of manifests that are so wrong that they are not in `manifests`. `servers` is
    unresolved: only commands that talk to a server need its references. `gaps` say where files were looked for in vain.
    """

    folder: Path
    stack: str
    environment: str
    spec: StackSpec
    manifests: tuple[Manifest, ...]
    findings: tuple[Finding, ...]
    servers: tuple[tuple[Document, Scope], ...] = ()
    broken: frozenset[tuple[str, str]] = frozenset()
    gaps: tuple[str, ...] = ()


Begun = Callable[[Configuration], None]  # is told of right settings before any manifest is read, without manifests


def unheard(_settings: Configuration) -> None:
    """Nobody waits for the settings."""


def load(request: Request, begun: Begun = unheard) -> Configuration:
    """Read, check and resolve everything. Raises LsformError only where there is no stack at all."""
    documents, findings = _root(request)
    stack = next((one for one in documents if kind_of(one) == "Stack"), None)
    if stack is None:
        if not findings:
            hint = "its first document should be the Stack"
            findings.append(Finding("LSFM04", Severity.ERROR, "no document is a Stack", hint, Span(ROOT_FILE)))
        return Configuration(request.folder, "", request.environment, StackSpec(), (), tuple(findings))
    known = settings(stack, _environment(request, findings), request, findings)
    begin = Configuration(
        request.folder, known.name, request.environment, known.spec, (), tuple(findings), known.servers
    )
    if not has_errors(findings):
        begun(begin)
    gaps: list[str] = []
    for path in _included(request.folder, known.spec.include, stack, findings, gaps):
        more, mistakes = _read(path, request.folder)
        documents += more
        findings += mistakes
    reader = _Manifests(request, known, findings)
    manifests = tuple(one for document in documents if document is not stack for one in reader.of(document, stack))
    findings += _duplicates(manifests)
    return replace(
        begin,
        manifests=manifests,
        findings=tuple(findings),
        broken=frozenset(reader.broken),
        gaps=tuple(gaps),
    )


def _root(request: Request) -> tuple[list[Document], list[Finding]]:
    root = request.folder / ROOT_FILE
    if root.is_file():
        return _read(root, request.folder)
    if request.root:
        return read_documents(request.root, ROOT_FILE)
    raise LsformError(
        f"there is no `{ROOT_FILE}` in {request.folder}", hint="`lsform init` writes one, `-C DIR` looks elsewhere"
    )


def _read(path: Path, folder: Path) -> tuple[list[Document], list[Finding]]:
    name = path.relative_to(folder).as_posix()
    try:
        return read_documents(path.read_text("utf-8"), name)
    except (OSError, UnicodeDecodeError) as error:
        wrong = unreadable(path.name, error)
        return [], [Finding("LSFM01", Severity.ERROR, wrong.message, wrong.hint, Span(name))]


def _environment(request: Request, findings: list[Finding]) -> Document | None:
    name = request.environment
    if not name:
        return None
    folder = request.folder / ENVIRONMENTS
    path = folder / f"{name}.yaml"
    if not is_name(name) or not path.is_file():
        known = sorted(one.stem for one in folder.glob("*.yaml"))
        hint = nearest(name, known) or f"there are: {', '.join(f'`{one}`' for one in known) or 'none'}"
        raise LsformError(f"there is no environment `{name}`", hint=hint)
    documents, mistakes = _read(path, request.folder)
    findings += mistakes
    found = next((one for one in documents if kind_of(one) == "Environment"), None)
    if found is None and not mistakes:
        span, hint = Span(f"{ENVIRONMENTS}/{path.name}"), "write `kind: Environment`"
        findings.append(Finding("LSFM04", Severity.ERROR, "no document is an Environment", hint, span))
    for one in documents:
        if one is not found and found is not None:
            message, hint = "only one Environment stands here", f"move this out of `{ENVIRONMENTS}/`"
            findings.append(Finding("LSFM04", Severity.ERROR, message, hint, one.span(("kind",))))
    return found


def _included(
    folder: Path, patterns: list[str], stack: Document, findings: list[Finding], gaps: list[str]
) -> list[Path]:
    """The files that the patterns match. One that matches none is a gap: a folder that was renamed, or not mounted."""
    found: set[Path] = set()
    for index, pattern in enumerate(patterns):
        try:
            if ".." in Path(pattern).parts:
                raise ValueError
            matched = set(folder.glob(pattern))
            found |= matched
            if not matched:
                gaps.append(f"`include` has `{pattern}`, which matches no file")
        except (ValueError, NotImplementedError):
            span = stack.span(("spec", "include", index))
            message = f"`include` has `{pattern}`, which is no pattern of files inside the stack"
            findings.append(Finding("LSFM04", Severity.ERROR, message, "write patterns such as `**/*.yaml`", span))
    # an export in the stack's folder is natural, and has a `data.yaml` that is none of ours
    exports = {place for place in {path.parent for path in found} if is_export(place)}
    ours = (path for path in found if path.parent not in exports and path.is_file())
    return sorted(path for path in ours if _is_manifest(path.relative_to(folder)))


def _is_manifest(path: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.parts)
    return not hidden and path.parts[0] != ENVIRONMENTS and path.as_posix() != ROOT_FILE


@dataclass(slots=True)
class _Manifests:
    """Makes manifests of documents, one for each combination of a matrix."""

    request: Request
    settings: Settings
    findings: list[Finding]
    broken: set[tuple[str, str]] = field(default_factory=set)

    def of(self, document: Document, stack: Document) -> Iterator[Manifest]:
        body = enveloped(document, self.findings)
        if body is None:
            return
        if body["kind"] == "Stack":
            hint = f"the first is at {stack.span(('kind',))}: keep one, or leave this folder out with `include`"
            self._say("LSFM08", "there are two Stacks", hint, document.span(("kind",)))
        elif body["kind"] == "Environment":
            hint = f"put it in `{ENVIRONMENTS}/NAME.yaml`, and choose it with `-e NAME`"
            self._say("LSFM04", "an Environment stands in a file of its own", hint, document.span(("kind",)))
        else:
            for combination in self._combinations(document, body.get("matrix")):
                yield from self._manifest(document, body, combination)

    def _combinations(self, document: Document, matrix: Json) -> Iterator[dict[str, Json]]:
        """One mapping for each combination of the axes; one empty mapping where there is no matrix."""
        if matrix is None:
            yield {}
            return
        scope = self.request.scope(document, variables=self.settings.spec.vars)
        axes, mistakes = resolve(document, matrix, ("matrix",), scope)
        self.findings += mistakes
        lists = {key: axis for key, axis in axes.items() if isinstance(axis, list)} if isinstance(axes, dict) else {}
        size = math.prod(len(axis) for axis in lists.values())
        if mistakes:
            return
        if lists != axes or not 0 < size <= MOST_COMBINATIONS:
            message = f"`matrix` should map names to lists, with 1 to {MOST_COMBINATIONS} combinations"
            self._say("LSFM04", message, "write `matrix: {lang: [en, de]}`", document.span(("matrix",)))
            return
        for values in itertools.product(*lists.values()):
            yield dict(zip(lists, values, strict=True))

    def _manifest(
        self, document: Document, body: Mapping[str, Json], combination: Mapping[str, Json]
    ) -> Iterator[Manifest]:
        kind = str(body["kind"])
        scope = self.request.scope(document, variables=self.settings.spec.vars, matrix=combination)
        metadata = self._checked(document, Metadata, body, "metadata", scope)
        name = metadata.name if metadata else ""
        address = f"{_snake_case(kind)}.{name}" if name else ""
        spec = self._checked(document, SPECS[kind], body, "spec", scope, address=address)
        if metadata is not None and spec is not None:
            yield Manifest(kind, name, spec, document, scope)
        elif name:
            self.broken.add((kind, name))

    def _checked(
        self,
        document: Document,
        model: type[Model],
        body: Mapping[str, Json],
        part: str,
        scope: Scope,
        *,
        address: str = "",
    ) -> Model | None:
        """A part of a document; of a value whose reference stands for nothing, only that is said."""
        given, mistakes = resolve(document, body.get(part) or {}, (part,), scope)
        checked, more = check(model, given, located(document, part), address=address)
        told = {finding.span for finding in mistakes}
        self.findings += [*mistakes, *(one for one in more if one.span not in told)]
        return checked

    def _say(self, code: str, message: str, hint: str, span: Span) -> None:
        self.findings.append(Finding(code, Severity.ERROR, message, hint, span))


def _snake_case(kind: str) -> str:
    """A kind as addresses have it."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind).lower()


def _duplicates(manifests: tuple[Manifest, ...]) -> Iterator[Finding]:
    seen: dict[tuple[str, str], Manifest] = {}
    for one in manifests:
        first = seen.setdefault((one.kind, one.name), one)
        if first is one:
            continue
        where, span = first.document.span(("metadata", "name")), one.document.span(("metadata", "name"))
        hint = f"the first is at {where}: rename one"
        if one.document is first.document:
            axes = " and ".join(f"`${{matrix:{axis}}}`" for axis in one.scope.matrix or ())
            hint = f"put {axes} into the name, and no value twice into an axis"
        message = f"there are two {one.kind} manifests called `{one.name}`"
        yield Finding("LSFM08", Severity.ERROR, message, hint, span)
