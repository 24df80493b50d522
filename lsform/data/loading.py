"""Tasks into a project, each exactly once, whatever happens on the way. Talks to a server by its port.

What is there already is found by key among the project's own tasks: no marker, no state. A batch is sent once; when its
answer is unclear, what arrived is looked up before anything is sent again. Label Studio on SQLite may replay a request
inside, and what a killed import had sent last may come in later: so in the end tasks are counted, and when there are
too many, the later copies that came in meanwhile are removed, if nobody's work is lost with them.
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from lsform.core.diagnostics import Severity, Span
from lsform.core.errors import LsformError, ServerError
from lsform.core.values import Json
from lsform.data.complaints import Complaints, Said
from lsform.data.index import Index, Place, There
from lsform.data.regions import Malformed
from lsform.data.sources import Pictures, Source
from lsform.data.tasks import Data, KeyOf, Task, fingerprint, task_of
from lsform.data.validation import Checker

MOST_TASKS = 1_000  # in a batch: the server takes 7,000 a second of them, and only 4,000 of ten times as many
MOST_BYTES = 5_000_000  # in a batch: below what gateways take as a body, and above what the first limit mostly gives
SENDINGS = 3  # of one batch whose answer stays unclear
SETTLE = 20.0  # seconds in which a batch may still come in after its answer was lost
LOOK = 1.0  # seconds between two looks
GATEWAY = frozenset({0, 408, 429, 502, 503, 504})  # after these the server may still be at work
CHECKED = 500  # records between two reports of progress
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

Live: TypeAlias = tuple[int, Data, int, int]  # a task on the server: id, data, number of annotations and predictions
Counts: TypeAlias = tuple[int, int]  # of annotations and of predictions


class TaskServer(Protocol):
    """What this needs of a server; `newest_first` lists from the highest id down, else from the lowest up.

    `add_tasks` tells how many annotations and predictions were made. `name` tells annotations of one task from others:
    what was added under it before is not added again, and nothing to a task that has annotations.
    """

    def count_tasks(self, project: int) -> int: ...

    def tasks(self, project: int, *, newest_first: bool = False) -> Iterator[Live]: ...

    def add_tasks(self, project: int, body: bytes) -> Counts: ...

    def add_annotations(self, task: int, annotations: list[Json], name: str) -> None: ...

    def add_predictions(self, project: int, predictions: list[Json]) -> int: ...

    def remove_tasks(self, project: int, ids: Sequence[int]) -> None: ...

    def work(self, project: int) -> Iterator[tuple[int, list[Json] | None]]: ...


@dataclass(frozen=True, slots=True)
class Record:
    """A record of the input, by its number."""

    number: int
    file: int
    line: int
    value: Json


@dataclass(slots=True)
class Batch:
    """Tasks that are sent together: keys, and the bytes of each."""

    keys: list[bytes] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    beside: list[Counts] = field(default_factory=list)
    size: int = 0

    def add(self, key: bytes, body: bytes, beside: Counts) -> None:
        self.keys.append(key)
        self.bodies.append(body)
        self.beside.append(beside)
        self.size += len(body) + 1

    def has_room(self, body: bytes) -> bool:
        return len(self.keys) < MOST_TASKS and self.size + len(body) < MOST_BYTES

    def without(self, keys: set[bytes]) -> Batch:
        made = Batch()
        for key, body, beside in zip(self.keys, self.bodies, self.beside, strict=True):
            if key not in keys:
                made.add(key, body, beside)
        return made

    @property
    def counts(self) -> Counts:
        """How many annotations and predictions it has."""
        return sum(one for one, _ in self.beside), sum(one for _, one in self.beside)

    @property
    def body(self) -> bytes:
        return b"[" + b",".join(self.bodies) + b"]"


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


def compare(loading: Loading, server: TaskServer, project: int, tell: Tell) -> int:
    """Find out which tasks are there already; how many tasks the project has."""
    count = server.count_tasks(project)
    if count:
        tasks = _keyed(loading, server.tasks(project), lambda done: tell("comparing", done, count))
        loading.tally.doubles_before = loading.index.found(tasks)
    loading.tally.there = loading.index.counts()[1]
    return count


def _keyed(loading: Loading, tasks: Iterable[Live], tell: Callable[[int], None]) -> Iterator[There]:
    for done, (remote, data, *counts) in enumerate(tasks, start=1):
        yield There(remote, loading.key_of(data), *counts)
        if done % CHECKED == 0:
            tell(done)


def send(
    loading: Loading, server: TaskServer, project: int, before: int, tell: Tell, *,
    prepare: Callable[[Task], Task] | None = None, settle: float = SETTLE,
) -> None:  # fmt: skip
    """The second pass: everything that is not there goes in, and in the end is there once."""
    total, there = loading.index.counts()
    tell("importing", 0, total - there)
    is_whole = True
    for batch, arrived in _delivered(loading, server, project, prepare, settle):
        is_whole &= arrived
        loading.tally.imported += len(batch.keys)
        tell("importing", loading.tally.imported, total - there)
    if not is_whole:
        loading.index.recount(_keyed(loading, server.tasks(project), lambda done: tell("comparing", done, 0)))
    _complete(loading, server, project)
    if loading.tally.imported and server.count_tasks(project) > before + loading.tally.imported:
        _remove_doubles(loading, server, project)


def _delivered(
    loading: Loading, server: TaskServer, project: int, prepare: Callable[[Task], Task] | None, settle: float
) -> Iterator[tuple[Batch, bool]]:
    """Batches that are in. The next one is read while one is sent, unless that takes writes of its own (`prepare`)."""
    with ThreadPoolExecutor(max_workers=1) as sender:
        under_way: deque[tuple[Batch, Future[bool]]] = deque()
        for batch in _batches(loading, prepare or (lambda task: task)):
            while under_way:
                sent, end = under_way.popleft()
                yield sent, end.result()
            under_way.append((batch, sender.submit(_deliver, server, project, batch, loading.key_of, settle)))
            if prepare is not None:
                wait([end for _, end in under_way])
        for sent, end in under_way:
            yield sent, end.result()


def _batches(loading: Loading, prepare: Callable[[Task], Task]) -> Iterator[Batch]:
    wanted = loading.index.missing()
    number, key = next(wanted, (0, b""))
    batch = Batch()
    for record in loading.records() if number else ():
        if record.number != number:
            continue
        task = task_of(record.value)
        body = _body(prepare(task))
        if not batch.has_room(body) and batch.keys:
            yield batch
            batch = Batch()
        batch.add(key, body, task.beside)
        number, key = next(wanted, (0, b""))
    if batch.keys:
        yield batch


def _body(task: Task) -> bytes:
    return _ENCODER.encode(task.record()).encode("utf-8", "backslashreplace")


def _deliver(server: TaskServer, project: int, batch: Batch, key_of: KeyOf, settle: float) -> bool:
    """Send a batch; what an unclear answer leaves open is looked up, and only what is not there is sent again.

    Whether the server says that it has all annotations and predictions: when SQLite is locked it runs a request again,
    of which it had taken them away in its first attempt.
    """
    for sending in range(1, SENDINGS + 1):
        try:
            return server.add_tasks(project, batch.body) == batch.counts and sending == 1
        except ServerError as error:
            if not error.is_unclear:
                raise
            batch = _not_arrived(server, project, batch, key_of, settle if error.status in GATEWAY else 0.0)
            if not batch.keys:
                return False
            if sending == SENDINGS:
                raise
    return False


def _not_arrived(server: TaskServer, project: int, batch: Batch, key_of: KeyOf, settle: float) -> Batch:
    deadline = time.monotonic() + settle
    while True:
        left = batch.without(_arrived(server, project, batch, key_of))
        if not left.keys or time.monotonic() >= deadline:
            return left
        time.sleep(LOOK)


def _arrived(server: TaskServer, project: int, batch: Batch, key_of: KeyOf) -> set[bytes]:
    """Keys of the batch among the newest tasks: others may import at the same time, so that it looks a bit further."""
    sent, found, strangers = set(batch.keys), set[bytes](), 0
    for _, data, *_ in server.tasks(project, newest_first=True):
        key = key_of(data)
        if key in sent and key is not None:
            found.add(key)
        else:
            strangers += 1
        if found == sent or strangers > MOST_TASKS:
            break
    return found


def _complete(loading: Loading, server: TaskServer, project: int) -> None:
    """Give tasks that have none of their annotations or predictions what the input has for them."""
    wanted = loading.index.incomplete()
    nothing = (0, 0, 0, 0)
    number, remote, annotated, predicted = next(wanted, nothing)
    guesses: list[Json] = []
    for record in loading.records() if number else ():
        if record.number != number:
            continue
        task = task_of(record.value)
        if not annotated and isinstance(task.annotations, list):
            server.add_annotations(remote, task.annotations, fingerprint(task.data).hex())
        if not predicted and isinstance(task.predictions, list):
            guesses += [{**one, "task": remote} for one in task.predictions if isinstance(one, dict)]
        if len(guesses) >= MOST_TASKS:
            server.add_predictions(project, guesses)
            guesses = []
        loading.tally.completed += 1
        number, remote, annotated, predicted = next(wanted, nothing)
    if guesses:
        server.add_predictions(project, guesses)


def _remove_doubles(loading: Loading, server: TaskServer, project: int) -> None:
    """Of tasks with the same data the first one stays; a copy that holds work which the first one lacks stays too."""
    own = (
        (remote, fingerprint(data))
        for remote, data, *_ in server.tasks(project)
        if loading.index.has(loading.key_of(data))
    )
    twins = list(loading.index.twins(own))
    concerned = {remote for pair in twins for remote in pair}
    work = {remote: results for remote, results in server.work(project) if remote in concerned}
    removable = [copy for first, copy in twins if _has_nothing_of_its_own(work.get(first), work.get(copy))]
    for begin in range(0, len(removable), MOST_TASKS):
        server.remove_tasks(project, removable[begin : begin + MOST_TASKS])
    loading.tally.doubles_removed = len(removable)
    loading.tally.doubles_left = len(twins) - len(removable)


def _has_nothing_of_its_own(first: list[Json] | None, copy: list[Json] | None) -> bool:
    """None is a task with a draft, or one that is gone."""
    return copy is not None and (not copy or (first is not None and all(one in first for one in copy)))


def refuse(loadings: Sequence[Loading]) -> None:
    """LsformError when anything in the input is wrong."""
    errors = sum(one.complaints.errors for one in loadings)
    if errors:
        invalid, read = (sum(getattr(one.tally, name) for one in loadings) for name in ("invalid", "read"))
        hint = "`--skip-invalid` imports the others"
        raise LsformError(f"{invalid} of {read} records cannot be imported; nothing was sent", hint=hint)
