"""The formats that training reads: one module each, one line in `FORMATS`."""

from __future__ import annotations

from lsform.data.formats import asr, coco, conll, records, tables, voc, yolo
from lsform.data.formats.base import Context, Drawn, Format

__all__ = ["FORMATS", "Context", "Drawn", "Format"]

FORMATS: dict[str, Format | Drawn] = {
    one.name: one
    for one in (
        Format("json", "tasks with annotations, as Label Studio has them", records.json_array),
        Format("jsonl", "the same, a task a line", records.json_lines),
        Format("csv", "a row an annotation", tables.csv_table),
        Format("parquet", "a row an annotation, for pandas, polars and `datasets`", tables.parquet),
        *yolo.FORMATS,
        coco.FORMAT,
        Format("voc", "Pascal VOC: boxes", voc.write),
        Format("conll", "tokens with IOB2 tags", conll.write),
        Format("asr", "manifests for speech recognition", asr.write),
    )
}
