"""Use cases of active learning: what models say of a pool of tasks, what to label first, and telling the server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lsform.core.diagnostics import Finding, Severity
from lsform.core.errors import LsformError, UsageError
from lsform.core.values import Json
from lsform.data.pool import LARGEST, Pool, Task
from lsform.data.predicting import prediction_of
from lsform.data.selection import Chosen, Selection, Wanted, select, vector_of
from lsform.data.sources import file_source
from lsform.labeling import Labeling, Project, declared
from lsform.resources.project import PROJECT

if TYPE_CHECKING:
    from lsform.data.opinions import Record

VERSION = "lsform-select"  # the model version of the scores that Label Studio's sampling follows
SAMPLING = "Uncertainty sampling"
TITLE = "Label these first"
VIEW_MARK = "lsform-select"  # a key in the data of our view
DECLARED = "lsform"  # that of views of a stack: one that was adopted is the manifest's, and no more ours
EVERY = 1_000  # tasks between two words of progress
KEPT = ("result", "score", "probabilities")


@dataclass(frozen=True, slots=True)
class Input:
    """Where opinions and embeddings come from: files, or the server when there are none."""

    folder: Path
    files: tuple[str, ...] = ()
    kind: str = ""
    key: str = ""
    versions: tuple[str, ...] = ()
    embedding: str = "embedding"
    embeddings: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What was chosen, from which versions' predictions, and the ids of the chosen tasks that are on the server."""

    selection: Selection
    versions: tuple[str, ...]
    remote: dict[Task, int]
    predictions: dict[Task, Record]


def choose(opened: Labeling, meant: Project, given: Input, wanted: Wanted, *, there: bool, done: bool) -> Result:
    """Choose what to label; with `there` only from tasks on the server, with `done` also from what was labeled."""
    with closing(Pool()) as pool:
        versions = _filled(opened, meant, given, wanted, pool, done=done)
        total = pool.count()

        def tell(number: int) -> None:
            if number % EVERY == 0:
                opened.progress("scoring", done=number, total=total)

        labels = wanted.measure.labels(meant.interface)
        found = select(pool.candidates(there=there), wanted, labels, pool.vector, tell)
        if not found.tasks:
            reason = next(iter(found.left_out), "somebody has worked on each of them" if total else "there are none")
            hint = "`lsform train` or `lsform predictions import` bring predictions; `--all-tasks` takes labeled ones"
            raise LsformError(f"`{meant.name}` has no tasks to choose: {reason}", hint=hint)
        ids = {one.task: pool.remote(one.task) for one in found.tasks}
        said = {one.task: next(iter(pool.said(one.task)), {}) for one in found.tasks}
    return Result(found, versions, {task: one for task, one in ids.items() if one is not None}, said)


def _filled(
    opened: Labeling, meant: Project, given: Input, wanted: Wanted, pool: Pool, *, done: bool
) -> tuple[str, ...]:
    is_committee = wanted.measure.is_of_committee
    if given.files:
        _read_tasks(opened, meant, given, pool, done=done)
        versions = _read_files(opened, given, pool, is_committee=is_committee)
    else:
        versions = given.versions or _versions(opened, meant, is_committee=is_committee)
        _read_predictions(opened, meant, given, pool, versions, done=done)
    _check_members(wanted.measure.strategy, versions, is_committee=is_committee)
    if given.embeddings:
        for _, task, row in _rows(given, (given.embeddings,)):
            if (vector := vector_of(row.get(given.embedding))) is not None:
                pool.place(task, vector)
    return versions


def _check_members(strategy: str, versions: tuple[str, ...], *, is_committee: bool) -> None:
    named = ", ".join(f"`{one}`" for one in versions) or "none"
    if is_committee and len(versions) < 2:
        hint = "name two or more by `--model-version`, or as files by `--from`"
        raise UsageError(f"`{strategy}` needs the predictions of several versions, and there are: {named}", hint=hint)
    if not is_committee and len(versions) > 1:
        hint = "say by `--model-version` which, or take `--strategy vote-entropy` or `kl`"
        raise UsageError(f"`{strategy}` takes the predictions of one version, and there are: {named}", hint=hint)


