"""`lsform plan`: what apply would do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lsform.cli.common import as_json, session, warn, write
from lsform.cli.drawing import drawn_changes, uris, write_changes
from lsform.cli.options import Command, Invocation
from lsform.core.collector import load
from lsform.core.errors import ExitCode, Refusal, UsageError

if TYPE_CHECKING:
    from lsform.engine.model import Plan
    from lsform.report.html import Pictures
    from lsform.session import Session


@click.command("plan", cls=Command, epilog="Example: lsform -C examples/quickstart plan --out quickstart.plan")
@click.option("--out", metavar="FILE", help="Save the plan, for `apply FILE`.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", help="How the plan is written."
)
@click.option(
    "--report",
    "reports",
    multiple=True,
    metavar="FILE",
    help="Write the plan for reviewers, too, as the ending says: .html or .md. May be repeated.",
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
    reports: tuple[str, ...],
    targets: tuple[str, ...],
    prune: bool,
    preview: str | None,
    detailed_exitcode: bool,
) -> int:
    """Show what `apply` would change on the server. Writes nothing there."""
    console = invocation.console
    refuse_unknown(reports)
    with session(invocation, ahead=True) as opened:
        plan, refusals, document = _planned(opened, prune=prune, targets=targets)
    if out is not None:  # before a pager lets its reader wait
        write(out, document)
    if form == "json":
        console.data(document)
        warn(invocation, plan.findings)
    elif form == "markdown":
        console.data(_markdown(plan, refusals))
    else:
        from lsform.report.terminal import plan_text

        console.pages(plan_text(plan, console.out, refusals))
    if out is not None:
        console.say(f"saved to {out}; `lsform apply {out}` applies exactly this")
    pictures = None
    if preview is not None:
        drawn = drawn_changes(invocation, opened.checked, plan.changes)
        console.say(f"pictures of changed interfaces in `{preview}`: {len(write_changes(drawn, Path(preview)))}")
        pictures = uris(drawn)
    for report in reports:
        write(report, REPORTS[Path(report).suffix](plan, refusals, pictures))
    return ExitCode.CHANGES if detailed_exitcode and plan.changes else ExitCode.DONE


def _planned(opened: Session, *, prune: bool, targets: tuple[str, ...]) -> tuple[Plan, tuple[Refusal, ...], str]:
    """The plan, what speaks against it, and its document. What makes a plan is loaded here, when the server has been
    given much to answer: with all that at its start, a command would let it wait.
    """
    load("lsform.workflow")
    from lsform import workflow
    from lsform.engine import guard
    from lsform.engine.document import plan_document

    plan = workflow.make_plan(opened, workflow.Options(prune=prune, targets=targets))
    refusals = guard.objections(plan, opened.checked.limits, guard.Permission())
    created_at, expires_at = workflow.lifetime()
    return plan, refusals, as_json(plan_document(plan, refusals, created_at=created_at, expires_at=expires_at))


def _markdown(plan: Plan, refusals: Sequence[Refusal], _pictures: Pictures | None = None) -> str:
    from lsform.report.markdown import plan_markdown  # here, because most plans are read in the terminal

    return plan_markdown(plan, refusals)


def _html(plan: Plan, refusals: Sequence[Refusal], pictures: Pictures | None) -> str:
    from lsform.report.html import plan_html  # likewise

    return plan_html(plan, refusals, pictures)


# Ending of a report -> how the plan is written into it.
REPORTS: Mapping[str, Callable[[Plan, Sequence[Refusal], Pictures | None], str]] = {
    ".html": _html,
    ".md": _markdown,
}


def refuse_unknown(reports: tuple[str, ...]) -> None:
    """Before anything is planned."""
    for one in reports:
        if Path(one).suffix not in REPORTS:
            raise UsageError(f"`--report {one}` has no known ending", hint=f"known are: {', '.join(REPORTS)}")
