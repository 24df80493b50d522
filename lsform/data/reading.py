"""Tasks out of an export of Label Studio, one at a time, in the memory that the largest of them needs."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import IO

from lsform.core.errors import LsformError
from lsform.core.values import Json
from lsform.data.regions import Record

CHUNK = 1 << 20  # characters
LARGEST = 1 << 28  # characters of one task: what goes on for longer is no task
_DECODER = json.JSONDecoder()
_NEXT = re.compile(r"[ \t\r\n,]*")


def read_tasks(stream: IO[bytes], name: str) -> Iterator[Record]:
    """The tasks of a JSON array or of JSON lines; LsformError with its name when it is neither."""
    for number, found in enumerate(_values(codecs.getreader("utf-8")(stream), name), start=1):
        if not isinstance(found, dict):
            raise _broken(name, f"item {number} is no task")
        yield found


def _values(text: codecs.StreamReader, name: str) -> Iterator[Json]:
    buffer = text.read(CHUNK).lstrip("\ufeff \t\r\n")
    is_array = buffer.startswith("[")
    place, number = int(is_array), 0
    while True:
        place = _NEXT.match(buffer, place).end()  # type: ignore[union-attr]
        if is_array and buffer.startswith("]", place):
            return
        found, end = _value(buffer, place)
        if end:
            yield found
            place, number = end, number + 1
            continue
        rest = len(buffer) - place
        more = text.read(max(CHUNK, rest))
        if rest > LARGEST or (not more and (rest or is_array)):
            raise _broken(name, f"it cannot be read behind task {number}")
        if not more:
            return
        buffer, place = buffer[place:] + more, 0


def _value(buffer: str, place: int) -> tuple[Json, int]:
    """The value that begins at a place, and where it ends; 0 when it is not whole."""
    try:
        return _DECODER.raw_decode(buffer, place)
    except json.JSONDecodeError:
        return None, 0


def _broken(name: str, reason: str) -> LsformError:
    return LsformError(f"`{name}` is no export of tasks: {reason}", hint="export it again, in the format JSON")
