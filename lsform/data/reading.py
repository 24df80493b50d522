"""Tasks out of an export of Label Studio, one at a time, in the memory that the largest of them needs.

What Label Studio writes, an array of tasks, is cut into texts of whole tasks that a parser reads at once. Where to cut
is a guess: a border is where it looks as between the first two tasks. The guess needs no proof of its own. If the
text before a cut, in brackets, is an array, then the cut is between two tasks; if it is none, or anything else is odd,
the careful reader goes on from the last task that was read, and has the last word on what is wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import IO, NamedTuple, TypeVar

from msgspec import ValidationError
from msgspec.json import Decoder

from lsform.core.errors import LsformError
from lsform.core.records import Broken, rows
from lsform.data.raw import RawTask, Record, raw

PIECE = 1 << 16  # bytes that are read at once: a text is of about as many, and what is made of it fits a cache
LARGEST = 1 << 24  # bytes without a border: from there on the careful reader is as good


class Odd(Exception):
    """A text that cannot be read at a stroke: it may be wrong, or just unusual."""


class _Border(NamedTuple):
    """How one task ends, and how the next one begins; between them is what is left out."""

    end: bytes
    between: bytes
    begin: bytes


@dataclass(frozen=True, slots=True)
class Tasks:
    """The tasks of a JSON array or of JSON lines, in a file that can be read more than once.

    Going through them raises LsformError with its `name` when it is no export.
    """

    stream: IO[bytes]
    name: str
    piece: int = PIECE

    def __iter__(self) -> Iterator[Record]:
        done = 0
        try:
            for text in self.texts():
                tasks = tasks_in(text)
                done += len(tasks)
                yield from tasks
        except Odd:
            yield from self.after(done)

    @property
    def size(self) -> int:
        """Bytes."""
        return self.stream.seek(0, 2)

    def after(self, done: int) -> Iterator[Record]:
        """The tasks after the first ones, read with care."""
        self.stream.seek(0)
        yield from islice(self._carefully(), done, None)

    def texts(self) -> Iterator[bytes]:
        """Texts of tasks with commas between them, if the cuts are right; raises Odd where there is none to be seen."""
        self.stream.seek(0)
        text = self.stream.read(self.piece)
        if not text.startswith(b"["):
            raise Odd
        text, border = text[1:], None
        while more := self.stream.read(max(self.piece, len(text))):
            text += more
            border = border or _border(text)
            place = text.rfind(b"".join(border)) if border else -1
            if border and place >= 0:
                cut = place + len(border.end)
                yield text[:cut]
                text = text[cut + len(border.between) :]
            elif len(text) > LARGEST:
                raise Odd
        text = text.rstrip()
        if not text.endswith(b"]"):
            raise Odd
        yield text[:-1]

    def _carefully(self) -> Iterator[Record]:
        try:
            for number, row in enumerate(rows(self.stream, "json", self.name), start=1):
                if not isinstance(row.value, dict):
                    raise _broken(self.name, f"item {number} is no task")
                yield row.value
        except (Broken, UnicodeDecodeError) as error:
            raise _broken(self.name, str(error)) from None


def tasks_in(text: bytes) -> list[Record]:
    """The tasks of a text with commas between them; Odd when it is none."""
    found = _parsed(text, _MAPPINGS)
    if not all(isinstance(one, dict) for one in found):
        raise Odd
    return found


def raw_in(text: bytes) -> list[RawTask]:
    """What counts of the tasks of a text with commas between them; Odd when it is none."""
    try:
        return _parsed(text, _RAW)
    except ValidationError:  # something is no list or no mapping
        return [*map(raw, tasks_in(text))]


def _parsed(text: bytes, decoder: Decoder[T]) -> T:
    """What `json` gives, big numbers included; Odd for what is no JSON, and for what only `json` takes."""
    try:
        return decoder.decode(f"[{text.decode()}]")  # as text: a parser does not look into strings that it skips
    except ValidationError:
        raise
    except (ValueError, RecursionError):
        raise Odd from None


T = TypeVar("T")
_MAPPINGS: Decoder[list[Record]] = Decoder(list)
_RAW = Decoder(list[RawTask])
_BETWEEN = re.compile(r'(\s*,\s*)(\{\s*"[^"\\]*"\s*:)')
_END = re.compile(r"[\s\]}]+\Z")


def _border(text: bytes) -> _Border | None:
    """What is between the first two tasks; None when the second has not begun."""
    beginning = text.decode("utf-8", "ignore").lstrip()  # a letter may be cut at the end
    try:
        _, end = json.JSONDecoder().raw_decode(beginning)
    except (ValueError, RecursionError):
        return None
    closing, following = _END.search(beginning[:end]), _BETWEEN.match(beginning, end)
    if closing is None or following is None:
        return None
    between, begin = following.groups()
    return _Border(closing.group().encode(), between.encode(), begin.encode())


def _broken(name: str, reason: str) -> LsformError:
    return LsformError(f"`{name}` is no export of tasks: {reason}", hint="export it again, in the format JSON")
