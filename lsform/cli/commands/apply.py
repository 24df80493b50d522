"""`lsform apply` and `lsform destroy`: plan, ask, write, sum up."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import click

from lsform import workflow
from lsform.cli import wiring
from lsform.cli.common import as_json, session, warn
from lsform.cli.console import Console
from lsform.cli.options import Command, Invocation
from lsform.core.errors import ExitCode, Interrupted, PlanRefused, Refusal, UsageError
from lsform.core.values import Json
from lsform.engine import guard
from lsform.engine.document import FORMAT_VERSION, apply_document
from lsform.engine.model import Outcome, Plan, Result
from lsform.report.terminal import outcome_line, outcomes_summary, plan_text


@dataclass(frozen=True, slots=True)
class Asked:
    """How a plan is to be applied."""

    options: workflow.Options
    permission: guard.Permission
    form: str = "text"
    approved: bool = False
    saved: Path | None = None
    expected: str = ""


@click.command("apply", cls=Command, epilog="Example: lsform -C examples/quickstart apply --auto-approve")
@click.argument("planfile", required=False, type=click.Path(path_type=Path))
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@click.option("--prune", is_flag=True, help="Delete what the stack made and no longer declares.")
@click.option("--target", "targets", multiple=True, metavar="GLOB", help="Only these addresses, with their children.")
@click.option("--allow-destroy", multiple=True, metavar="ADDRESS", help="May lose tasks or annotations of ADDRESS.")
@click.option("--allow-recreate", is_flag=True, help="May make again what most of the stack has lost.")
@click.option("--expect", default="", metavar="DIGEST", help="Apply only the plan with this digest.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="How the result is written."
)
@click.pass_obj
def command(
    invocation: Invocation,
    *,
    planfile: Path | None,
    auto_approve: bool,
    prune: bool,
    targets: tuple[str, ...],
    allow_destroy: tuple[str, ...],
    allow_recreate: bool,
    expect: str,
    form: str,
) -> int:
    """Make the server as declared, or apply exactly the saved PLANFILE."""
    if planfile is not None and (prune or targets):
        raise UsageError("a saved plan knows its own `--prune` and `--target`", hint="leave them out")
    asked = Asked(
        options=workflow.Options(prune=prune, targets=targets),
        permission=guard.Permission(destroy=allow_destroy, recreate=allow_recreate),
        form=form,
        approved=auto_approve or planfile is not None,
        saved=planfile,
        expected=expect,
    )
    return carry_out(invocation, asked, command="apply")


@click.command("destroy", cls=Command, epilog="Example: lsform destroy --allow-destroy 'project.*'")
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@click.option("--target", "targets", multiple=True, metavar="GLOB", help="Only these addresses, with their children.")
@click.option("--allow-destroy", multiple=True, metavar="ADDRESS", help="May delete the tasks of ADDRESS.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="How the result is written."
)
@click.pass_obj
def destroy(
    invocation: Invocation, *, auto_approve: bool, targets: tuple[str, ...], allow_destroy: tuple[str, ...], form: str
) -> int:
    """Delete everything that the stack made, and nothing else."""
    asked = Asked(
        options=workflow.Options(prune=True, destroy=True, targets=targets),
        permission=guard.Permission(destroy=allow_destroy, whole_estate=True),
        form=form,
        approved=auto_approve,
    )
    return carry_out(invocation, asked, command="destroy")


def carry_out(invocation: Invocation, asked: Asked, *, command: str) -> int:
    """Plan, show, ask, write, and tell what happened."""
    console = invocation.console
    with session(invocation, lock_for=command) as opened:
        plan = _plan(opened, asked)
        if asked.form == "text":
            console.data(plan_text(plan, console.out))
        else:
            warn(invocation, plan.findings)
        refusals = guard.objections(plan, opened.checked.limits, asked.permission)
        if refusals:
            _refuse(invocation, plan, refusals, asked)
        if (plan.changes or plan.syncs) and not asked.approved:
            ask(
                console,
                "Apply these changes?",
                otherwise="nothing was applied",
                without="`--auto-approve` applies without asking",
            )
        outcomes = run(invocation, opened, plan, asked.permission)
    created_at, expires_at = workflow.lifetime()
    if asked.form == "json":
        console.data(as_json(apply_document(plan, outcomes, created_at=created_at, expires_at=expires_at)))
    elif outcomes:
        console.data(outcomes_summary(outcomes, console.out) + "\n")
    return exit_code(outcomes)


def _refuse(invocation: Invocation, plan: Plan, refusals: tuple[Refusal, ...], asked: Asked) -> NoReturn:
    """Raises PlanRefused; as JSON the whole plan is told first, with nothing of it done."""
    if asked.form == "json":
        codes = ", ".join(dict.fromkeys(one.code for one in refusals))
        skipped = [
            Outcome(change.address, Result.SKIPPED, error=f"refused: {codes}", part=change.step[1])
            for change in plan.changes
        ]
        created_at, expires_at = workflow.lifetime()
        document = apply_document(plan, skipped, refusals, created_at=created_at, expires_at=expires_at)
        invocation.console.data(as_json(document))
    raise PlanRefused(refusals)


def _plan(opened: workflow.Session, asked: Asked) -> Plan:
    plan = (
        workflow.make_plan(opened, asked.options)
        if asked.saved is None
        else workflow.planned_again(opened, _saved(asked.saved))
    )
    if asked.expected:
        workflow.expect(plan, asked.expected)
    return plan


# What a saved plan has at least
_SAVED = {
    "format_version": str, "stack": str, "environment": str, "digest": str, "expires_at": str, "changes": list,
    "syncs": list,
}  # fmt: skip


def _saved(path: Path) -> dict[str, Json]:
    try:
        document = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        document = None
    if not isinstance(document, dict) or not all(isinstance(document.get(key), of) for key, of in _SAVED.items()):
        raise UsageError(f"`{path}` is no saved plan", hint="`lsform plan --out FILE` writes one")
    if document["format_version"] != FORMAT_VERSION:
        raise UsageError(f"`{path}` was saved by another version of lsform", hint="plan again with this one")
    return document


def ask(console: Console, question: str, *, otherwise: str, without: str) -> None:
    """Raises unless somebody says yes. `otherwise` is what a no means, `without` what to do where nobody can answer."""
    if not wiring.is_terminal("stdin"):
        raise UsageError("there is nobody to ask", hint=without)
    if not console.confirm(question):
        raise Interrupted(otherwise, hint="the answer was no")


def run(invocation: Invocation, opened: workflow.Session, plan: Plan, permission: guard.Permission) -> list[Outcome]:
    """Apply the plan, and tell each outcome as it happens."""
    console = invocation.console
    changes = {change.step: change for change in plan.changes}
    outcomes = []
    with wiring.graceful_interrupt(
        lambda: console.say("stopping after the write in flight; again to stop at once")
    ) as stop:
        for outcome in workflow.run_plan(opened, plan, permission, should_stop=stop):
            outcomes.append(outcome)
            line = outcome_line(outcome, changes.get(outcome.step), console.err)
            done = {"address": str(outcome.address), "result": outcome.result.value}
            console.say(line, level="info" if outcome.result is Result.APPLIED else "error", fields=done)
    console.finish()
    return outcomes


def exit_code(outcomes: Sequence[Outcome]) -> int:
    """0 when all is done, 130 when stopped by the user, 5 when anything was not done; 4 when that is nothing at all,
    and only because the plan had become stale.
    """
    if any(one.error == "interrupted" for one in outcomes):
        return ExitCode.INTERRUPTED
    results = {one.result for one in outcomes}
    if results <= {Result.APPLIED}:
        return ExitCode.DONE
    failed = [one for one in outcomes if one.result is Result.FAILED]
    is_stale = Result.APPLIED not in results and all(one.conflict for one in failed)
    return ExitCode.CONFLICT if is_stale else ExitCode.PARTIAL
