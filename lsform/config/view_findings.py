"""What is wrong with views that only their list of tasks would show: the server keeps any filter, and then fails. Pure.

Which combinations fail was tried on Label Studio 1.23.2, each column with each operator, and values of each form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from lsform.core.diagnostics import Finding, Severity, nearest
from lsform.core.values import Value
from lsform.engine.declared import DesiredResource
from lsform.resources.view import VIEW

CODE = "LSFM18"
DATA = "data."
# The data manager's columns, by what their values are compared as.
NUMBERS = frozenset(
    {"id", "inner_id", "total_annotations", "cancelled_annotations", "total_predictions", "predictions_score",
     "avg_lead_time"}
)  # fmt: skip
MOMENTS = frozenset({"completed_at", "created_at", "updated_at"})
PEOPLE = frozenset({"annotators", "updated_by"})
FLAGS = frozenset({"draft_exists"})
TEXTS = frozenset(
    {"annotations_results", "annotations_ids", "predictions_model_versions", "predictions_results", "file_upload",
     "storage_filename"}
)  # fmt: skip
# Not shown as columns, and known to filters nevertheless.
HIDDEN = frozenset(
    {"is_labeled", "overlap", "allow_skip", "meta", "project", "state", "precomputed_agreement", "comment_count",
     "unresolved_comment_count", "last_comment_updated_at"}
)  # fmt: skip
COLUMNS = NUMBERS | MOMENTS | PEOPLE | FLAGS | TEXTS | HIDDEN
MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"
RANGES, LISTS = frozenset({"in", "not_in"}), frozenset({"in_list", "not_in_list"})
YES_OR_NO = frozenset({"1", "0", "true", "false", "yes", "no", "on", "off"})


def view_findings(resources: Iterable[DesiredResource]) -> Iterator[Finding]:
    """Findings of all views of a stack."""
    for one in resources:
        if one.kind is VIEW:
            for name, mistakes in CHECKED.items():
                for message, hint in mistakes(one.attributes.get(name)):
                    said = f"{message}: the list of tasks would fail or be wrong"
                    yield Finding(CODE, Severity.ERROR, said, hint, one.locate(name), str(one.address))


Mistake = tuple[str, str]  # message, hint


def _ordering(value: Value) -> Iterator[Mistake]:
    for text in value[:1] if isinstance(value, list) else ():  # the server sorts by the first one alone
        yield from _column(str(text).lstrip("-").removeprefix("tasks:"))


def _filters(value: Value) -> Iterator[Mistake]:
    items = value.get("items") if isinstance(value, Mapping) else ()
    for item in items if isinstance(items, list) else ():
        parts = [one for one in (item, _child(item)) if isinstance(one, Mapping)]
        said = [one for one in parts if one.get("value") is not None]  # what has none is passed over
        for part in said:
            yield from _filter(part)
        if parts and not said:
            yield f"the filter of `{parts[0]['filter']}` has no `value`", "say one; `empty` takes `true` or `false`"


def _child(item: Value) -> Value:
    return item.get("child_filter") if isinstance(item, Mapping) else None


def _filter(item: Mapping[str, Value]) -> Iterator[Mistake]:
    column, operator = str(item["filter"]).removeprefix("filter:tasks:").lstrip("-"), str(item["operator"])
    unknown = [*_column(column)]
    yield from unknown
    if not unknown:
        wants = _wanted(column, operator, str(item["type"]))
        if wants and not wants[1](item["value"]):
            yield f"`{operator}` of `{column}` takes {wants[0]}", "change its `value`, or its `operator`"


def _column(name: str) -> Iterator[Mistake]:
    """`__` leads to other tables: whether it may is the server's own setting, and it says so at once."""
    if not name.startswith(DATA) and name not in COLUMNS and "__" not in name:
        hint = f"a key of the tasks' data is `{DATA}{name}`"
        yield f"there is no column `{name}`", nearest(name, COLUMNS) or hint


def _wanted(column: str, operator: str, kind: str) -> tuple[str, Callable[[Value], bool]] | None:
    """What an operator of a column takes, in words and as a check; None where it takes anything."""
    if operator == "empty":
        return "true or false", _is_yes_or_no
    is_range, is_list = operator in RANGES, operator in LISTS
    form, check = _element(column, operator, kind)
    if is_range:
        return f"`min` and `max`, each {form}", lambda value: _is_range(value, check)
    if is_list:
        return f"a list, each item {form}", lambda value: isinstance(value, list) and all(map(check, value))
    if operator == "regex":
        fits = column != "updated_by" and kind not in ("Number", "Boolean", "Datetime")
        return "a pattern, and `type: String`", lambda value: fits and isinstance(value, str)
    return form, lambda value: not isinstance(value, Mapping | list) and check(value)


def _element(column: str, operator: str, kind: str) -> tuple[str, Callable[[Value], bool]]:
    if column in NUMBERS or (column in PEOPLE and operator in ("contains", "not_contains")) or kind == "Number":
        return "a number", _is_number
    if operator in LISTS or column in TEXTS:
        return "a text or a number", lambda _value: True
    if column in MOMENTS or kind == "Datetime":
        return "a time such as `2026-11-30T12:00:00.000Z`", _is_moment
    if column in FLAGS or kind == "Boolean":
        return "true or false", _is_yes_or_no
    return "a text or a number", lambda _value: True


def _is_range(value: Value, check: Callable[[Value], bool]) -> bool:
    return isinstance(value, Mapping) and {"min", "max"} <= value.keys() and check(value["min"]) and check(value["max"])


def _is_number(value: Value) -> bool:
    return isinstance(value, bool | int | float) or bool(
        isinstance(value, str) and re.fullmatch(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*", value)
    )


def _is_moment(value: Value) -> bool:
    try:
        datetime.strptime(str(value), MOMENT)
    except ValueError:
        return False
    return True


def _is_yes_or_no(value: Value) -> bool:
    return not isinstance(value, str) or value.lower() in YES_OR_NO


# Field of a view -> what is wrong with a value of it.
CHECKED: Mapping[str, Callable[[Value], Iterator[Mistake]]] = {"filters": _filters, "ordering": _ordering}
