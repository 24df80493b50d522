"""Which keys are in the files, and which tasks of the server have them: a table on disk, so that memory does not grow.

Touches a file of the operating system's temporary folder, which is gone when the process is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, cast

PAGE = 1_000  # rows that are in memory at once
_TABLES = """
create table records (
  number integer primary key, key blob not null, file integer, line integer, annotations integer, predictions integer,
  remote integer, has_annotations integer, has_predictions integer);
create unique index by_key on records (key);
create table seen (remote integer primary key);
create table copies (remote integer primary key, content blob not null);
create index by_content on copies (content);
create table held (prediction integer primary key, task integer not null, content blob not null);
create index by_task on held (task);
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands: the number of its file, and its line."""

    file: int
    line: int


class There(NamedTuple):
    """A task on the server: its id, its key, and how many annotations and predictions it has."""

    remote: int
    key: bytes | None
    annotations: int = 0
    predictions: int = 0


def scratch(tables: str) -> sqlite3.Connection:
    """A database with these tables in a file of its own, which nobody else sees and nobody has to delete."""
    made = sqlite3.connect("", isolation_level=None)
    made.executescript(f"pragma journal_mode = off; pragma synchronous = off; pragma temp_store = file; {tables}")
    made.execute("begin")
    return made


class Index:
    """Records by their number, from 1 on in the order in which they are read, and by their key."""

    def __init__(self) -> None:
        self._db = scratch(_TABLES)

    def close(self) -> None:
        self._db.close()

    def add(self, number: int, key: bytes, place: Place, *, annotations: int = 0, predictions: int = 0) -> Place | None:
        """Take a record in; when there is one of that key already, tell where, and leave this one out."""
        row = (number, key, place.file, place.line, annotations, predictions)
        try:
            self._db.execute("insert into records values (?, ?, ?, ?, ?, ?, null, 0, 0)", row)
        except sqlite3.IntegrityError:
            return Place(*self._db.execute("select file, line from records where key = ?", (key,)).fetchone())
        return None

    def found(self, tasks: Iterable[There]) -> int:
        """These tasks are on the server. The first of a key is it; how many others there are."""
        others = 0
        for task in tasks:
            self._db.execute("insert or ignore into seen values (?)", (task.remote,))
            others += not self._mark(task) and self.has(task.key)
        return others

    def recount(self, tasks: Iterable[There]) -> None:
        """These are on the server now, some of which have come in meanwhile."""
        for task in tasks:
            self._mark(task)

    def _mark(self, task: There) -> int:
        return self._db.execute(
            "update records set remote = :remote, has_annotations = :annotations, has_predictions = :predictions"
            " where key = :key and (remote is null or remote = :remote)",
            task._asdict(),
        ).rowcount

    def incomplete(self) -> Iterator[tuple[int, int, int, int]]:
        """Numbers and tasks of records of whose annotations or predictions the server has none, and how many it has."""
        yield from cast(
            "Iterator[tuple[int, int, int, int]]",
            self._pages(
                "select number, remote, has_annotations, has_predictions from records where remote is not null and"
                " (annotations > 0 and has_annotations = 0 or predictions > 0 and has_predictions = 0) and number > ?"
            ),
        )

    def missing(self) -> Iterator[tuple[int, bytes]]:
        """Numbers and keys of the records that the server does not have, in their order."""
        yield from cast(
            "Iterator[tuple[int, bytes]]",
            self._pages("select number, key from records where remote is null and number > ?"),
        )

    def counts(self) -> tuple[int, int]:
        """How many records there are, and how many of them the server has."""
        total, there = self._db.execute("select count(*), count(remote) from records").fetchone()
        return int(total), int(there)

    def has(self, key: bytes | None) -> bool:
        return self._db.execute("select 1 from records where key = ?", (key,)).fetchone() is not None

    def there(self) -> Iterator[tuple[int, int]]:
        """Numbers of the records that the server has, in their order, and the tasks that they are there."""
        yield from cast(
            "Iterator[tuple[int, int]]",
            self._pages("select number, remote from records where remote is not null and number > ?"),
        )

    def absent(self) -> Iterator[Place]:
        """Where the records stand that the server does not have."""
        for _, file, line in self._pages("select number, file, line from records where remote is null and number > ?"):
            yield Place(file, line)

    def _pages(self, query: str) -> Iterator[tuple[int, ...]]:
        """Rows by their number, without a cursor that stays open while the caller is at work."""
        number = 0
        while found := self._db.execute(f"{query} order by number limit {PAGE}", (number,)).fetchall():
            yield from found
            number = found[-1][0]

    def hold(self, predictions: Iterable[tuple[int, int, bytes]]) -> None:
        """These predictions are on the server, and no others: tasks, ids, and fingerprints of what they say."""
        self._db.execute("delete from held")
        self._db.executemany("insert into held (task, prediction, content) values (?, ?, ?)", predictions)

    def held(self, task: int) -> list[tuple[int, bytes]]:
        """Ids and fingerprints of the predictions of a task, the oldest first."""
        found = self._db.execute("select prediction, content from held where task = ? order by prediction", (task,))
        return list(found)

    def twins(self, tasks: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, int]]:
        """Of tasks and fingerprints of their contents: pairs of a task and a later copy, which was not seen before."""
        self._db.execute("delete from copies")
        self._db.executemany("insert or ignore into copies values (?, ?)", tasks)
        yield from self._db.execute(
            "select first, remote from (select remote, min(remote) over (partition by content) as first from copies)"
            " where remote > first and remote not in (select remote from seen) order by remote"
        ).fetchall()
