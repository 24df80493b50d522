"""CSV and Parquet: a row an annotation, a column for each key of the data and each control. Files.

A control has text, a number, or JSON where its result is more than that: regions are lists of what they are and where.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from lsform.core.errors import LsformError
from lsform.core.values import Json, canonical_json
from lsform.data.choosing import Annotation
from lsform.data.formats.base import Context
from lsform.data.items import Item
from lsform.data.regions import Region
from lsform.interface.model import LabelInterface

NUMBERS = ("task", "annotation", "annotator")
HEAD = ("task", "part", "annotation", "annotator", "created_at", "updated_at", "ground_truth")
GROUP = 5_000  # rows of Parquet that are written at once
Row = dict[str, str | int | bool | None]


def csv_table(items: Iterable[Item], context: Context) -> None:
    """`annotations.csv`, in UTF-8."""
    columns = _columns(context.interface)
    with context.output.stream("annotations.csv") as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        writer = csv.DictWriter(text, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(_rows(items, context, columns))
        text.detach()


def parquet(items: Iterable[Item], context: Context) -> None:
    """`annotations.parquet`."""
    try:
        import pyarrow
        from pyarrow.parquet import ParquetWriter
    except ModuleNotFoundError as error:
        raise LsformError(f"Parquet needs `{error.name}`", hint="`pip install 'lsform[export]'`") from None
    columns = _columns(context.interface)
    types: dict[str, pyarrow.DataType] = dict.fromkeys(columns, pyarrow.string())
    types |= {**dict.fromkeys(NUMBERS, pyarrow.int64()), "ground_truth": pyarrow.bool_()}
    schema = pyarrow.schema(types)
    rows = _rows(items, context, columns)
    with ParquetWriter(context.output.path("annotations.parquet"), schema) as writer:
        while group := list(islice(rows, GROUP)):
            writer.write_table(pyarrow.Table.from_pylist(group, schema=schema))
    context.output.written("annotations.parquet")


def _columns(interface: LabelInterface) -> tuple[str, ...]:
    """The interface tells what there is, whatever the tasks have: one table for all."""
    keys = dict.fromkeys(one.data_key for one in interface.objects() if one.data_key)
    names = (control.name for control in interface.controls())
    return (*HEAD, *(f"data.{key}" for key in keys), *(f"control.{name}" for name in names))


def _rows(items: Iterable[Item], context: Context, columns: Sequence[str]) -> Iterator[Row]:
    for item in items:
        data = {f"data.{key}": _cell(value) for key, value in item.data.items()}
        for key in sorted(data.keys() - set(columns)):
            context.notes.add(f"`{key}`, which the interface does not show", item)
        for annotation in item.annotations:
            row = {**_head(item, annotation), **data, **_said(annotation)}
            yield {name: row.get(name) for name in columns}


def _head(item: Item, annotation: Annotation) -> Row:
    return {
        "task": item.id,
        "part": item.part,
        "annotation": annotation.id,
        "annotator": annotation.annotator,
        "created_at": annotation.created_at,
        "updated_at": annotation.updated_at,
        "ground_truth": annotation.ground_truth,
    }


def _said(annotation: Annotation) -> Row:
    """What each control says: of the whole task, or of regions."""
    by_control: dict[str, list[Json]] = {}
    for region in annotation.reading.regions:
        for control in region.labels:
            by_control.setdefault(control, []).append(_region(region, region.labels[control]))
        for control, value in region.answers.items():
            by_control.setdefault(control, []).append({"region": region.id, "value": value})
    answers = {f"control.{name}": _cell(_single(value)) for name, value in annotation.reading.answers.items()}
    return {**{f"control.{name}": _cell(found) for name, found in by_control.items()}, **answers}


def _region(region: Region, labels: tuple[str, ...]) -> Json:
    shape: dict[str, Json] = {name: _plain(getattr(region.shape, name)) for name in region.shape.__struct_fields__}
    return {"id": region.id, "shape": type(region.shape).__name__.lower(), "labels": [*labels], **shape}


def _plain(value: object) -> Json:
    match value:
        case tuple() | list():
            return [_plain(one) for one in value]
        case bool() | int() | float() | str() | None:
            return value
        case _:
            return str(value)


def _single(value: Json) -> Json:
    """One choice is a text and no list."""
    return value[0] if isinstance(value, list) and len(value) == 1 and not isinstance(value[0], list) else value


def _cell(value: Json) -> str | int | bool | None:
    return value if isinstance(value, str | None) else canonical_json(value)
