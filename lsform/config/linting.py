"""The linter on the interfaces of a stack: each with the tasks and the export formats that its project declares.

Reads the declared tasks, and what templates include.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from lsform.config.checked import Checked
from lsform.config.compile import Compiled, audible
from lsform.config.files import Unreadable, files_inside
from lsform.config.interfaces import BUILT_IN, Rendered, place_in
from lsform.config.loader import Configuration, Manifest
from lsform.config.tasks import Data, read_tasks
from lsform.core.address import Address
from lsform.core.diagnostics import Finding, Severity, Span, in_order
from lsform.interface.catalogue import Catalogue, catalogue
from lsform.interface.lint import stack
from lsform.interface.lint.engine import Context, Selection, findings
from lsform.interface.lint.origins import Origins
from lsform.interface.lint.places import Place, in_text, quoted_line
from lsform.interface.lint.subject import Node
from lsform.interface.model import parse

EVERYTHING = Selection()


def all_findings(stack: Checked) -> tuple[Finding, ...]:
    """Everything that can be said of a stack without a server: of its manifests, and of its interfaces."""
    said = lint_findings(stack.configuration, stack.compiled, catalogue())
    return in_order((*stack.compiled.findings, *said))


def lint_findings(
    configuration: Configuration,
    compiled: Compiled,
    known: Catalogue,
    only: Iterable[Address] | None = None,
) -> tuple[Finding, ...]:
    """What the linter says of the interfaces at these addresses, by default of all."""
    projects = {Address.of("project", one.name): one for one in configuration.manifests if one.kind == "Project"}
    told: dict[tuple[Span, str, str], Finding] = {}
    read: dict[Path, list[Data]] = {}
    seen: set[tuple[Rendered, tuple[Path, ...], frozenset[str]]] = set()
    for address in compiled.interfaces if only is None else only:
        rendered, project = compiled.interfaces.get(address), projects.get(address)
        if rendered is None:
            continue
        files, found = declared_tasks(configuration, project, read) if project else ((), [])
        exports = _exports(project) if project else frozenset()
        if (rendered, files, exports) not in seen:  # projects of a matrix mostly have all three in common
            seen.add((rendered, files, exports))
            tasks = tuple(task for path in files for task in read[path])
            found += findings(rendered.xml, Context(known, tasks, exports), EVERYTHING, place=_place(rendered))
        for one in found:
            told.setdefault((one.span, one.code, one.message), replace(one, address=str(address)))
    if only is None:
        for one in _across({str(address): one for address, one in compiled.interfaces.items() if address in projects}):
            told.setdefault((one.span, one.code, one.message), one)
    return in_order(audible(told.values(), configuration, errors=True))


def _across(interfaces: Mapping[str, Rendered]) -> Iterator[Finding]:
    """What is wrong between the projects."""
    for address, mistake in stack.across({name: parse(one.xml) for name, one in interfaces.items()}):
        span, note = _place(interfaces[address])(mistake.node, mistake.attribute)
        yield Finding(stack.CODE, stack.SEVERITY, mistake.message + note, mistake.hint, span, address)


def _place(rendered: Rendered) -> Place:
    """Where a tag stands in what the user wrote: in the YAML, or in a file of the stack."""
    inside = _place_in_source(rendered)

    def place(node: Node, attribute: str) -> tuple[Span, str]:
        span, note = inside(node, attribute)
        return place_in(rendered.body, span.file, span.line, span.column), note

    return place


def _place_in_source(rendered: Rendered) -> Place:
    """Where it stands in the text of the interface; of a built-in template the line that it gave is quoted."""
    source = rendered.source
    if source.filename == BUILT_IN:
        return lambda node, _: (Span(BUILT_IN), quoted_line(rendered.xml, node.tag.line))
    if not source.is_template:
        return in_text(rendered.xml, source.filename)
    return Origins(source, rendered.variables, rendered.label_sets)


def _exports(project: Manifest) -> frozenset[str]:
    return frozenset(one.format for one in getattr(project.spec, "export", {}).values())


def declared_tasks(
    configuration: Configuration, project: Manifest, read: dict[Path, list[Data]]
) -> tuple[tuple[Path, ...], list[Finding]]:
    """The files with the tasks of a project, each of which is in `read` then, and what is wrong with them."""
    paths: list[Path] = []
    mistakes: list[Finding] = []
    for number, declared in enumerate(getattr(project.spec, "tasks", ())):
        span = project.document.span(("spec", "tasks", number, "file"))
        try:
            for path, name in files_inside(configuration.folder, project.folder, declared.file):
                if path not in read:
                    read[path] = read_tasks(path, name)
                paths.append(path)
        except Unreadable as error:
            mistakes.append(Finding("LSFM06", Severity.ERROR, error.message, error.hint, span))
    return tuple(paths), mistakes
