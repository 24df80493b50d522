"""`lsform validate`: everything that can be said of a stack without a server."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from lsform.cli.options import Command, Invocation
from lsform.config.checked import check
from lsform.config.linting import all_findings
from lsform.core.diagnostics import Finding
from lsform.core.errors import ExitCode
from lsform.report.findings import FORMATS, fails

# their readers count paths from the directory of the run, not of the stack
FOR_A_REPOSITORY = ("sarif", "github", "gitlab")


@click.command("validate", cls=Command, epilog="Example: lsform -C examples/minimal validate --strict")
@click.option("--format", "form", type=click.Choice([*FORMATS]), default="text", help="How findings are written.")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.pass_obj
def command(invocation: Invocation, *, form: str, strict: bool) -> int:
    """Parse the manifests, resolve references, render and lint every interface.

    Needs no server and none of its secrets. All mistakes are shown at once, each with file, line and remedy.
    """
    invocation.console.progress("reading manifests", done=0, total=0)
    found = all_findings(check(invocation.request()))
    shown = [_from_here(one, invocation.folder) for one in found] if form in FOR_A_REPOSITORY else found
    invocation.console.data(FORMATS[form](shown, invocation.console.out))
    return ExitCode.ERROR if fails(found, strict=strict) else ExitCode.DONE


def _from_here(finding: Finding, folder: Path) -> Finding:
    if not finding.span.file:
        return finding
    return replace(finding, span=replace(finding.span, file=(folder / finding.span.file).as_posix()))
