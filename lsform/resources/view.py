"""Views: the tabs of a project's data manager. Pure."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field as SpecField

from lsform.core.values import Attributes, Value
from lsform.resources.base import AnyJson, Fields, Place, Record, ResourceKind, Spec, key_marker

# The tab's data is the web application's own and named its way; manifests say it in snake_case.
_NAMES = {
    "title": "title",
    "type": "type",
    "target": "target",
    "filters": "filters",
    "ordering": "ordering",
    "hidden_columns": "hiddenColumns",
    "columns_width": "columnsWidth",
    "columns_display_type": "columnsDisplayType",
    "grid_width": "gridWidth",
    "grid_fit_images_to_width": "gridFitImagesToWidth",
}
_NAMES_BACK = {theirs: ours for ours, theirs in _NAMES.items()}
_SELECTION = "selectedItems"  # what somebody has ticked just now: never ours to write


class ChildFilter(Spec):
    """A further condition on the same row: the server keeps one level of them."""

    filter: Annotated[str, SpecField(pattern=r"^filter:tasks:.+")]
    """Column, as in `filter:tasks:data.image`."""
    operator: Literal[
        "equal", "not_equal", "contains", "not_contains", "less", "greater", "less_or_equal", "greater_or_equal",
        "in", "not_in", "in_list", "not_in_list", "empty", "regex",
    ]  # fmt: skip
    """How the column is compared."""
    type: str
    """Type of the column: String, Number, Boolean, Datetime, List, Image, Audio ..."""
    value: AnyJson = None
    """What the column is compared with."""


class Filter(ChildFilter):
    """One condition of a view."""

    child_filter: ChildFilter | None = None
    """A further condition on the same row."""


class Filters(Spec):
    """The conditions of a view."""

    conjunction: Literal["and", "or"] = "and"
    """Whether all or any of the conditions must hold."""
    items: list[Filter] = SpecField(default_factory=list)
    """The conditions."""


class HiddenColumns(Spec):
    """Columns that are not shown."""

    explore: list[str] = SpecField(default_factory=list)
    """In the data manager."""
    labeling: list[str] = SpecField(default_factory=list)
    """While labeling."""


class ViewSpec(Spec):
    """A tab of the data manager."""

    title: Annotated[str, SpecField(min_length=1)]
    """The tab's name."""
    type: Literal["list", "grid"] | None = None
    """Rows or cards."""
    target: Literal["tasks"] | None = None
    """What the rows are."""
    filters: Filters | None = None
    """Which tasks are shown."""
    ordering: list[Annotated[str, SpecField(pattern=r"^-?tasks:.+")]] | None = None
    """Column to sort by, as in `tasks:predictions_score`; a minus sign before it turns the order round."""
    hidden_columns: HiddenColumns | None = None
    """Columns that are not shown."""
    columns_width: dict[str, int] | None = None
    """Column -> width in pixels."""
    columns_display_type: dict[str, str] | None = None
    """Column -> how its values are displayed."""
    grid_width: Annotated[int, SpecField(ge=1)] | None = None
    """Cards in a row."""
    grid_fit_images_to_width: bool | None = None
    """Scale images to the card's width."""


def _from_record(record: Record) -> dict[str, Value]:
    data = record.get("data")
    if not isinstance(data, dict):
        return {}
    return {_NAMES_BACK.get(key, key): value for key, value in data.items() if key != _SELECTION}


def _to_record(attributes: Attributes) -> dict[str, Value]:
    return {"data": {_NAMES.get(key, key): value for key, value in attributes.items()}}


def _filters(value: Value) -> Value:
    """No conditions are no conditions, however they are joined; an unset child is none."""
    if not isinstance(value, dict) or not value.get("items"):
        return {"conjunction": "and", "items": []}
    items = value["items"]
    if not isinstance(items, list):
        return value
    return {**value, "items": [_without_nothing(item) for item in items]}


def _without_nothing(item: Value) -> Value:
    if not isinstance(item, dict):
        return item
    return {key: _without_nothing(value) for key, value in item.items() if key != "child_filter" or value}


def _ordering(value: Value) -> Value:
    return value or []


def _place(record: Record) -> Place:
    """Tabs stand by their order; where it is the same, the older one stands first."""
    return int(str(record.get("order") or 0)), int(str(record["id"]))


VIEW = ResourceKind(
    name="view",
    spec=ViewSpec,
    endpoint="views",
    path="api/dm/views/",
    parent="project",
    collection="views",
    marker=key_marker("", "lsform"),
    bulk=True,
    fields=Fields(
        identity=("title",),
        disposable=True,
        canonical={"filters": _filters, "ordering": _ordering},
        # an order once given cannot be taken back: the server ignores an empty one
        replace={"ordering": lambda value: not value},
    ),
    from_record=_from_record,
    to_record=_to_record,
    place=_place,
)
