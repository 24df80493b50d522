"""The models of one process: loaded once, asked one after the other, trained elsewhere, swapped when that is done."""

from __future__ import annotations

import asyncio
import re
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from lsform.core.checksums import checksum
from lsform.core.errors import LsformError, UsageError
from lsform.core.values import Json, Secret
from lsform.interface.model import InterfaceError, LabelInterface, parse, without_marker
from lsform.ml import calling, training
from lsform.ml.answers import checked
from lsform.ml.calling import Cause, ModelClass
from lsform.ml.jobs import Job, Jobs, Sleep
from lsform.ml.training import Order
from lsform.ml.versions import Versions, named, write_whole

INTERFACE = "interface.xml"  # in the folder of a project, so that a restart knows it
SETUP_PATIENCE = 2.0  # seconds: Label Studio waits three for `/setup`
ANNOTATIONS = frozenset(
    {"ANNOTATION_CREATED", "ANNOTATIONS_CREATED", "ANNOTATION_UPDATED", "ANNOTATION_DELETED", "ANNOTATIONS_DELETED"}
)
START = "START_TRAINING"
SECRETS = frozenset({"task_data_login", "task_data_password", "token"})  # of a project, in its events

_PROJECT = re.compile(r"\w[\w.-]*")  # it names a folder
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Access:
    """The way back to the Label Studio server that set a project up."""

    url: str
    token: Secret


class Annotated(Protocol):
    """Writes the labeled tasks of a project into a file, one JSON a line, and says how many."""

    def __call__(self, project: int, access: Access | None, into: Path) -> int: ...


class Log(Protocol):
    """A line for the person at the terminal."""

    def __call__(self, text: str, *, level: str = "info") -> None: ...


