"""Tasks in files, as Label Studio imports them. Reads files and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from pathlib import Path

from lsform.config.files import Unreadable, unreadable
from lsform.core.errors import LsformError
from lsform.core.records import ENDINGS, Broken, kind_of, rows
from lsform.core.values import Json

Data = Mapping[str, Json]
"""The `data` of one task."""

MOST = 1_000  # tasks of one file that are looked at: what is wrong with data is mostly wrong with all of it


def read_tasks(path: Path, name: str) -> list[Data]:
    """The first tasks of a file; Unreadable, with the remedy, where it has none to offer. `name` is for messages."""
    kind = kind_of(path.name)
    if kind is None:
        endings = ", ".join(ending for endings in ENDINGS.values() for ending in endings)
        raise Unreadable(f"`{name}` has no tasks that can be read", f"tasks are in {endings}")
    try:
        with path.open("rb") as stream:
            found = islice(rows(stream, kind, name), MOST)
            return [_data(row.value, number, name) for number, row in enumerate(found, 1)]
    except (OSError, UnicodeDecodeError) as error:
        raise unreadable(name, error) from None
    except (Broken, LsformError) as error:
        raise Unreadable(error.message, error.hint) from None


def _data(record: Json, number: int, name: str) -> Data:
    """A task is its data, or a mapping with `data` beside its annotations and predictions."""
    data = record.get("data", record) if isinstance(record, dict) else record
    if not isinstance(data, dict):
        raise Unreadable(f"task {number} of `{name}` is no mapping", 'a task is `{"data": {"key": "value"}}`')
    return data
