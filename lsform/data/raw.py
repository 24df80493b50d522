"""Tasks, annotations and results as an export has them, by the fields that count; nothing is checked yet. Pure.

A parser makes these straight from the text, and skips all else. `raw` makes the same of a task that is a mapping.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from lsform.core.values import Json

Record = Mapping[str, Json]


class RawResult(Struct, gc=False):
    """One result, whatever its fields hold; None is what is not there."""

    id: object = None
    type: object = None
    from_name: object = None
    to_name: object = None
    value: object = None
    original_width: object = None
    original_height: object = None
    image_rotation: object = None
    parentID: object = None  # noqa: N815  # the editor's own spelling
    parent_id: object = None
    item_index: object = None
    score: object = None
    from_id: object = None
    to_id: object = None
    direction: object = None
    labels: object = None


class RawAnnotation(Struct, gc=False):
    """One annotation; a result that is None is no mapping."""

    id: object = None
    completed_by: object = None
    created_at: object = None
    updated_at: object = None
    was_cancelled: object = None
    ground_truth: object = None
    result: list[RawResult | None] = []  # each gets a list of its own


class RawTask(Struct, gc=False):
    """One task."""

    id: object = None
    data: object = None
    annotations: list[RawAnnotation] = []  # each gets a list of its own


def raw(task: Record) -> RawTask:
    """What counts of a task."""
    given = task.get("annotations")
    annotations = [_annotation(one) for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    return RawTask(task.get("id"), task.get("data"), annotations)


def _annotation(record: Record) -> RawAnnotation:
    given = record.get("result")
    results = [_result(one) for one in given] if isinstance(given, list) else []
    known = {name: record.get(name) for name in RawAnnotation.__struct_fields__ if name != "result"}
    return RawAnnotation(**known, result=results)


def _result(record: Json) -> RawResult | None:
    if not isinstance(record, dict):
        return None
    return RawResult(**{name: record.get(name) for name in RawResult.__struct_fields__})
