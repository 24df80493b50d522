"""Use cases of models: labeled tasks for a training, a training on request, predictions anew."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lsform import labeling
from lsform.core.errors import LsformError, ServerError, UsageError
from lsform.core.values import Json, Secret, reveal
from lsform.data.reading import Tasks
from lsform.labeling import Labeling, Project
from lsform.ml.service import Access, Annotated
from lsform.resources.ml_backend import ML_BACKEND
from lsform.server.models import Backend, LabelStudioModels, ModelServer

POLL = 0.5  # seconds between two looks at a training
FINAL = frozenset({"finished", "failed"})
NO_SECRET = Secret("", "none")


def annotated(own: Access | None) -> Annotated:
    """What fetches labeled tasks: with the user's own access, or that which Label Studio hands to backends."""

    def fetch(project: int, access: Access | None, into: Path) -> int:
        way = own or access
        if way is None:
            raise LsformError("Label Studio has not said since the start where it is", hint=WAY_BACK)
        server = LabelStudioModels(way.url, way.token)
        try:
            server.info()
            return _fetched(server, project, into)
        except ServerError as error:
            raise LsformError(f"the labeled tasks cannot be fetched: {error.message}", hint=WAY_BACK) from None
        finally:
            server.close()

    return fetch


WAY_BACK = (
    "set LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY for `lsform ml serve`: the token that Label Studio hands to "
    "backends is a legacy one, which most servers do not accept any more"
)


def _fetched(server: LabelStudioModels, project: int, into: Path) -> int:
    snapshot = server.snapshot(project, title="lsform training", unlabeled=False)
    part = into.with_suffix(".part")
    server.download(project, snapshot, part, progress=lambda _done, _total: None)
    server.forget_snapshot(project, snapshot)
    count = 0
    with part.open("rb") as stream, into.open("w", encoding="utf-8") as lines:
        for task in Tasks(stream, part.name):
            given = task.get("annotations")
            kept: list[Json] = [one for one in given if not _is_skipped(one)] if isinstance(given, list) else []
            if kept:
                lines.write(json.dumps({**task, "annotations": kept}, ensure_ascii=False) + "\n")
                count += 1
    part.unlink()
    return count


def _is_skipped(annotation: Json) -> bool:
    return isinstance(annotation, dict) and bool(annotation.get("was_cancelled"))


@dataclass(slots=True)
class Trained:
    """What came of a training. `waited` is false where the backend cannot be asked how it goes."""

    backend: str
    waited: bool
    version: str = ""
    tasks: int = 0
    error: str = ""


@dataclass(slots=True)
class Refreshed:
    """How many tasks were asked for, and how many of the project have predictions of `version` now.

    `chosen` is the project's `model_version`: Label Studio sorts and samples by the scores of that one and of no other.
    """

    version: str
    asked: int
    predictions: int
    chosen: str = ""


@dataclass(slots=True)
class Report:
    """All that one run did."""

    trained: list[Trained] = field(default_factory=list)
    refreshed: Refreshed | None = None


def train(opened: Labeling, meant: Project, *, timeout: float) -> Iterator[Trained]:
    """Train each backend of a project, one after the other, and wait where that can be seen."""
    for backend in _backends(opened, meant):
        yield _trained(opened, meant, backend, timeout)


def _trained(opened: Labeling, meant: Project, backend: Backend, timeout: float) -> Trained:
    served = ModelServer(backend.url, *_credentials(opened, backend))
    if not served.has_jobs():
        opened.server.train(backend)
        _accepted(opened, meant, backend)
        return Trained(backend.title, waited=False)
    before = {str(job["id"]) for job in served.jobs(meant.remote) if job["status"] in FINAL}
    opened.server.train(backend)
    _accepted(opened, meant, backend)
    deadline = time.monotonic() + timeout
    while True:
        job = _job(served, meant, backend, before)
        if job["status"] in FINAL:
            version, tasks = str(job["version"]), int(str(job["tasks"]))
            return Trained(backend.title, waited=True, version=version, tasks=tasks, error=str(job["error"]))
        if time.monotonic() > deadline:
            hint = "it goes on without lsform; `--timeout` waits longer"
            raise ServerError(f"the training of `{backend.title}` is still {job['status']}", hint=hint)
        opened.progress(f"{backend.title}: {job['message'] or job['status']}", done=0, total=0)
        time.sleep(POLL)


def _backends(opened: Labeling, meant: Project) -> list[Backend]:
    found = opened.server.backends(meant.remote)
    if not found:
        raise UsageError(f"`{meant.name}` has no ML backend", hint="declare one under `ml_backends`, and apply")
    return found


def _credentials(opened: Labeling, backend: Backend) -> tuple[Secret, Secret]:
    """What the manifest says for this address: the server does not tell passwords."""
    for one in opened.checked.compiled.desired.values():
        if one.kind is ML_BACKEND and str(reveal(one.attributes.get("url"))).rstrip("/") == backend.url.rstrip("/"):
            user, password = (one.attributes.get(name) for name in ("basic_auth_user", "basic_auth_pass"))
            if isinstance(user, Secret) and isinstance(password, Secret):
                return user, password
    return NO_SECRET, NO_SECRET


def _accepted(opened: Labeling, meant: Project, backend: Backend) -> None:
    now = next((one for one in opened.server.backends(meant.remote) if one.remote == backend.remote), None)
    if now is not None and now.error:
        hint = "its own log says more; has the model a method `fit`?"
        raise ServerError(f"the backend `{backend.title}` did not begin to train: {now.error}", hint=hint)


def _job(served: ModelServer, meant: Project, backend: Backend, before: set[str]) -> dict[str, Json]:
    """The newest training that was not over before."""
    found = [job for job in served.jobs(meant.remote) if job["id"] not in before]
    if not found:
        hint = "its class has no method `fit`, or it was started anew"
        raise ServerError(f"the backend `{backend.title}` knows of no training of `{meant.name}`", hint=hint)
    return found[-1]


def refresh(opened: Labeling, meant: Project, *, unlabeled: bool, slice_size: int) -> Refreshed:
    """Have the project's model predict again: tasks that have a prediction of its present version are left alone.

    In slices, as each is one request in which the server waits for the model. The server answers 200 whatever the
    model said, so its predictions are counted: ServerError when the first slice has brought none.
    """
    _backends(opened, meant)
    server, project = opened.server, meant.remote
    tasks = server.task_ids(project, unlabeled=unlabeled)
    for start in range(0, len(tasks), slice_size):
        opened.progress("predicting", done=start, total=len(tasks))
        server.predict(project, tasks[start : start + slice_size])
        found = _counted(opened, meant, len(tasks))
        if not found.predictions:
            hint = "the log of the model says why; Label Studio waits 100 seconds for a slice: is `--slice` too large?"
            raise ServerError(f"the model gave no predictions for `{meant.name}`", hint=hint)
    found = _counted(opened, meant, len(tasks))
    declared = labeling.declared(opened, meant, "model_version")
    if found.predictions and declared is None:
        server.choose(project, found.version)
    found.chosen = found.version if declared is None else str(declared)
    return found


def _counted(opened: Labeling, meant: Project, asked: int) -> Refreshed:
    first = min(_backends(opened, meant), key=lambda one: one.remote)  # the one that Label Studio asks
    version = first.version
    return Refreshed(version, asked, opened.server.prediction_counts(meant.remote).get(version, 0))