def _versions(opened: Labeling, meant: Project, *, is_committee: bool) -> tuple[str, ...]:
    """The versions that are meant when none is named: the project's own, or all that a committee can have."""
    there = sorted(one for one in opened.server.prediction_counts(meant.remote) if one != VERSION)
    current = _project(opened, meant, "model_version")
    return (current,) if current in there and not is_committee else tuple(there)


def _project(opened: Labeling, meant: Project, field: str) -> str:
    live = opened.server.get(PROJECT, meant.remote)
    return str(live.attributes.get(field) or "") if live is not None else ""


def _read_predictions(
    opened: Labeling, meant: Project, given: Input, pool: Pool, versions: tuple[str, ...], *, done: bool
) -> None:
    members = {version: number for number, version in enumerate(versions)}
    for count, (remote, data, is_done, said) in enumerate(opened.server.opinions(meant.remote), start=1):
        task = _name(given, remote, data)
        pool.there(task, remote, is_done=is_done and not done)
        for one in said if done or not is_done else ():
            if (member := members.get(str(one.get("model_version")))) is not None:
                pool.say(task, member, _kept(one))
        if (vector := vector_of(data.get(given.embedding))) is not None:
            pool.place(task, vector)
        if count % EVERY == 0:
            opened.progress("reading predictions", done=count, total=0)


def _name(given: Input, remote: int, data: Mapping[str, Json]) -> Task:
    """What a task is called: the field that is its key, or where it has none its id."""
    task = data.get(given.key) if given.key else remote
    return task if isinstance(task, int | str) and not isinstance(task, bool) else remote


def _read_tasks(opened: Labeling, meant: Project, given: Input, pool: Pool, *, done: bool) -> None:
    """Which tasks of the server the rows may be for, and which of those are done."""
    for count, (remote, data, labeled, _) in enumerate(opened.server.tasks(meant.remote), start=1):
        task = _name(given, remote, data)
        pool.there(task, remote, is_done=bool(labeled) and not done)
        if (vector := vector_of(data.get(given.embedding))) is not None:
            pool.place(task, vector)
        if count % EVERY == 0:
            opened.progress("reading tasks", done=count, total=0)


def _read_files(opened: Labeling, given: Input, pool: Pool, *, is_committee: bool) -> tuple[str, ...]:
    """A row without a version is of that of its file's name in a committee, and else of the one that there is."""
    members = {version: number for number, version in enumerate(given.versions)}
    for count, (name, task, row) in enumerate(_rows(given, given.files), start=1):
        version = str(row.get("model_version") or (name if is_committee else ""))
        if version in members or not given.versions:
            pool.say(task, members.setdefault(version, len(members)), _kept(row))
        if (vector := vector_of(row.get(given.embedding))) is not None:
            pool.place(task, vector)
        if count % EVERY == 0:
            opened.progress("reading files", done=count, total=0)
    return tuple(members)


def _rows(given: Input, names: Iterable[str]) -> Iterator[tuple[str, Task, Record]]:
    for name in names:
        for row in file_source(given.folder / name, name, given.kind).rows():
            record = prediction_of(row.value, "")
            task = record.get("task")
            if isinstance(task, bool) or not isinstance(task, int | str) or task == "":
                raise _no_task(name, row.line)
            if isinstance(task, int) and abs(task) >= LARGEST:
                raise _no_task(name, row.line)
            yield name, task, record


def _no_task(name: str, line: int) -> LsformError:
    hint = (
        'a row is `{"task": 1, "probabilities": {"Cat": 0.7, "Dog": 0.3}}`, or a prediction with `result` and `score`'
    )
    return LsformError(f"{name}:{line}: `task` is neither an id nor a text", hint=hint)


def _kept(said: Record) -> Record:
    return {name: said[name] for name in KEPT if said.get(name) is not None}


