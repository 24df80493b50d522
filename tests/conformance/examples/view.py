"""Views: the server keeps their data as it comes, but for filters and ordering."""

from __future__ import annotations

from lsform.core.values import Json
from tests.conformance.examples import TEXTS, ByHand, Example, Record, Refused


def condition(value: Json, **more: Json) -> dict[str, Json]:
    return {"filter": "filter:tasks:data.image", "operator": "contains", "type": "String", "value": value, **more}


def data(record: Record) -> dict[str, Json]:
    found = record["data"]
    assert isinstance(found, dict)
    return found


NO_VALUE: Json = {"filter": "filter:tasks:id", "operator": "equal", "type": "Number", "child_filter": condition("y")}
FILTERS: tuple[Json, ...] = (
    {"items": [condition("x")]},
    {"conjunction": "or", "items": [condition("x"), condition(" ünï 🦊 <&> ' \" \r\n ")]},
    {"conjunction": "or", "items": [condition("second"), condition("x")]},
    {"conjunction": "and", "items": [condition("x", child_filter=condition("y", operator="not_contains"))]},
    {"conjunction": "and", "items": [condition("x"), condition("z", child_filter=condition("y")), condition("w")]},
    {
        "items": [
            {"filter": "filter:tasks:id", "operator": "in", "type": "Number", "value": {"min": 1, "max": 2.5}},
            {"filter": "filter:tasks:completed_at", "operator": "empty", "type": "Datetime", "value": True},
            {"filter": "filter:tasks:annotators", "operator": "in_list", "type": "List", "value": [1, "a", None]},
            {"filter": "filter:tasks:total_annotations", "operator": "greater", "type": "Number", "value": 0},
        ]
    },
    {"conjunction": "and", "items": [condition(""), condition(None, child_filter=condition("x")), NO_VALUE]},
    {"conjunction": "and", "items": []},
)

EXAMPLE = Example(
    path="api/dm/views",
    base={"title": "a view"},
    values={
        "title": (*TEXTS[:-1], "x" * 500),
        "type": ("grid", "list"),
        "target": ("tasks",),
        "filters": FILTERS,
        "ordering": (
            ["tasks:predictions_score"],
            ["-tasks:id"],
            ["tasks:data.ünï", "-tasks:id"],
            [],
            ["tasks:id"],
        ),
        "hidden_columns": (
            {"explore": ["tasks:id", "tasks:data.image"]},
            {"explore": ["tasks:data.image", "tasks:id"], "labeling": ["tasks:id"]},
            {},
        ),
        "columns_width": ({"tasks:data.ünï": 200}, {"tasks:data.image": 200, "tasks:id": 1}, {}),
        "columns_display_type": ({"tasks:data.image": "Image"}, {"tasks:data.image": "String", "tasks:id": "x"}, {}),
        "grid_width": (1, 12),
        "grid_fit_images_to_width": (True, False),
    },
    spellings={
        "filters": ({"conjunction": "and", "items": []}, {"conjunction": "or"}, {}),
        "hidden_columns": ({"explore": ["tasks:id"]}, {"labeling": [], "explore": ["tasks:id"]}),
    },
    steps=(
        (
            {"title": "one", "filters": FILTERS[0], "ordering": ["tasks:id"], "type": "grid"},
            {"title": "two"},
            {"title": "three", "ordering": []},
            {"title": "three", "filters": {}, "ordering": ["tasks:id"]},
        ),
    ),
    by_hand=ByHand("grid_width", 4, lambda record: {"data": {**data(record), "gridWidth": 7}}),
    refused=Refused(
        "filters",
        {"items": [condition("x", filter="filter:tasks:project__title")]},
        "is not generally allowed in filters",
        is_named=False,
    ),
    unmarked=lambda record: {"data": {key: value for key, value in data(record).items() if key != "lsform"}},
    foreign={"data": {"title": "a view"}},
)
