"""Predictions of one model version onto tasks: each task has exactly the one that the file gives it. Talks by a port.

The server's bulk import drops what it does not like and says nothing but a number, and two posts make two predictions.
So what is there is compared first, only what differs is sent, what the server says it made is counted, and the
predictions that are replaced go after the new ones are in. Where an answer was lost or the count is not what it should
be, the same is done again from the start: it ends when there is nothing left to do.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from lsform.core.diagnostics import Said, Severity
from lsform.core.errors import ServerError
from lsform.core.values import Json
from lsform.data.index import Place, There
from lsform.data.intake import CHECKED, Loading, Record, Tell, look_through
from lsform.data.loading import GATEWAY, SETTLE, Live
from lsform.data.tasks import Data, fingerprint
from lsform.data.validation import Checker

MOST = 500  # predictions in a batch: the server works through them in parts of this size
ROUNDS = 3
KNOWN = ("task", "result", "score", "model_version")


class PredictionServer(Protocol):
    """What this needs of a server."""

    def count_tasks(self, project: int) -> int: ...

    def count_predictions(self, project: int) -> int: ...

    def tasks(self, project: int) -> Iterator[Live]: ...

    def predictions(self, project: int, version: str) -> Iterator[tuple[int, int, Json]]: ...

    def add_predictions(self, project: int, predictions: list[Json]) -> int: ...

    def remove_prediction(self, prediction: int) -> None: ...


@dataclass(slots=True)
class Result:
    """What an import of predictions did."""

    created: int = 0
    replaced: int = 0
    unchanged: int = 0


@dataclass(slots=True)
class _Batch:
    """Predictions that are sent together, and those that they replace."""

    new: list[Json] = field(default_factory=list)
    old: list[int] = field(default_factory=list)


def prediction_of(value: Json, version: str) -> Data:
    """A row as a prediction; in tables the result may be JSON in a cell. What is wrong with it is told by `check`."""
    if not isinstance(value, dict):
        return {}
    result = value.get("result")
    if isinstance(result, str):
        try:
            result = json.loads(result)
        except ValueError:
            result = None
    return {**value, "result": result, "model_version": value.get("model_version") or version}


def check(loading: Loading, checker: Checker, version: str, tell: Tell) -> None:
    """The first pass: everything that is wrong with the rows, and the key of each good one in the index."""
    look_through(loading, lambda record: list(_look(loading, record, checker, version)), tell)


def _look(loading: Loading, record: Record, checker: Checker, version: str) -> Iterator[Said]:
    row = prediction_of(record.value, version)
    task = row.get("task")
    said = list(checker.prediction(row, ""))
    if row.get("model_version") != version and row:
        said.append(Said("LSFD05", "model_version", f"is `{row.get('model_version')}`, and not `{version}`"))
    if task is None:
        hint = 'a row is `{"task": 1, "result": [...], "score": 0.9}`'
        said.append(Said("LSFD01", "task", "is missing", hint))
    elif not loading.key_name and (isinstance(task, bool) or not isinstance(task, int)):
        hint = "`--key FIELD` tells tasks by a field of their data"
        said.append(Said("LSFD06", "task", f"is {json.dumps(task, ensure_ascii=False)}, and no id", hint))
    yield from said
    if not any(one.is_error for one in said):
        earlier = loading.index.add(record.number, fingerprint(task), Place(record.file, record.line))
        if earlier is not None:
            loading.tally.repeated += 1
            message = f"is for the same task as {loading.place(earlier.file, earlier.line)}"
            yield Said("LSFD07", "", message, "the first one counts", Severity.WARNING)


def find_tasks(loading: Loading, server: PredictionServer, project: int, tell: Tell) -> None:
    """Which tasks the rows are for; those of no task are errors."""
    count = server.count_tasks(project)

    def keyed() -> Iterator[There]:
        for done, (remote, data, *_) in enumerate(server.tasks(project) if count else (), start=1):
            yield There(remote, loading.key_of(data) if loading.key_name else fingerprint(remote))
            if done % CHECKED == 0:
                tell("comparing", done, count)

    loading.index.found(keyed())
    which = f"this `{loading.key_name}`" if loading.key_name else "this id"
    for place in loading.index.absent():
        said = Said("LSFD06", "task", f"is none of the project: no task has {which}")
        loading.complaints.add(said, loading.place(place.file, place.line))
        loading.tally.invalid += 1


def upsert(
    loading: Loading, server: PredictionServer, project: int, version: str, tell: Tell, *, settle: float = SETTLE
) -> Result:
    """The second pass: what differs is made anew and what it replaces goes."""
    made = Result()
    for attempt in range(1, ROUNDS + 1):
        before = server.count_predictions(project)
        _hold(loading, server, project, version, before)
        now = Result()
        try:
            _round(loading, server, project, version, tell, now)
        except ServerError as error:
            if not error.is_unclear or attempt == ROUNDS:
                raise
            made.created, made.replaced = made.created + now.created, made.replaced + now.replaced
            if error.status in GATEWAY:
                time.sleep(settle)
            continue
        made = Result(made.created + now.created, made.replaced + now.replaced, made.unchanged or now.unchanged)
        if server.count_predictions(project) == before + now.created - now.replaced:
            break
    return made


def _hold(loading: Loading, server: PredictionServer, project: int, version: str, count: int) -> None:
    found = server.predictions(project, version) if count else iter(())
    loading.index.hold((task, number, _content(said)) for task, number, said in found)


def _content(said: Json) -> bytes:
    """The server makes a float of each score."""
    assert isinstance(said, dict)
    score = said.get("score")
    return fingerprint([said.get("result"), float(score) if isinstance(score, int | float) else None])


def _round(loading: Loading, server: PredictionServer, project: int, version: str, tell: Tell, now: Result) -> None:
    total = loading.index.counts()[1]
    wanted = loading.index.there()
    number, task = next(wanted, (0, 0))
    batch, done = _Batch(), 0
    for record in loading.records() if number else ():
        if record.number != number:
            continue
        row = prediction_of(record.value, version)
        content, held = _content(row), loading.index.held(task)
        same = next((one for one, there in held if there == content), None)
        batch.old += [one for one, _ in held if one != same]
        if same is None:
            batch.new.append({"task": task, **{name: row[name] for name in KNOWN[1:] if row.get(name) is not None}})
        else:
            now.unchanged += 1
        done += 1
        if len(batch.new) == MOST or len(batch.old) >= MOST:
            _send(server, project, batch, now)
            batch = _Batch()
            tell("importing", done, total)
        number, task = next(wanted, (0, 0))
    _send(server, project, batch, now)


def _send(server: PredictionServer, project: int, batch: _Batch, now: Result) -> None:
    if batch.new:
        created = server.add_predictions(project, batch.new)
        now.created += created
        if created != len(batch.new):
            hint = "see the server's log; the ones that are missing fit the interface as lsform reads it"
            raise ServerError(f"the server made {created} of {len(batch.new)} predictions", hint=hint, status=422)
    for old in batch.old:
        server.remove_prediction(old)
        now.replaced += 1
