"""`lsform validate`: everything that can be said of a stack without a server."""

from __future__ import annotations

import click

from lsform import workflow
from lsform.cli.options import Command, Invocation
from lsform.core.diagnostics import Severity, has_errors
from lsform.core.errors import ExitCode
from lsform.report.findings import FORMATS


@click.command("validate", cls=Command, epilog="Example: lsform -C examples/minimal validate --strict")
@click.option("--format", "form", type=click.Choice([*FORMATS]), default="text", help="How findings are written.")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.pass_obj
def command(invocation: Invocation, *, form: str, strict: bool) -> int:
    """Parse the manifests, resolve references and render every interface.

    Needs no server and none of its secrets. All mistakes are shown at once, each with file, line and remedy.
    """
    found = workflow.check(invocation.request()).compiled.findings
    invocation.console.data(FORMATS[form](found, invocation.console.out))
    warned = strict and any(one.severity is Severity.WARNING for one in found)
    return ExitCode.ERROR if warned or has_errors(found) else ExitCode.DONE
