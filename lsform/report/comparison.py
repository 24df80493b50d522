"""What two environments declare differently, as text and JSON. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import counted
from lsform.core.values import Json
from lsform.engine.comparison import Comparison, Difference, FieldDifference
from lsform.engine.model import FieldChange
from lsform.engine.planner import INTERFACE
from lsform.report.paint import Paint
from lsform.report.told import TEXT_ONLY
from lsform.report.told import sides as told_sides
from lsform.report.wording import visible


def comparison_text(comparison: Comparison, paint: Paint) -> str:
    """The whole of it; ends with a newline."""
    return "\n".join([*_lines(comparison, paint), ""])


def _lines(comparison: Comparison, paint: Paint) -> Iterator[str]:
    sides = (comparison.left, comparison.right)
    yield paint(f"stack {comparison.stack}: environment {sides[0]} -> {sides[1]}", "bold")
    for one in comparison.differences:
        yield ""
        yield from _difference_lines(one, sides, paint)
    yield ""
    if comparison.differences:
        differ = counted(len(comparison.differences), "resource")
        yield f"{paint('Different:', 'bold')} {differ}; {comparison.same} declared alike."
    else:
        yield f"{paint('No difference:', 'bold')} {counted(comparison.same, 'resource')} declared alike."


def _difference_lines(one: Difference, sides: tuple[str, str], paint: Paint) -> Iterator[str]:
    address = paint(str(one.address), "bold")
    if one.declared == (True, False):
        yield f"  {paint('-', 'red')} {address}: only in {sides[0]}"
    elif one.declared == (False, True):
        yield f"  {paint('+', 'cyan')} {address}: only in {sides[1]}"
    else:
        yield f"  {paint('~', 'yellow')} {address}: differs"
    yield from (f"      {_field_text(field, sides)}" for field in one.fields if field.path != INTERFACE)
    if any(field.path == INTERFACE for field in one.fields):
        yield "      interface:" if one.interface_changes else f"      interface: {TEXT_ONLY}"
        yield from (f"        {visible(change.text)}" for change in one.interface_changes)


def _field_text(field: FieldDifference, sides: tuple[str, str]) -> str:
    left, right = told_sides(FieldChange(field.path, field.left, field.right))
    match field.managed:
        case (True, False):
            return f"{field.path}: {left}, only managed in {sides[0]}"
        case (False, True):
            return f"{field.path}: {right}, only managed in {sides[1]}"
        case _:
            return f"{field.path}: {left} -> {right}"


def comparison_json(comparison: Comparison) -> dict[str, Json]:
    """For machines. A side that does not manage a field has no key for it."""
    return {
        "stack": comparison.stack,
        "left": comparison.left,
        "right": comparison.right,
        "summary": {"different": len(comparison.differences), "same": comparison.same},
        "differences": [_difference_json(one) for one in comparison.differences],
    }


def _difference_json(one: Difference) -> Json:
    sides: list[Json] = [side for side, there in zip(("left", "right"), one.declared, strict=True) if there]
    return {
        "address": str(one.address),
        "declared_in": sides,
        "fields": [_field_json(field) for field in one.fields],
        "interface_changes": [change.text for change in one.interface_changes],
    }


def _field_json(field: FieldDifference) -> Json:
    values = zip(("left", "right"), (field.left, field.right), field.managed, strict=True)
    return {"path": field.path, **{side: value for side, value, managed in values if managed}}
