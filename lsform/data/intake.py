"""What is to be imported: read, counted and checked, before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from lsform.core.diagnostics import Said, Severity, Span
from lsform.core.errors import LsformError
from lsform.core.values import Json
from lsform.data.complaints import Complaints
from lsform.data.index import Index, Place
from lsform.data.regions import Malformed
from lsform.data.sources import Pictures, Source
from lsform.data.tasks import KeyOf, task_of
from lsform.data.validation import Checker

CHECKED = 500  # records between two reports of progress


@dataclass(frozen=True, slots=True)
class Record:
    """A record of the input, by its number."""

    number: int
    file: int
    line: int
    value: Json


@dataclass(slots=True)
class Tally:
    """How many records were read, were there already, went in, were left out.

    Doubles are further tasks of one key: those from before this import stay, as do those that people worked on.
    """

    read: int = 0
    there: int = 0
    imported: int = 0
    completed: int = 0
    invalid: int = 0
    repeated: int = 0
    doubles_before: int = 0
    doubles_removed: int = 0
    doubles_left: int = 0

    def json(self) -> dict[str, Json]:
        return {name: getattr(self, name) for name in Tally.__slots__}


Tell: TypeAlias = Callable[[str, int, int], None]  # what is done, how much of it, of how much (0: unknown)
Input: TypeAlias = Sequence[Source | Pictures]


@dataclass(slots=True)
class Loading:
    """One import: where from, how tasks are told apart, what was found so far."""

    inputs: Input
    key_of: KeyOf
    key_name: str
    tally: Tally = field(default_factory=Tally)
    complaints: Complaints = field(default_factory=Complaints)
    index: Index = field(default_factory=Index)

    def close(self) -> None:
        self.index.close()

    def records(self) -> Iterator[Record]:
        number = 0
        for file, source in enumerate(self.inputs):
            for row in source.rows():
                number += 1
                yield Record(number, file, row.line, row.value)

    def place(self, file: int, line: int) -> Span:
        return Span(self.inputs[file].name, line)


def check(loading: Loading, checker: Checker, tell: Tell) -> None:
    """The first pass: everything that is wrong with the input is in `complaints`, every good key in the index."""
    look_through(loading, lambda record: _look(loading, record, checker), tell)


def look_through(loading: Loading, look: Callable[[Record], list[Said]], tell: Tell) -> None:
    """Count the records and what is said of each."""
    tally = loading.tally
    for record in loading.records():
        tally.read += 1
        said = look(record)
        for one in said:
            loading.complaints.add(one, loading.place(record.file, record.line))
        tally.invalid += any(one.is_error for one in said)
        if tally.read % CHECKED == 0:
            tell("checking", tally.read, 0)


def _look(loading: Loading, record: Record, checker: Checker) -> list[Said]:
    try:
        task = task_of(record.value)
    except Malformed as error:
        return [Said("LSFD01", "", f"the record {error}", 'a task is `{"data": {"key": "value"}}`')]
    said = list(checker.task(task))
    key = loading.key_of(task.data)
    if key is None:
        said.append(Said("LSFD06", f"data.{loading.key_name}", "is missing, and tasks are told apart by it"))
    elif not any(one.is_error for one in said):
        annotated, predicted = task.beside
        place = Place(record.file, record.line)
        earlier = loading.index.add(record.number, key, place, annotations=annotated, predictions=predicted)
        if earlier is not None:
            loading.tally.repeated += 1
            said.append(_repeated(loading, earlier))
    return said


def _repeated(loading: Loading, earlier: Place) -> Said:
    first = loading.place(earlier.file, earlier.line)
    by = f"the same `{loading.key_name}`" if loading.key_name else "the same data"
    return Said("LSFD07", "", f"has {by} as {first}", "the first one counts", Severity.WARNING)


def refuse(loadings: Sequence[Loading]) -> None:
    """LsformError when anything in the input is wrong."""
    errors = sum(one.complaints.errors for one in loadings)
    if errors:
        invalid, read = (sum(getattr(one.tally, name) for one in loadings) for name in ("invalid", "read"))
        hint = "`--skip-invalid` imports the others"
        raise LsformError(f"{invalid} of {read} records cannot be imported; nothing was sent", hint=hint)
