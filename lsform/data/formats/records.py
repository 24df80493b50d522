"""JSON and JSON lines: tasks as Label Studio has them, less the annotations that do not count. Files."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import partial

from lsform.core.values import Json
from lsform.data.formats.base import Context
from lsform.data.items import Item


def _write(
    items: Iterable[Item], context: Context, *, ending: str, before: str, between: str, after: str, empty: str
) -> None:
    """One file a part, `<part>.json` or `annotations.json`, a task a line."""
    files = {part: f"{part or 'annotations'}.{ending}" for part in context.split.parts}
    with context.output.streams(files) as opened:
        separators = dict.fromkeys(files, before)
        for item in items:
            line = json.dumps(record_of(item), ensure_ascii=False, separators=(",", ":"))
            opened[item.part].write(f"{separators[item.part]}{line}".encode())
            separators[item.part] = between
        for part, file in opened.items():
            file.write((after if separators[part] is between else empty).encode())


def record_of(item: Item) -> dict[str, Json]:
    """The task with the annotations that count, just as the server gave them."""
    counting = {annotation.id for annotation in item.annotations}
    given = item.record.get("annotations")
    kept = (
        [one for one in given if isinstance(one, dict) and (one.get("id") or 0) in counting]
        if isinstance(given, list)
        else []
    )
    return {**item.record, "annotations": [*kept]}


json_array = partial(_write, ending="json", before="[\n", between=",\n", after="\n]\n", empty="[]\n")
json_lines = partial(_write, ending="jsonl", before="", between="\n", after="\n", empty="")
