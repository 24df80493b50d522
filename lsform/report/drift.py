"""What changed on the server, as text for people. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import counted
from lsform.engine.model import Drift, DriftItem, FieldChange, Origin
from lsform.report.paint import Paint
from lsform.report.terminal import headline, values_text
from lsform.report.wording import finding_lines


def drift_text(drift: Drift, paint: Paint) -> str:
    """The whole report; ends with a newline."""
    return "\n".join([*_lines(drift, paint), ""])


def _lines(drift: Drift, paint: Paint) -> Iterator[str]:
    yield headline(drift.stack, drift.environment, drift.server, paint)
    for item in drift.items:
        yield ""
        yield from item_lines(item, paint)
    if drift.findings:
        yield ""
        yield from finding_lines(drift.findings, paint)
    yield ""
    missing = sum(1 for item in drift.items if item.missing)
    changed = len(drift.items) - missing
    if drift.items:
        yield f"{paint('Drift:', 'bold')} {changed} changed, {missing} gone, {drift.steady} as they were left."
    else:
        yield f"{paint('No drift.', 'bold')} {counted(drift.steady, 'resource')} as they were left."


def item_lines(item: DriftItem, paint: Paint) -> Iterator[str]:
    """One resource, and below it what differs."""
    sign, verb = ("-", "is gone") if item.missing else ("~", "was changed")
    color = "red" if item.missing else "yellow"
    yield f"  {paint(sign, color)} {paint(str(item.address), 'bold')} (id {item.remote}): {verb}"
    told = {one.attribute for one in item.details}
    yield from (f"      {_field_text(one)}" for one in item.details)
    yield from (f"      {name}: differs from what was applied" for name in item.fields if name not in told)


def _field_text(field: FieldChange) -> str:
    """From what it should be to what it is."""
    turned = FieldChange(field.path, field.after, field.before, field.secret)
    conflict = ", and its manifest changed" if field.origin is Origin.CONFLICT else ""
    return f"{values_text(turned)}{conflict}"
