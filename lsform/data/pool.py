"""A pool of tasks with what models say of them: a table on disk, so that memory does not grow with the pool.

Touches a file of the operating system's temporary folder, which is gone when the process is.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

from lsform.data.index import scratch
from lsform.data.opinions import Record

Task: TypeAlias = int | str
LARGEST = 1 << 63  # what SQLite can hold as a number
_TABLES = """
create table tasks (task primary key, remote integer, is_done integer not null) without rowid;
create table said (task, member integer, prediction text, primary key (task, member)) without rowid;
create table vectors (task primary key, vector blob) without rowid;
"""
_CANDIDATES = """
select task, member, prediction from (select task from said union select task from tasks)
left join said using (task) left join tasks using (task)
where coalesce(is_done, 0) = 0 and (:there = 0 or remote is not null) order by task, member
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A task that may be chosen, and the newest prediction of each member that has one."""

    task: Task
    said: tuple[Record, ...]


class Pool:
    """Tasks, known by their id or by a field of their data; members of a committee are numbered."""

    def __init__(self) -> None:
        self._db = scratch(_TABLES)

    def close(self) -> None:
        self._db.close()

    def there(self, task: Task, remote: int, *, is_done: bool) -> None:
        """This task is on the server; when somebody has worked on it, it is no candidate."""
        self._db.execute("insert or ignore into tasks values (?, ?, ?)", (task, remote, is_done))

    def say(self, task: Task, member: int, prediction: Record) -> None:
        """A prediction; a later one of the same member counts instead of an earlier one."""
        self._db.execute("insert or replace into said values (?, ?, ?)", (task, member, json.dumps(prediction)))

    def place(self, task: Task, vector: Sequence[float]) -> None:
        self._db.execute("insert or replace into vectors values (?, ?)", (task, array("d", vector).tobytes()))

    def candidates(self, *, there: bool) -> Iterator[Candidate]:
        """All that nobody has worked on, in the order of their names; with `there` only those on the server."""
        rows = self._db.execute(_CANDIDATES, {"there": there})
        for task, group in groupby(rows, key=lambda row: row[0]):
            yield Candidate(task, tuple(json.loads(said) for _, _, said in group if said is not None))

    def count(self) -> int:
        """How many tasks there are, those that are done included."""
        [found] = self._db.execute("select count(*) from (select task from said union select task from tasks)")
        return int(found[0])

    def said(self, task: Task) -> list[Record]:
        """What the members say of a task."""
        found = self._db.execute("select prediction from said where task = ? order by member", (task,))
        return [json.loads(row[0]) for row in found]

    def remote(self, task: Task) -> int | None:
        """The id of a task on the server."""
        found = self._db.execute("select remote from tasks where task = ?", (task,)).fetchone()
        return None if found is None else int(found[0])

    def vector(self, task: Task) -> list[float] | None:
        found = self._db.execute("select vector from vectors where task = ?", (task,)).fetchone()
        return None if found is None else list(array("d", found[0]))
