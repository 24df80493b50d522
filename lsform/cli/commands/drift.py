"""`lsform drift`: what changed on the server behind our back, and nothing else."""

from __future__ import annotations

import click

from lsform.cli.common import as_json, session, warn
from lsform.cli.options import Command, Invocation
from lsform.core.collector import load
from lsform.core.errors import ExitCode


@click.command("drift", cls=Command, epilog="Example: lsform -C examples/quickstart drift --detailed-exitcode")
@click.option("--target", "targets", multiple=True, metavar="GLOB", help="Only these addresses, with their children.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How it is written.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when there is drift.")
@click.pass_obj
def command(invocation: Invocation, *, targets: tuple[str, ...], form: str, detailed_exitcode: bool) -> int:
    """Show what was changed or deleted on the server since the last apply.

    Manifests that changed are no drift: `plan` shows those. Writes nothing, neither there nor to the state.
    """
    console = invocation.console
    with session(invocation, ahead=True) as opened:
        load("lsform.workflow")
        from lsform import workflow  # here, for the reason that `plan` gives

        found = workflow.find_drift(opened, targets)
    from lsform.engine.document import drift_document
    from lsform.report.drift import drift_text

    if form == "json":
        console.data(as_json(drift_document(found)))
        warn(invocation, found.findings)
    else:
        console.pages(drift_text(found, console.out))
    return ExitCode.CHANGES if detailed_exitcode and found.items else ExitCode.DONE
