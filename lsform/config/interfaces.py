"""Interfaces of manifests as XML: finds the template, gives it its labels and variables, renders it once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath

from lsform.config.files import Unreadable, read_inside
from lsform.config.label_sets import labels_of
from lsform.config.loader import Manifest
from lsform.config.manifest import InterfaceSpec
from lsform.config.source import Path
from lsform.core.diagnostics import Finding, Severity, Span, nearest
from lsform.core.values import Json, canonical_json
from lsform.interface import gallery
from lsform.interface.labels import LabelSpec
from lsform.interface.model import InterfaceError
from lsform.interface.render import RenderError, TemplateSource, render

# Names of templates that are no files of the stack
INLINE, BUILT_IN = "<xml>", "<built in>"


@dataclass(frozen=True, slots=True)
class Body:
    """The body of an interface, and where it stands: in a manifest of its own or inside a project."""

    spec: InterfaceSpec
    manifest: Manifest
    path: Path

    def span(self, *steps: str) -> Span:
        return self.manifest.document.span((*self.path, *steps))


@dataclass(frozen=True, slots=True, eq=False)
class Rendered:
    """The XML of an interface, where it is declared first, and what it was rendered from."""

    xml: str
    body: Body
    source: TemplateSource
    variables: Mapping[str, object]
    label_sets: Mapping[str, Sequence[LabelSpec]]


class _Mistake(Exception):
    """Ends the rendering of one interface, with the findings that say why; none when it was said elsewhere."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__(*findings)
        self.findings = findings


def _mistake(code: str, message: str, hint: str, span: Span) -> _Mistake:
    return _Mistake(Finding(code, Severity.ERROR, message, hint, span))


@dataclass(slots=True)
class Interfaces:
    """Renders the interfaces of one stack; equal ones are rendered once."""

    folder: FilePath
    label_sets: Mapping[str, Manifest]
    named: Mapping[str, Manifest]
    broken: frozenset[tuple[str, str]] = frozenset()
    findings: list[Finding] = field(default_factory=list)
    _done: dict[str, Rendered] = field(default_factory=dict)

    def of(self, use: str | InterfaceSpec, manifest: Manifest, path: Path) -> Rendered | None:
        """The interface of a project's `interface`: a name, or a body in place; None when it has a mistake."""
        if isinstance(use, InterfaceSpec):
            return self.body(Body(use, manifest, path))
        found = self.named.get(use)
        if found is None and ("Interface", use) in self.broken:
            return None
        if found is None:
            hint = nearest(use, self.named) or "declare it with `kind: Interface`, or write its body here"
            span = manifest.document.span(path)
            self.findings.append(Finding("LSFM07", Severity.ERROR, f"there is no interface `{use}`", hint, span))
            return None
        return self.manifest(found)

    def manifest(self, manifest: Manifest) -> Rendered | None:
        """That of a manifest of kind Interface."""
        assert isinstance(manifest.spec, InterfaceSpec)
        return self.body(Body(manifest.spec, manifest, ("spec",)))

    def body(self, body: Body) -> Rendered | None:
        key = canonical_json([*_key(body)])
        if key not in self._done:
            try:
                self._done[key] = self._render(body)
            except _Mistake as mistake:
                self.findings += mistake.findings
                return None
        return self._done[key]

    def _render(self, body: Body) -> Rendered:
        sets = {name: self._labels(body, name, wanted) for name, wanted in body.spec.label_sets.items()}
        source = self._source(body)
        try:
            variables: Mapping[str, object] = body.spec.vars
            if body.spec.template is not None and not _is_path(body.spec.template):
                template = gallery.load(body.spec.template)
                variables, sets = gallery.checked_variables(template, {**variables, **sets}), {}
            xml = render(source, variables=variables, label_sets=sets)
        except RenderError as error:
            raise _mistake("LSFM09", error.message, error.hint, place_in(body, error.filename, error.line)) from None
        except InterfaceError as error:
            place = self._place(body, error, source, variables, sets)
            raise _mistake(error.code, error.message, error.hint, place) from None
        return Rendered(xml, body, source, variables, sets)

    def _place(
        self,
        body: Body,
        error: InterfaceError,
        source: TemplateSource,
        variables: Mapping[str, object],
        label_sets: Mapping[str, Sequence[LabelSpec]],
    ) -> Span:
        """Where what is no interface stands; in a template the tag before it."""
        if not source.is_template or source.filename == BUILT_IN:
            return place_in(body, source.filename, error.line, error.column)
        # here, because few templates are wrong
        from lsform.interface.lint.origins import Origins

        before = Origins(source, variables, label_sets).before(*error.rendered)
        return place_in(body, before.file, before.line, before.column)

    def _labels(self, body: Body, variable: str, name: str) -> Sequence[LabelSpec]:
        found = self.label_sets.get(name)
        span = body.span("label_sets", variable)
        if found is None and ("LabelSet", name) in self.broken:
            raise _Mistake
        if found is None:
            hint = nearest(name, self.label_sets) or "declare it with `kind: LabelSet`"
            raise _mistake("LSFM07", f"there is no label set `{name}`", hint, span)
        try:
            return labels_of(found)
        except ValueError:
            raise _Mistake from None  # said at the label set

    def _source(self, body: Body) -> TemplateSource:
        spec = body.spec
        is_template = bool(spec.vars or spec.label_sets)
        if spec.xml is not None:
            return TemplateSource(spec.xml, INLINE, self.folder, is_template=is_template)
        if spec.file is not None:
            text, name = self._read(body, "file", spec.file)
            return TemplateSource(text, name, self.folder, is_template=is_template or name.endswith(".j2"))
        assert spec.template is not None
        if _is_path(spec.template):
            return TemplateSource(*self._read(body, "template", spec.template), self.folder)
        try:
            template = gallery.load(spec.template)
        except RenderError as error:
            raise _mistake("LSFM07", error.message, error.hint, body.span("template")) from None
        return TemplateSource(template.source, BUILT_IN)

    def _read(self, body: Body, key: str, name: str) -> tuple[str, str]:
        try:
            return read_inside(self.folder, body.manifest.folder, name)
        except Unreadable as error:
            raise _mistake("LSFM06", error.message, error.hint, body.span(key)) from None


def _is_path(template: str) -> bool:
    return "/" in template or template.endswith((".j2", ".xml"))


def _key(body: Body) -> tuple[Json, ...]:
    spec = body.spec
    at_home = body.manifest.folder.as_posix()
    return (at_home, spec.template, spec.file, spec.xml, dict(spec.label_sets), spec.vars)


def place_in(body: Body, filename: str, line: int, column: int = 0) -> Span:
    """Where a mistake in a template is: in the YAML, in a file of the stack, or, for a built-in one, at its use."""
    if filename == INLINE:
        return body.manifest.document.inside((*body.path, "xml"), line, column)
    if filename in ("", BUILT_IN):
        return body.span("vars") if body.spec.vars else body.span("template")
    return Span(filename, line, column)
