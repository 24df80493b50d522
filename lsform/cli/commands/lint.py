"""`lsform lint`: the linter on files that need no stack around them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import click

from lsform.cli import wiring
from lsform.cli.options import Command, Invocation
from lsform.config.files import Unreadable, stack_around, unreadable
from lsform.config.tasks import Data, read_tasks
from lsform.core.collector import no_full_collections
from lsform.core.diagnostics import Finding, Severity, Span
from lsform.core.errors import ExitCode, LsformError
from lsform.interface import catalogue as catalogues
from lsform.interface.lint.engine import Context, Selection, findings
from lsform.interface.lint.exports import checked
from lsform.interface.lint.pages import pages
from lsform.report.findings import FORMATS, fails

STDIN = "-"
XML, TEMPLATE = ".xml", ".xml.j2"


def _split(_context: click.Context, _option: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """`--select LSF1,LSF2 --select LSF3`."""
    return tuple(item.strip() for one in value for item in one.split(",") if item.strip())


def _list_rules(context: click.Context, _option: click.Parameter, value: object) -> None:
    if value:
        rows = (f"{page.code}  {page.severity.value:7}  {page.law}\n" for page in pages().values())
        wiring.write("stdout", "".join(rows))
        context.exit()


_EDITIONS = click.Choice(["community", "enterprise"])


@click.command("lint", cls=Command, epilog="Example: lsform lint interfaces/ --strict --ignore LSF703")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--format", "form", type=click.Choice([*FORMATS]), default="text", help="How findings are written.")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--select", multiple=True, callback=_split, metavar="CODES", help="Only these rules; `LSF1` is a group.")
@click.option("--ignore", multiple=True, callback=_split, metavar="CODES", help="Not these rules.")
@click.option("--tasks", multiple=True, metavar="FILE", help="Tasks that it will show: JSON, JSON lines, CSV or TSV.")
@click.option("--export", "exports", multiple=True, callback=_split, metavar="FORMATS", help="Formats to export to.")
@click.option("--label-studio", "version", metavar="VERSION", help="Of the server; by default the newest known.")
@click.option("--edition", type=_EDITIONS, default="community", help="Of the server; by default Community.")
@click.option("--rules", is_flag=True, is_eager=True, expose_value=False, callback=_list_rules, help="List the rules.")
@click.pass_obj
def command(
    invocation: Invocation,
    *,
    files: tuple[str, ...],
    form: str,
    strict: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    tasks: tuple[str, ...],
    exports: tuple[str, ...],
    version: str | None,
    edition: catalogues.Edition,
) -> int:
    """Find mistakes in label interfaces: `.xml`, Jinja templates (`.xml.j2`), folders of both, or `-` for stdin.

    Variables of a template are given by `--var name=value`; nothing is said of what depends on the others. In the
    interface `<!-- lsform: ignore CODE -->` just before a tag silences a finding there.
    """
    known = catalogues.catalogue(version, edition)
    if known.fallback:
        message = f"there is no catalogue of Label Studio {version}, that of {known.version} is used"
        invocation.console.say(message, level="warning", label="warning")
    data = tuple(task for name in tasks for task in _tasks(name, invocation.folder))
    linter = _Linter(invocation, Context(known, data, checked(exports)), Selection(select, ignore))
    with no_full_collections():
        found = [one for name in files for one in linter.named(name)]
    invocation.console.data(FORMATS[form](found, invocation.console.out))
    return ExitCode.ERROR if fails(found, strict=strict) else ExitCode.DONE


def _tasks(name: str, folder: Path) -> Iterable[Data]:
    try:
        return read_tasks(folder / name, name)
    except Unreadable as error:
        raise LsformError(error.message, hint=error.hint) from None


@dataclass(frozen=True, slots=True)
class _Linter:
    """Reads and lints one file after another; what cannot be read is a finding, too."""

    invocation: Invocation
    context: Context
    selection: Selection

    def named(self, name: str) -> Iterator[Finding]:
        """Findings of a file, of all interfaces in a folder, or of stdin."""
        path = self.invocation.folder / name
        if name == STDIN:
            yield from self._text(wiring.read_stdin(), "<stdin>", None)
        elif path.is_dir():
            for inside in sorted(path.rglob("*")):
                if inside.name.endswith((XML, TEMPLATE)) and inside.is_file():
                    yield from self._file(inside, (Path(name) / inside.relative_to(path)).as_posix())
        else:
            yield from self._file(path, name)

    def _file(self, path: Path, name: str) -> Iterator[Finding]:
        try:
            content = path.read_bytes()
        except OSError as error:
            found = unreadable(name, error)
            raise LsformError(found.message, hint=found.hint) from None
        yield from self._text(content, name, path if name.endswith(TEMPLATE) else None)

    def _text(self, content: bytes, name: str, template: Path | None) -> tuple[Finding, ...]:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            span = Span(name, content.count(b"\n", 0, error.start) + 1)
            return (Finding("LSF001", Severity.ERROR, "the interface is not UTF-8 text", "save it as UTF-8", span),)
        if template is None:
            return findings(text, self.context, self.selection, name)
        # here, because those who lint plain XML on every save should not wait for Jinja
        from lsform.interface.lint.templates import lint_template
        from lsform.interface.render import TemplateSource

        root = stack_around(template)
        variables = self.invocation.request().variables
        found = lint_template(TemplateSource(text, name, root), variables, self.context, self.selection)
        return tuple(one if one.span.file == name else self._from_here(one, root) for one in found)

    def _from_here(self, finding: Finding, root: Path) -> Finding:
        """A finding in an included file, whose name is told from where the command runs."""
        path = os.path.relpath(root / finding.span.file, self.invocation.folder)
        return replace(finding, span=replace(finding.span, file=Path(path).as_posix()))