def show(opened: Labeling, meant: Project, found: Result, *, done: bool) -> int:
    """Have the view "Label these first" hold what was chosen and, unless `done`, is not labeled yet; its id."""
    ids: list[Json] = [*_ids(found)]
    items: list[Json] = [
        {"filter": "filter:tasks:id", "operator": "in_list", "type": "Number", "value": ids},
        {"filter": "filter:tasks:total_annotations", "operator": "equal", "type": "Number", "value": 0},
    ]
    new: dict[str, Json] = {
        "filters": {"conjunction": "and", "items": items[: 1 if done else 2]},
        "ordering": ["tasks:predictions_score"],
        VIEW_MARK: "select",
    }
    there = opened.server.views(meant.remote)
    ours = [(number, data) for number, data in there if VIEW_MARK in data and DECLARED not in data]
    number, before = min(ours, default=(None, {"title": TITLE, "type": "list", "target": "tasks"}), key=_first)
    return opened.server.put_view(meant.remote, number, {**before, **new})


def _first(view: tuple[int | None, dict[str, Json]]) -> int:
    return view[0] or 0


def _ids(found: Result) -> list[int]:
    return [found.remote[one.task] for one in found.selection.tasks if one.task in found.remote]


def check_sampling(opened: Labeling, meant: Project) -> None:
    """Refuse where the manifest would take back what `sample` is about to set."""
    for field, value in (("sampling", SAMPLING), ("model_version", VERSION)):
        said = declared(opened, meant, field)
        if said is not None and said != value:
            hint = f"leave `{field}` out of the manifest" + (", or declare that" if field == "sampling" else "")
            raise UsageError(f"`{meant.name}` declares `{field}: {said}`, and this needs `{value}`", hint=hint)


def sample(opened: Labeling, meant: Project, found: Result) -> int:
    """Give each chosen task a prediction whose score is its place, and let the project sample by these; how many.

    The old ones go when the new ones are there; a run that breaks off leaves some, which the next one removes.
    """
    server, chosen = opened.server, found.selection.tasks
    old = [number for _, number, _ in server.predictions(meant.remote, VERSION)]
    for place, one in enumerate(chosen):
        opened.progress("writing scores", done=place, total=len(chosen))
        server.add_prediction(_prediction(one, found, place / len(chosen)))
    server.update(PROJECT, meant.remote, {"model_version": VERSION, "sampling": SAMPLING}, project=None)
    for number in old:
        server.remove_prediction(number)
    return len(chosen)


def _prediction(one: Chosen, found: Result, score: float) -> dict[str, Json]:
    """What the model said, so that people see it, with the place in the order as its score: 0 comes first."""
    cluster: dict[str, Json] = {} if one.cluster is None else {"cluster": one.cluster}
    result = found.predictions[one.task].get("result", [])
    return {"task": found.remote[one.task], "result": result, "score": score, "model_version": VERSION, **cluster}


def findings(opened: Labeling, meant: Project, found: Selection, wanted: Wanted) -> Iterator[Finding]:
    """What is odd about the scores, and whether Label Studio hands tasks out by chance where it should not."""
    asks_models = wanted.by_chance < wanted.count
    for reason, count in sorted(found.left_out.items()) if asks_models else ():
        text = f"{count} of {found.considered} tasks have no score, as {reason}: the first is {found.first[reason]}"
        hint = (
            "put `probabilities` into the row, or into the `meta` of each result" if "probabilities" in reason else ""
        )
        yield Finding("LSFS02", Severity.WARNING, text, hint, address=meant.name)
    version, sampling = (_project(opened, meant, field) for field in ("model_version", "sampling"))
    if sampling == SAMPLING and not opened.server.predicts_unlabeled(meant.remote, version):
        text = f"Label Studio hands tasks out by chance: no unlabeled task has a prediction of the version `{version}`"
        hint = "`--sampling` writes such predictions; `lsform train --predict unlabeled` sets the version to its own"
        yield Finding("LSFS01", Severity.WARNING, text, hint, address=meant.name)
