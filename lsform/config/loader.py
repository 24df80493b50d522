"""Reads the files of a stack for one environment: manifests with their references resolved, every mistake collected."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from glob import glob
from pathlib import Path, PurePath

from lsform.config.checking import check
from lsform.config.manifest import API_VERSION, SPECS, EnvironmentSpec, Metadata, StackSpec
from lsform.config.references import Scope, resolve
from lsform.config.source import Document, read_documents
from lsform.core.diagnostics import Finding, Severity, Span, nearest
from lsform.core.errors import LsformError
from lsform.core.values import Json
from lsform.resources.base import Spec

ROOT_FILE = "lsform.yaml"
ENVIRONMENTS = "envs"
MOST_COMBINATIONS = 100_000  # of one matrix: a slip of the pen must not fill the memory
ENVELOPE = ("apiVersion", "kind", "metadata", "spec", "matrix")


@dataclass(frozen=True, slots=True)
class Manifest:
    """One manifest of one matrix combination, checked."""

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
    """One stack in one environment. `server` is unresolved: only commands that talk to a server need its references."""

    folder: Path
    stack: str
    environment: str
    spec: StackSpec
    manifests: tuple[Manifest, ...]
    findings: tuple[Finding, ...]
    servers: tuple[tuple[Document, Scope], ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """What to load. `variables` come from the command line and win; `process` is the environment of the process."""

    folder: Path
    environment: str = ""
    variables: Mapping[str, Json] = field(default_factory=dict)
    process: Mapping[str, str] = field(default_factory=dict)


def load(request: Request) -> Configuration:
    """Read, check and resolve everything. Raises LsformError only where there is no stack at all."""
    root = request.folder / ROOT_FILE
    if not root.is_file():
        raise LsformError(
            f"there is no `{ROOT_FILE}` in {request.folder}", hint="`lsform init` writes one, `-C DIR` looks elsewhere"
        )
    documents, findings = _read(root, request.folder)
    stack = next((one for one in documents if _kind(one) == "Stack"), None)
    if stack is None:
        hint = "its first document should be the Stack"
        findings.append(Finding("LSFM04", Severity.ERROR, "no document is a Stack", hint, Span(ROOT_FILE)))
        return Configuration(request.folder, "", request.environment, StackSpec(), (), tuple(findings))
    overlay = _environment(request, findings)
    name, spec = _settings(stack, overlay, request, findings)
    for path in _included(request.folder, spec.include):
        more, mistakes = _read(path, request.folder)
        documents += more
        findings += mistakes
    manifests = tuple(_manifests(documents, spec, request, findings))
    findings += _duplicates(manifests)
    servers = tuple((one, _scope(one, request)) for one in (stack, overlay) if one is not None)
    return Configuration(request.folder, name, request.environment, spec, manifests, tuple(findings), servers)


def _read(path: Path, folder: Path) -> tuple[list[Document], list[Finding]]:
    name = path.relative_to(folder).as_posix()
    try:
        return read_documents(path.read_text("utf-8"), name)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        return [], [Finding("LSFM01", Severity.ERROR, f"cannot be read: {reason}", "", Span(name))]


def _kind(document: Document) -> Json:
    return document.value.get("kind") if isinstance(document.value, dict) else None


def _scope(document: Document, request: Request, **values: Mapping[str, Json]) -> Scope:
    folder = (request.folder / document.file).parent
    return Scope(request.process, folder, **values)


def _environment(request: Request, findings: list[Finding]) -> Document | None:
    if not request.environment:
        return None
    folder = request.folder / ENVIRONMENTS
    path = folder / f"{request.environment}.yaml"
    if not path.is_file():
        known = sorted(one.stem for one in folder.glob("*.yaml"))
        hint = nearest(request.environment, known) or f"there are: {', '.join(known) or 'none'}"
        raise LsformError(f"there is no environment `{request.environment}`", hint=hint)
    documents, mistakes = _read(path, request.folder)
    findings += mistakes
    found = next((one for one in documents if _kind(one) == "Environment"), None)
    if found is None and not mistakes:
        span = Span(f"{ENVIRONMENTS}/{path.name}")
        findings.append(Finding("LSFM04", Severity.ERROR, "no document is an Environment", "", span))
    return found


def _settings(
    stack: Document, overlay: Document | None, request: Request, findings: list[Finding]
) -> tuple[str, StackSpec]:
    """Name of the stack and its spec with the environment laid over it; `server` is left out here."""
    merged: dict[str, Json] = {}
    name = ""
    for document, model in ((stack, StackSpec), (overlay, EnvironmentSpec)):
        if document is None:
            continue
        body = _enveloped(document, findings)
        if body is None:
            continue
        spec = _without_server(body.get("spec"))
        if document is stack:
            spec = _not_overridden(spec, _overrides(overlay, request))
        given, mistakes = resolve(document, spec, ("spec",), _scope(document, request))
        findings += mistakes
        if not mistakes:
            _, mistakes = check(model, given, lambda path, at=document: at.span(("spec", *path)))  # type: ignore[misc]
            findings += mistakes
        if not mistakes and isinstance(given, dict):
            merged = _laid_over(merged, given)
        name = name or str(_named(body))
    settings = StackSpec.model_validate(merged)
    return name, settings.model_copy(update={"vars": {**settings.vars, **request.variables}})


def _overrides(overlay: Document | None, request: Request) -> Json:
    """What stands above the Stack's own spec: a reference below it need not be defined."""
    body = overlay.value.get("spec") if overlay is not None and isinstance(overlay.value, dict) else None
    return _laid_over(dict(body) if isinstance(body, dict) else {}, {"vars": dict(request.variables)})


