"""Tasks out of an export of Label Studio, one at a time, in the memory that the largest of them needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from lsform.core.errors import LsformError
from lsform.core.records import Broken, rows
from lsform.data.regions import Record


def read_tasks(stream: IO[bytes], name: str) -> Iterator[Record]:
    """The tasks of a JSON array or of JSON lines; LsformError with its name when it is neither."""
    try:
        for number, row in enumerate(rows(stream, "json", name), start=1):
            if not isinstance(row.value, dict):
                raise _broken(name, f"item {number} is no task")
            yield row.value
    except (Broken, UnicodeDecodeError) as error:
        raise _broken(name, str(error)) from None


def _broken(name: str, reason: str) -> LsformError:
    return LsformError(f"`{name}` is no export of tasks: {reason}", hint="export it again, in the format JSON")
