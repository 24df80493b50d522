"""Plans and outcomes as text for people. Pure; colour is an option, never the only sign."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lsform.core.errors import Refusal
from lsform.engine.document import plan_digest
from lsform.engine.model import Action, Change, FieldChange, Outcome, Plan, Result, ServerInfo
from lsform.report import told
from lsform.report.paint import Paint
from lsform.report.wording import finding_lines, visible

SIGNS = {
    Action.CREATE: ("+", "green"),
    Action.UPDATE: ("~", "yellow"),
    Action.REPLACE: ("±", "red"),
    Action.DELETE: ("-", "red"),
    Action.ADOPT: (">", "cyan"),
    Action.FORGET: ("/", "cyan"),
}


def plan_text(plan: Plan, paint: Paint, refusals: Sequence[Refusal] = ()) -> str:
    """The whole plan and what guards object to; ends with a newline."""
    return "\n".join([*_plan_lines(plan, paint), *_refusal_lines(refusals, paint), ""])


def _refusal_lines(refusals: Sequence[Refusal], paint: Paint) -> Iterator[str]:
    if refusals:
        yield ""
        yield paint("It will be refused:", "bold")
        yield from finding_lines((one.finding for one in refusals), paint)


def headline(stack: str, environment: str, server: ServerInfo, paint: Paint) -> str:
    """What it is about."""
    return paint(f"{told.whose(stack, environment)} on {server.url} ({told.edition(server)})", "bold")


def _plan_lines(plan: Plan, paint: Paint) -> Iterator[str]:
    yield headline(plan.stack, plan.environment, plan.server, paint)
    for change in plan.changes:
        yield ""
        yield from _change_lines(change, paint)
        if change.address in plan.syncs:
            yield "      then: sync"
    lone = told.lone_syncs(plan)
    if lone:
        yield ""
        yield from (f"  {paint('s', 'cyan')} {address}: will be synced" for address in lone)
    yield from _drift_lines(plan, paint)
    if plan.findings:
        yield ""
        yield from finding_lines(plan.findings, paint)
    yield ""
    yield _summary(plan, paint)
    if plan.syncs or any(change.action is not Action.ADOPT for change in plan.changes):  # what `apply` can expect
        yield f"Digest: {plan_digest(plan)}"


def _drift_lines(plan: Plan, paint: Paint) -> Iterator[str]:
    if not plan.drift:
        return
    yield ""
    yield paint("Changed on the server since the last apply:", "bold")
    for item in plan.drift:
        yield f"  {item.address} (id {item.remote}): {told.drifted(item)}"


def _change_lines(change: Change, paint: Paint) -> Iterator[str]:
    sign, color = SIGNS[change.action]
    what = f"{told.identity(change.remote)}: {change.action.value}, because {change.reason}"
    yield f"  {paint(sign, color)} {paint(str(change.address), 'bold')}{what}"
    yield from (f"      {paint('!', 'red')} {paint(warning, 'red')}" for warning in told.warnings(change))
    yield from (f"      {_field_text(field, change.action)}" for field in told.other_fields(change))
    interface = told.interface_lines(change)
    if interface == (told.TEXT_ONLY,):
        yield f"      interface: {told.TEXT_ONLY}"
    elif interface:
        yield "      interface:"
        yield from (f"        {line}" for line in interface)


def _field_text(field: FieldChange, action: Action) -> str:
    return f"{values_text(field, is_new=action.makes)}{told.origin(field)}"


def values_text(field: FieldChange, *, is_new: bool = False) -> str:
    """Both sides of a field, shortened; of a new object the one that there is."""
    if field.secret:
        return f"{field.path}: {field.after}"
    before, after = told.sides(field)
    return f"{field.path}: {after}" if field.before is None and is_new else f"{field.path}: {before} -> {after}"


def _summary(plan: Plan, paint: Paint) -> str:
    changing, unchanged = told.counts(plan), f"{plan.count(Action.NOOP)} unchanged"
    if not changing:
        synced = f" {len(plan.syncs)} to sync," if plan.syncs else ""
        return paint("No changes.", "bold") + f"{synced} {unchanged}: the server is as declared."
    return paint("Plan:", "bold") + f" {changing}, {unchanged}."


def outcome_line(outcome: Outcome, change: Change | None, paint: Paint) -> str:
    """One outcome, as it happens."""
    past = {
        Action.CREATE: "created",
        Action.UPDATE: "updated",
        Action.REPLACE: "replaced",
        Action.DELETE: "deleted",
        Action.ADOPT: "adopted",
        Action.FORGET: "forgotten",
    }
    if outcome.result is Result.APPLIED:
        done = past.get(change.action, "done") if change else "synced"
        synced = f", synced: {outcome.synced}" if outcome.synced else ""
        lines = [f"  {paint('ok', 'green')} {outcome.address}: {done}{told.identity(outcome.remote)}{synced}"]
    elif outcome.result is Result.SKIPPED:
        lines = [f"  {paint('skipped', 'yellow')} {outcome.address}: {visible(outcome.error)}"]
    else:
        place = f"{outcome.span}: " if outcome.span.file else ""
        lines = [f"  {paint('failed', 'red')} {place}{outcome.address}: {visible(outcome.error)}"]
        lines += [f"    hint: {visible(outcome.hint)}"] if outcome.hint else []
    return "\n".join([*lines, *(f"    note: {visible(note)}" for note in outcome.notes)])


def outcomes_summary(outcomes: Sequence[Outcome], paint: Paint) -> str:
    """How many were applied, failed and skipped."""
    counts = {result: sum(1 for one in outcomes if one.result is result) for result in Result}
    text = ", ".join(f"{number} {result.value}" for result, number in counts.items() if number)
    return paint("Apply:", "bold") + f" {text or 'nothing to do'}."
