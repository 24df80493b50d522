"""`lsform plan`: what apply would do."""

from __future__ import annotations

from pathlib import Path

import click

from lsform import workflow
from lsform.cli.common import as_json, session, warn, write
from lsform.cli.drawing import drawn_changes, write_changes
from lsform.cli.options import Command, Invocation
from lsform.core.errors import ExitCode
from lsform.engine import guard
from lsform.engine.document import plan_document
from lsform.report.markdown import plan_markdown
from lsform.report.terminal import plan_text


@click.command("plan", cls=Command, epilog="Example: lsform -C examples/quickstart plan --out quickstart.plan")
@click.option("--out", metavar="FILE", help="Save the plan, for `apply FILE`.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", help="How the plan is written."
)
@click.option("--target", "targets", multiple=True, metavar="GLOB", help="Only these addresses, with their children.")
@click.option("--prune", is_flag=True, help="Delete what the stack made and no longer declares.")
@click.option(
    "--preview", metavar="DIR", help="Draw each changed interface into DIR, before and after. Needs `lsform[preview]`."
)
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when there are changes.")
@click.pass_obj
def command(
    invocation: Invocation,
    *,
    out: str | None,
    form: str,
    targets: tuple[str, ...],
    prune: bool,
    preview: str | None,
    detailed_exitcode: bool,
) -> int:
    """Show what `apply` would change on the server. Writes nothing there."""
    console = invocation.console
    with session(invocation) as opened:
        plan = workflow.make_plan(opened, workflow.Options(prune=prune, targets=targets))
        refusals = guard.objections(plan, opened.checked.limits, guard.Permission())
    created_at, expires_at = workflow.lifetime()
    document = as_json(plan_document(plan, refusals, created_at=created_at, expires_at=expires_at))
    if form == "json":
        console.data(document)
        warn(invocation, plan.findings)
    elif form == "markdown":
        console.data(plan_markdown(plan, refusals))
    else:
        console.data(plan_text(plan, console.out, refusals))
    if out is not None:
        write(out, document)
        console.say(f"saved to {out}; `lsform apply {out}` applies exactly this")
    if preview is not None:
        paths = write_changes(drawn_changes(invocation, opened.checked, plan.changes), Path(preview))
        console.say(f"pictures of changed interfaces in `{preview}`: {len(paths)}")
    return ExitCode.CHANGES if detailed_exitcode and plan.changes else ExitCode.DONE