@dataclass(frozen=True, slots=True)
class Settings:
    """How models are served: tasks a call of `predict`, seconds from an annotation to its training."""

    folder: Path
    batch: int = 16
    debounce: float = 60.0
    sleep: Sleep = asyncio.sleep


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model in memory, and which version it is."""

    model: object
    version: str


@dataclass(slots=True)
class Served:
    """One project, as it was last set up. `loaded` is done when its model is."""

    project: str
    xml: str
    interface: LabelInterface
    versions: Versions
    loaded: asyncio.Task[Loaded]
    access: Access | None = None


@dataclass(slots=True)
class Counts:
    """What `/metrics` counts."""

    requests: Counter[tuple[str, int]] = field(default_factory=Counter)
    tasks: int = 0
    seconds: float = 0.0


class Service:
    """Serves one class for any number of projects. All calls of a model are made in one thread, so none needs locks."""

    def __init__(self, model: ModelClass, settings: Settings, *, annotated: Annotated, log: Log) -> None:
        self.model = model
        self.counts = Counts()
        self.jobs = Jobs(self._train, debounce=settings.debounce, sleep=settings.sleep)
        self._settings = settings
        self._annotated = annotated
        self._log = log
        self._served: dict[str, Served] = {}
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="model")
        self._untrained = named(model.name, [("", checksum(source)) for source in model.sources()])

    # -- what Label Studio asks ------------------------------------------------------------------------------------

    def start(self) -> None:
        """Load the models of the projects that were served before."""
        for place in sorted(self._settings.folder.glob(f"*/{INTERFACE}")):
            with suppress(UsageError):
                self._serve(place.parent.name, place.read_text("utf-8"))

    async def close(self) -> None:
        """End trainings; a prediction under way is waited for."""
        await self.jobs.close()
        for one in self._served.values():
            one.loaded.cancel()
        self._worker.shutdown(wait=True, cancel_futures=True)

    async def setup(self, project: str, xml: str, access: Access | None) -> str:
        """Serve a project from now on; its version. A model that loads quickly and fails is told at once."""
        served = self._serve(project, xml)
        served.access = access or served.access
        write_whole(served.versions.folder / INTERFACE, served.xml)
        with suppress(asyncio.TimeoutError):
            return (await asyncio.wait_for(asyncio.shield(served.loaded), SETUP_PATIENCE)).version
        return served.versions.current

    async def predict(self, project: str, xml: str, tasks: Sequence[Json], context: Json) -> list[Json]:
        """One answer a task, all of one version."""
        served = self._serve(project, xml)
        loaded = await asyncio.shield(served.loaded)
        found: list[Json] = []
        for start in range(0, len(tasks), self._settings.batch):
            part = tasks[start : start + self._settings.batch]
            begun = time.monotonic()
            answer = await self._call("predicting", partial(calling.predict, loaded.model, part, context))
            self.counts.seconds += time.monotonic() - begun
            found += checked(answer, part, served.interface, loaded.version)
            self.counts.tasks += len(part)
        return found

    def event(self, action: str, data: Mapping[str, Json]) -> Job | None:
        """A training, when the event is a reason for one; None when it is not."""
        if not self.model.can_fit or (action != START and action not in ANNOTATIONS):
            return None
        record = data.get("project")
        project = self._meant(record)
        if isinstance(record, dict):  # the order of a training is a file
            data = {**data, "project": {key: value for key, value in record.items() if key not in SECRETS}}
        return self.jobs.ask(project, Cause(action, data), at_once=action == START)

    def projects(self) -> Iterator[tuple[str, list[str], str]]:
        """Each project, the versions that there are of its model, and the one in use."""
        for project, served in self._served.items():
            names = [self._untrained, *served.versions.trained()]
            yield project, names, served.versions.current

    # -- how it is done --------------------------------------------------------------------------------------------

    def _serve(self, project: str, xml: str) -> Served:
        """The project with this interface; its model begins to load when it is new, changed, or could not be loaded."""
        xml = without_marker(xml)
        known = self._served.get(project)
        if known is not None and known.xml == xml and not _has_failed(known.loaded):
            return known
        if not _PROJECT.fullmatch(project):
            raise UsageError(f"`{project}` is no project")
        try:
            interface = parse(xml)
        except InterfaceError as error:
            raise UsageError(f"the interface of project {project} cannot be read: {error}") from None
        versions = Versions(self._settings.folder / project, self.model.name, self._untrained)
        loaded = asyncio.create_task(self._load(project, xml, versions.current, versions.workdir))
        loaded.add_done_callback(self._loaded)
        served = Served(project, xml, interface, versions, loaded, known.access if known else None)
        self._served[project] = served
        return served

    async def _load(self, project: str, xml: str, version: str, workdir: Path | None) -> Loaded:
        return Loaded(await self._call("loading", partial(self.model.make, xml, project, workdir)), version)

    def _loaded(self, done: asyncio.Task[Loaded]) -> None:
        if _has_failed(done):
            self._log(str(done.exception()), level="error")
        elif not done.cancelled():
            self._log(f"{done.result().version} is loaded")

    async def _call(self, doing: str, function: Callable[[], Result]) -> Result:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._worker, partial(_foreign, doing, function))

    async def _train(self, job: Job) -> None:
        """Fetch what people labeled, train in a process, take the result into use."""
        served = self._served[job.project]
        folder = served.versions.folder / "training"
        shutil.rmtree(folder, ignore_errors=True)
        Order(self.model, served.xml, job.project, served.versions.workdir, job.cause).write(folder)
        try:
            if self.model.wants_tasks:
                job.message = "fetching what is labeled"
                number = int(job.project.partition(".")[0])
                job.tasks = await asyncio.to_thread(self._annotated, number, served.access, folder / training.TASKS)
            self._log(f"training {self.model.name} for project {job.project} on {job.tasks} tasks")
            await training.run(folder, partial(self._said, job))
            job.version = await self._take(job.project, folder / training.MODEL)
        except (LsformError, OSError) as error:
            self._log(f"project {job.project}: {error}", level="error")
            raise
        shutil.rmtree(folder, ignore_errors=True)
        self._log(f"project {job.project} is served by {job.version}")

    def _said(self, job: Job, line: str) -> None:
        job.message = line[: training.SHOWN]
        self._log(f"[{job.id}] {line}")

    async def _take(self, project: str, made: Path) -> str:
        """Load what a training left, and only then let it take the place of the old version."""
        served = self._served[project]
        name = await asyncio.to_thread(served.versions.keep, made)
        if name == served.versions.current:
            return name
        try:
            fresh = await self._load(project, served.xml, name, served.versions.place(name))
        except LsformError:
            served.versions.drop(name)
            raise
        served.versions.use(name)
        loaded = asyncio.create_task(_known(fresh))
        self._served[project] = replace(self._served[project], loaded=loaded)
        return name

    def _meant(self, record: Json) -> str:
        """The project of an event, which tells its id and when it was made, as its name has both."""
        number, moment = (record.get("id"), record.get("created_at")) if isinstance(record, dict) else (record, None)
        known = [name for name in self._served if name.partition(".")[0] == str(number)]
        if isinstance(moment, str):
            with suppress(ValueError):
                exact = f"{number}.{int(datetime.fromisoformat(moment.replace('Z', '+00:00')).timestamp())}"
                known = [exact] if exact in known else known
        if not known:
            raise UsageError(f"project {number} is not set up here", hint="check its connection in Label Studio")
        return known[-1]


async def _known(loaded: Loaded) -> Loaded:
    return loaded


def _has_failed(done: asyncio.Task[Loaded]) -> bool:
    return done.done() and (done.cancelled() or done.exception() is not None)


def _foreign(doing: str, function: Callable[[], Result]) -> Result:
    """Call what others wrote: whatever it raises is an error of the model, and no more than that."""
    try:
        return function()
    except Exception as error:
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = f" ({Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno})" if place else ""
        raise LsformError(f"{doing} failed: {type(error).__name__}: {error}{where}") from error
