"""Tasks in files, as Label Studio imports them: JSON, JSON lines, CSV and TSV. Reads files and nothing else."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TextIO

from lsform.config.files import Unreadable, unreadable
from lsform.core.values import Json

Data = Mapping[str, Json]
"""The `data` of one task."""

MOST = 1_000  # tasks of one file that are looked at: what is wrong with data is mostly wrong with all of it


def read_tasks(path: Path, name: str) -> list[Data]:
    """The first tasks of a file; Unreadable, with the remedy, where it has none to offer. `name` is for messages."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise Unreadable(f"`{name}` has no tasks that can be read", f"tasks are in {', '.join(_READERS)}")
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return [_data(record, number, name) for number, record in enumerate(islice(reader(stream), MOST), 1)]
    except (OSError, UnicodeDecodeError) as error:
        raise unreadable(name, error) from None
    except (csv.Error, ValueError, RecursionError) as error:
        reason = f"line {error.lineno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else str(error)
        raise Unreadable(
            f"`{name}` is no {path.suffix[1:].upper()} that can be read: {reason}", "mend the file"
        ) from None


def _data(record: object, number: int, name: str) -> Data:
    """A task is its data, or a mapping with `data` beside its annotations and predictions."""
    data = record.get("data", record) if isinstance(record, dict) else record
    if not isinstance(data, dict):
        raise Unreadable(f"task {number} of `{name}` is no mapping", 'a task is `{"data": {"key": "value"}}`')
    if None in data:
        raise Unreadable(f"row {number} of `{name}` has more cells than the header", "name each column in the header")
    return data


def _json(stream: TextIO) -> Iterator[object]:
    found: object = json.load(stream)
    yield from found if isinstance(found, list) else [found]


def _json_lines(stream: TextIO) -> Iterator[object]:
    for number, line in enumerate(stream):
        if line.strip():
            try:
                yield json.loads(line)
            except json.JSONDecodeError as error:  # which counts from the line that it was given
                raise json.JSONDecodeError(error.msg, "\n" * number + line, number + error.pos) from None


def _csv(stream: TextIO) -> Iterator[object]:
    return iter(csv.DictReader(stream))


def _tsv(stream: TextIO) -> Iterator[object]:
    return iter(csv.DictReader(stream, delimiter="\t"))


_READERS: Mapping[str, Callable[[TextIO], Iterator[object]]] = {
    ".json": _json,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".csv": _csv,
    ".tsv": _tsv,
}
