"""Parquet as records of JSON, a group of rows at a time. Reads an open file and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite
from typing import IO

from lsform.core.errors import LsformError
from lsform.core.values import Json


def records(stream: IO[bytes], name: str, *, group: int) -> Iterator[dict[str, Json]]:
    """The rows of a file, empty cells left out: Parquet gives every row every field of every other.

    Raises ValueError when it is none, LsformError where `pyarrow` is missing or a cell is nothing that JSON has.
    """
    try:
        from pyarrow.lib import ArrowException
        from pyarrow.parquet import ParquetFile
    except ModuleNotFoundError:
        raise LsformError("Parquet needs `pyarrow`", hint="`pip install 'lsform[export]'`") from None
    try:
        with ParquetFile(stream) as file:
            for batch in file.iter_batches(batch_size=group):
                for row in batch.to_pylist():
                    yield {key: _json(value, key, name) for key, value in row.items() if value is not None}
    except (ArrowException, OSError) as error:
        raise ValueError(str(error).splitlines()[0]) from None


def _json(value: object, column: str, name: str) -> Json:
    match value:
        case float() if not isfinite(value):
            return None
        case bool() | int() | float() | str() | None:
            return value
        case list() | tuple():
            return [_json(one, column, name) for one in value]
        case dict():
            return {str(key): _json(one, column, name) for key, one in value.items() if one is not None}
        case datetime() | date() | time():
            return value.isoformat()
        case Decimal():
            return float(value)
        case _:
            hint = "name files by their address instead of holding them" if isinstance(value, bytes) else ""
            raise LsformError(f"the column `{column}` of `{name}` holds {type(value).__name__}", hint=hint)
