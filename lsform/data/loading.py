"""Tasks into a project, each exactly once, whatever happens on the way. Talks to a server by its port.

What is there already is found by key among the project's own tasks: no marker, no state. A batch is sent once; when its
answer is unclear, what arrived is looked up before anything is sent again. Label Studio on SQLite may replay a request
inside, and what a killed import had sent last may come in later: so in the end tasks are counted, and when there are
too many, the later copies that came in meanwhile are removed, if nobody's work is lost with them.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from typing import Protocol, TypeAlias

from lsform.core.errors import ServerError
from lsform.core.values import Json
from lsform.data.batches import MOST_TASKS, Batch, Counts, body_of
from lsform.data.index import There
from lsform.data.intake import CHECKED, Loading, Tell
from lsform.data.tasks import Data, KeyOf, Task, fingerprint, task_of

SENDINGS = 3  # of one batch whose answer stays unclear
SETTLE = 20.0  # seconds in which a batch may still come in after its answer was lost
LOOK = 1.0  # seconds between two looks
GATEWAY = frozenset({0, 408, 429, 502, 503, 504})  # after these the server may still be at work

Live: TypeAlias = tuple[int, Data, int, int]  # a task on the server: id, data, number of annotations and predictions


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
    try:
        for batch, arrived in _delivered(loading, server, project, prepare, settle):
            is_whole &= arrived
            loading.tally.imported += len(batch.keys)
            tell("importing", loading.tally.imported, total - there)
    except ServerError:
        with suppress(ServerError):  # the next import would take copies for somebody's own
            _tidy(loading, server, project, before)
        raise
    if not is_whole:
        loading.index.recount(_keyed(loading, server.tasks(project), lambda done: tell("comparing", done, 0)))
    _complete(loading, server, project)
    _tidy(loading, server, project, before)


def _tidy(loading: Loading, server: TaskServer, project: int, before: int) -> None:
    """Remove copies, if there are more tasks than there should be."""
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
        body = body_of(prepare(task))
        if not batch.has_room(body) and batch.keys:
            yield batch
            batch = Batch()
        batch.add(key, body, task.beside)
        number, key = next(wanted, (0, b""))
    if batch.keys:
        yield batch


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
