"""The formats that training reads: one module each, one line in `FORMATS`."""

from __future__ import annotations

from lsform.data.formats import asr, coco, conll, records, tables, voc, yolo
from lsform.data.formats.base import Context, Format

__all__ = ["FORMATS", "Context", "Format"]

FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        Format("json", "tasks with annotations, as Label Studio has them", records.json_array),
        Format("jsonl", "the same, a task a line", records.json_lines),
        Format("csv", "a row an annotation", tables.csv_table),
        Format("parquet", "a row an annotation, for pandas, polars and `datasets`", tables.parquet),
        Format("yolo", "boxes", yolo.detect),
        Format("yolo-segment", "outlines", yolo.segment),
        Format("yolo-obb", "turned boxes", yolo.obb),
        Format("yolo-pose", "boxes with keypoints", yolo.pose),
        Format("coco", "boxes, outlines, keypoints and masks", coco.write),
        Format("voc", "Pascal VOC: boxes", voc.write),
        Format("conll", "tokens with IOB2 tags", conll.write),
        Format("asr", "manifests for speech recognition", asr.write),
    )
}