def _not_overridden(below: Json, above: Json) -> Json:
    if not isinstance(below, dict) or not isinstance(above, dict):
        return below
    return {
        key: _not_overridden(value, above.get(key))
        for key, value in below.items()
        if key not in above or isinstance(above[key], dict)
    }


def _without_server(spec: Json) -> Json:
    return {key: value for key, value in spec.items() if key != "server"} if isinstance(spec, dict) else spec or {}


def _named(body: Mapping[str, Json]) -> Json:
    metadata = body.get("metadata")
    return metadata.get("name", "") if isinstance(metadata, dict) else ""


def _laid_over(below: dict[str, Json], above: Mapping[str, Json]) -> dict[str, Json]:
    result = dict(below)
    for key, value in above.items():
        under = result.get(key)
        result[key] = _laid_over(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return result


def _included(folder: Path, patterns: list[str]) -> list[Path]:
    """The files that hold manifests, in the order of their names; `glob` leaves hidden files and folders out."""
    found = {name for pattern in patterns for name in glob(pattern, root_dir=folder, recursive=True)}  # noqa: PTH207
    names = sorted(name for name in found if name != ROOT_FILE and PurePath(name).parts[0] != ENVIRONMENTS)
    return [path for path in (folder / name for name in names) if path.is_file()]


def _manifests(
    documents: list[Document], spec: StackSpec, request: Request, findings: list[Finding]
) -> Iterator[Manifest]:
    for document in documents:
        body = _enveloped(document, findings)
        if body is None or body["kind"] == "Stack":
            continue
        for combination in _combinations(document, body.get("matrix"), findings):
            scope = _scope(document, request, variables=spec.vars, matrix=combination)
            manifest = _manifest(document, body, scope, findings)
            if manifest is not None:
                yield manifest


def _enveloped(document: Document, findings: list[Finding]) -> dict[str, Json] | None:
    """The document when it is one of ours and of a known kind."""
    body = document.value
    wrong = _envelope_mistake(body)
    if wrong is None and isinstance(body, dict):
        unknown = [key for key in body if key not in ENVELOPE]
        findings += [
            Finding("LSFM03", Severity.ERROR, f"unknown key `{key}`", nearest(key, ENVELOPE), document.span((key,)))
            for key in unknown
        ]
        return body
    assert wrong is not None
    key, message, hint = wrong
    findings.append(Finding("LSFM04", Severity.ERROR, message, hint, document.span((key,))))
    return None


def _envelope_mistake(body: Json) -> tuple[str, str, str] | None:
    """(key, message, hint) of what is wrong with the outer part of a document."""
    if not isinstance(body, dict):
        return "", "a manifest is a mapping", "begin with `apiVersion: lsform/v1`"
    if body.get("apiVersion") != API_VERSION:
        return (
            "apiVersion",
            f"`apiVersion` should be `{API_VERSION}`",
            "or keep this file out with `include` in the Stack",
        )
    kind = body.get("kind")
    if not isinstance(kind, str) or kind not in SPECS:
        hint = nearest(str(kind), SPECS) or f"known kinds: {', '.join(SPECS)}"
        return "kind", f"`{kind}` is no kind", hint
    if not isinstance(body.get("metadata"), dict):
        return "metadata", "`metadata` is missing", "add `metadata: {name: ...}`"
    return None


def _combinations(document: Document, matrix: Json, findings: list[Finding]) -> Iterator[dict[str, Json]]:
    """One mapping for each combination of the axes; one empty mapping where there is no matrix."""
    if matrix is None:
        yield {}
        return
    axes = {key: axis for key, axis in matrix.items() if isinstance(axis, list)} if isinstance(matrix, dict) else {}
    size = math.prod(len(axis) for axis in axes.values())
    if axes != matrix or not 0 < size <= MOST_COMBINATIONS:
        hint = "write `matrix: {lang: [en, de]}`"
        message = f"`matrix` should map names to lists, with 1 to {MOST_COMBINATIONS} combinations"
        findings.append(Finding("LSFM04", Severity.ERROR, message, hint, document.span(("matrix",))))
        return
    for values in itertools.product(*axes.values()):
        yield dict(zip(axes, values, strict=True))


def _manifest(document: Document, body: Mapping[str, Json], scope: Scope, findings: list[Finding]) -> Manifest | None:
    kind = str(body["kind"])
    mistakes: list[Finding] = []
    parts: dict[str, Json] = {}
    for part in ("metadata", "spec"):
        parts[part], wrong = resolve(document, body.get(part) or {}, (part,), scope)
        mistakes += wrong
    if not mistakes:
        metadata, wrong = check(Metadata, parts["metadata"], lambda path: document.span(("metadata", *path)))
        mistakes += wrong
        name = metadata.name if metadata else ""
        address = f"{kind.lower()}.{name}" if name else ""
        spec, wrong = check(SPECS[kind], parts["spec"], lambda path: document.span(("spec", *path)), address=address)
        mistakes += wrong
    findings += mistakes
    if mistakes or spec is None:
        return None
    return Manifest(kind, name, spec, document, scope)


def _duplicates(manifests: tuple[Manifest, ...]) -> Iterator[Finding]:
    seen: dict[tuple[str, str], Manifest] = {}
    for one in manifests:
        first = seen.setdefault((one.kind, one.name), one)
        if first is not one:
            where = first.document.span(("metadata", "name"))
            message = f"there are two {one.kind} manifests called `{one.name}`"
            span = one.document.span(("metadata", "name"))
            yield Finding("LSFM08", Severity.ERROR, message, f"the first is at {where}: rename one", span)
