"""Plans and outcomes as text for people. Pure; colour is an option, never the only sign."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from lsform.core.diagnostics import counted
from lsform.core.errors import Refusal
from lsform.core.values import Json
from lsform.engine.document import plan_digest
from lsform.engine.model import Action, Change, FieldChange, Impact, Origin, Outcome, Plan, Result, Risk, ServerInfo
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
SHOWN = 60  # characters of a long text: enough to recognise it
LEAD = 12  # of them, before the first difference
INTERFACE = "label_config"  # shown in words


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
    where = f"stack {stack}" + (f", environment {environment}" if environment else "")
    return paint(f"{where} on {server.url} (Label Studio {server.version} {server.edition})", "bold")


def _plan_lines(plan: Plan, paint: Paint) -> Iterator[str]:
    yield headline(plan.stack, plan.environment, plan.server, paint)
    for change in plan.changes:
        yield ""
        yield from _change_lines(change, paint)
        if change.address in plan.syncs:
            yield "      then: sync"
    changed = {change.address for change in plan.changes}
    lone = [address for address in plan.syncs if address not in changed]
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
        what = "is gone" if item.missing else ", ".join(item.fields)
        yield f"  {item.address} (id {item.remote}): {what}"


def _change_lines(change: Change, paint: Paint) -> Iterator[str]:
    sign, color = SIGNS[change.action]
    identity = f" (id {change.remote})" if change.remote is not None else ""
    verb = {Action.DELETE: "delete", Action.FORGET: "forget"}.get(change.action, change.action.value)
    yield f"  {paint(sign, color)} {paint(str(change.address), 'bold')}{identity}: {verb}, because {change.reason}"
    if change.action is Action.REPLACE and change.risk is Risk.DESTRUCTIVE:
        # only storages are: a project is never made anew, and in all else no work is lost
        yield "      " + paint("! destructive: made anew, a storage reads or writes all its objects once more", "red")
    impact = _impact_text(change.impact)
    if impact and change.action.is_destructive:
        yield "      " + paint(f"! it has {impact}", "red")
    yield from (f"      {paint('!', 'red')} {paint(visible(loss), 'red')}" for loss in change.losses)
    if change.losses and change.impact.predictions:
        unseen = f"its {counted(change.impact.predictions, 'prediction')} were not looked at"
        yield f"      {paint('!', 'red')} {paint(unseen, 'red')}"
    for field in change.fields:
        if field.path != INTERFACE:
            yield f"      {_field_text(field, change.action)}"
    if change.interface_changes:
        yield "      interface:"
        yield from (f"        {visible(one.text)}" for one in change.interface_changes)
    elif any(field.path == INTERFACE for field in change.fields):
        yield "      interface: its text, not its meaning"


def _impact_text(impact: Impact) -> str:
    counts = (
        (impact.tasks, "task"),
        (impact.annotations, "annotation"),
        (impact.drafts, "draft"),
        (impact.predictions, "prediction"),
    )
    return ", ".join(counted(number, noun) for number, noun in counts if number)


# What a plan says of a field besides its values; that the manifest changed is what people expect.
ORIGINS = {Origin.DRIFT: " (drift)", Origin.CONFLICT: " (conflict)", Origin.UNKNOWN: " (origin unknown)"}


def _field_text(field: FieldChange, action: Action) -> str:
    return f"{values_text(field, is_new=action.makes)}{ORIGINS.get(field.origin, '') if field.origin else ''}"


def values_text(field: FieldChange, *, is_new: bool = False) -> str:
    """Both sides of a field, shortened; of a new object the one that there is."""
    if field.secret:
        return f"{field.path}: {field.after}"
    if field.before is None and is_new:
        return f"{field.path}: {_shown(_text(field.after))}"
    before, after = _text(field.before), _text(field.after)
    start = 0
    if max(len(before), len(after)) > SHOWN:  # two long texts that begin alike are shown from where they differ
        pairs = enumerate(zip(before, after, strict=False))
        start = max(0, next((at for at, (one, other) in pairs if one != other), 0) - LEAD)
    return f"{field.path}: {_shown(before, start)} -> {_shown(after, start)}"


def _text(value: Json) -> str:
    return visible(json.dumps(value, ensure_ascii=False))


def _shown(text: str, start: int = 0) -> str:
    shortened = text[start : start + SHOWN]
    return f"{'...' if start else ''}{shortened}{'...' if start + SHOWN < len(text) else ''}"


def _summary(plan: Plan, paint: Paint) -> str:
    verbs = (
        (Action.CREATE, "to create"),
        (Action.UPDATE, "to update"),
        (Action.REPLACE, "to replace"),
        (Action.DELETE, "to delete"),
        (Action.ADOPT, "to adopt"),
        (Action.FORGET, "to forget"),
    )
    parts = [f"{plan.count(action)} {verb}" for action, verb in verbs if plan.count(action)]
    unchanged = f"{plan.count(Action.NOOP)} unchanged"
    if not parts:
        synced = f" {len(plan.syncs)} to sync," if plan.syncs else ""
        return paint("No changes.", "bold") + f"{synced} {unchanged}: the server is as declared."
    return paint("Plan:", "bold") + f" {', '.join(parts)}, {unchanged}."


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
        identity = f" (id {outcome.remote})" if outcome.remote is not None else ""
        synced = f", synced: {outcome.synced}" if outcome.synced else ""
        lines = [f"  {paint('ok', 'green')} {outcome.address}: {done}{identity}{synced}"]
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
