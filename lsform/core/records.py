"""Records in files, one at a time, each with the line in which it begins: JSON, JSON lines, CSV, TSV and Parquet.

Law: memory is that of the largest record (in Parquet of 1,000 rows), however large the file is. Reads an open file and
nothing else.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, TypeAlias

from lsform.core.values import Json

CHUNK = 1 << 20  # characters
LARGEST = 1 << 28  # characters of one record: what goes on for longer is none
GROUP = 1_000  # rows of Parquet that are read at once
_CUT = 16  # characters before the end of what was read in which a token may have been cut: `-Infinity` is the longest
_SPACE = re.compile(r"[ \t\r\n]*")


class Broken(Exception):
    """A file that is not what it says; `message` is for the user, `reason` a part of it."""

    def __init__(self, name: str, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.message = f"`{name}` is no {kind.upper()} that can be read: {reason}"
        self.hint = "mend the file"


class Overfull(Broken):
    """A row with more cells than the header."""

    def __init__(self, name: str, row: int) -> None:
        super().__init__(name, "", f"row {row} has more cells than the header")
        self.message = f"row {row} of `{name}` has more cells than the header"
        self.hint = "name each column in the header"


@dataclass(frozen=True, slots=True)
class Row:
    """A record, and the line in which it begins; in Parquet, which has no lines, the number of its row."""

    value: Json
    line: int


def kind_of(name: str) -> str | None:
    """The kind that the ending of a file's name tells; None when it tells none."""
    ending = PurePath(name).suffix.lower()
    return next((kind for kind, endings in ENDINGS.items() if ending in endings), None)


def rows(stream: IO[bytes], kind: str, name: str) -> Iterator[Row]:
    """The records of an open file; Broken, with `name` in its message, where it is not what its kind says.

    `json` is one record, an array of them, or one after another; UnicodeDecodeError and OSError are let through.
    """
    try:
        yield from READERS[kind](stream, name)
    except (csv.Error, ValueError, RecursionError) as error:
        if isinstance(error, UnicodeDecodeError):
            raise
        reason = f"line {error.lineno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else str(error)
        raise Broken(name, kind, reason) from None


def _no_number(text: str) -> float:
    raise ValueError(f"`{text}` is no value of JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_number)


@contextmanager
def _text(stream: IO[bytes]) -> Iterator[io.TextIOWrapper]:
    """Its text; the stream stays the caller's, who will close it."""
    text = io.TextIOWrapper(stream, "utf-8-sig", newline="")
    try:
        yield text
    finally:
        if not stream.closed:  # who stops halfway closes it before the reader is gone
            text.detach()


@dataclass(slots=True)
class _Values:
    """JSON values in a text of which a part is in memory: from `place` on it is still to be read."""

    stream: IO[str]
    buffer: str = ""
    place: int = 0
    line: int = 1
    ended: bool = False

    def read(self) -> bool:
        """Have more of the text in memory; whether there was any."""
        rest = len(self.buffer) - self.place
        more = "" if rest > LARGEST else self.stream.read(max(CHUNK, rest))
        self.buffer, self.place = self.buffer[self.place :] + more, 0
        self.ended = not more
        return not self.ended

    def peek(self) -> str:
        """The next character that is no white space; '' at the end."""
        while True:
            end = _SPACE.match(self.buffer, self.place).end()  # type: ignore[union-attr]  # matches everywhere
            self._go(end)
            if end < len(self.buffer) or not self.read():
                return self.buffer[self.place : self.place + 1]

    def skip(self) -> None:
        self.place += 1

    def value(self) -> Row:
        """The value that begins here; raises JSONDecodeError with its line in the whole text."""
        while True:
            try:
                found, end = _DECODER.raw_decode(self.buffer, self.place)
            except json.JSONDecodeError as error:
                is_cut = error.msg.startswith("Unterminated") or error.pos >= len(self.buffer) - _CUT
                if is_cut and not self.ended:
                    self.read()
                    continue
                raise self.wrong(error.msg, error.pos) from None
            is_cut = isinstance(found, int | float) and end >= len(self.buffer) - _CUT  # as `1` of `1.5e-3`
            if is_cut and not self.ended:
                self.read()
                continue
            row = Row(found, self.line)
            self._go(end)
            return row

    def wrong(self, reason: str, place: int) -> json.JSONDecodeError:
        before = self.line + self.buffer.count("\n", self.place, place)
        return json.JSONDecodeError(reason, "\n" * (before - 1), before - 1)

    def _go(self, place: int) -> None:
        self.line += self.buffer.count("\n", self.place, place)
        self.place = place


def _json(stream: IO[bytes], _name: str) -> Iterator[Row]:
    with _text(stream) as text:
        values = _Values(text)
        if values.peek() == "[":
            yield from _array(values)
        else:
            while values.peek():
                yield values.value()


def _array(values: _Values) -> Iterator[Row]:
    values.skip()
    separator = values.peek()
    if separator == "]":
        values.skip()
    while separator != "]":
        yield values.value()
        separator = values.peek()
        if separator not in (",", "]"):
            raise values.wrong("Expecting ',' delimiter", values.place)
        values.skip()
        if separator == ",":
            values.peek()  # to where the next one begins
    if values.peek():
        raise values.wrong("Extra data", values.place)


def _json_lines(stream: IO[bytes], _name: str) -> Iterator[Row]:
    with _text(stream) as text:
        for number, line in enumerate(text, start=1):
            if line.strip():
                yield Row(_of_line(line, number), number)


def _of_line(line: str, number: int) -> Json:
    try:
        found: Json
        found, end = _DECODER.raw_decode(line, len(line) - len(line.lstrip()))
        if line[end:].strip():
            raise json.JSONDecodeError("Extra data", line, end)
    except json.JSONDecodeError as error:  # which counts from the line that it was given
        raise json.JSONDecodeError(error.msg, "\n" * (number - 1), number - 1) from None
    return found


def _cells(stream: IO[bytes], name: str, delimiter: str) -> Iterator[Row]:
    with _text(stream) as text:
        reader = csv.DictReader(text, delimiter=delimiter)
        line = 2
        for number, record in enumerate(reader, start=1):
            if None in record:
                raise Overfull(name, number)
            yield Row({**record}, line)
            line = reader.line_num + 1


def _csv(stream: IO[bytes], name: str) -> Iterator[Row]:
    return _cells(stream, name, ",")


def _tsv(stream: IO[bytes], name: str) -> Iterator[Row]:
    return _cells(stream, name, "\t")


def _parquet(stream: IO[bytes], name: str) -> Iterator[Row]:
    # here: few read Parquet, and pyarrow takes half a second and is in no base install
    from lsform.core.parquet import records

    for number, record in enumerate(records(stream, name, group=GROUP), start=1):
        yield Row(record, number)


Reader: TypeAlias = Callable[[IO[bytes], str], Iterator[Row]]
READERS: Mapping[str, Reader] = {
    "json": _json, "jsonl": _json_lines, "csv": _csv, "tsv": _tsv, "parquet": _parquet,
}  # fmt: skip
ENDINGS: Mapping[str, tuple[str, ...]] = {
    "json": (".json",),
    "jsonl": (".jsonl", ".ndjson"),
    "csv": (".csv",),
    "tsv": (".tsv",),
    "parquet": (".parquet", ".pq"),
}
