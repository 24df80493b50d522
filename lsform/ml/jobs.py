"""Trainings, waiting and done: many annotations make one training, and never two run at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from enum import Enum
from uuid import uuid4

from lsform.core.errors import LsformError
from lsform.core.values import Json
from lsform.ml.calling import Cause

REMEMBERED = 100  # jobs that are done and still told of

Sleep = Callable[[float], Awaitable[None]]


class Status(Enum):
    """Where a job is; the words of Label Studio's `job_status`."""

    QUEUED = "queued"
    STARTED = "started"
    FINISHED = "finished"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        return self in (Status.FINISHED, Status.FAILED)


def now() -> datetime:
    return datetime.now(timezone.utc)


@dataclass(slots=True)
class Job:
    """One training of one project's model. `message` is what it said last, `events` how many made it."""

    project: str
    cause: Cause
    id: str = field(default_factory=lambda: uuid4().hex[:12])
    status: Status = Status.QUEUED
    events: int = 0
    created_at: datetime = field(default_factory=now)
    started_at: datetime | None = None
    finished_at: datetime | None = None
    tasks: int = 0
    message: str = ""
    error: str = ""
    version: str = ""
    due: asyncio.Event = field(default_factory=asyncio.Event)

    def document(self) -> dict[str, Json]:
        """The job as `/jobs` tells it."""
        times = {"created_at": self.created_at, "started_at": self.started_at, "finished_at": self.finished_at}
        return {
            "id": self.id,
            "project": self.project,
            "status": self.status.value,
            "event": self.cause.event,
            "events": self.events,
            **{name: time.isoformat(timespec="milliseconds") if time else None for name, time in times.items()},
            "tasks": self.tasks,
            "message": self.message,
            "error": self.error,
            "version": self.version,
        }


def _reason(error: Exception) -> str:
    hint = error.hint if isinstance(error, LsformError) else ""
    return f"{error} ({hint})" if hint else str(error)


class Jobs:
    """Runs trainings with `run`, which fills in what it learns and raises LsformError when it fails.

    An annotation makes a training `debounce` seconds later, and those that come in between join it: labeling that
    never pauses is learnt from all the same. What somebody asks for starts at once.
    """

    def __init__(self, run: Callable[[Job], Awaitable[None]], *, debounce: float, sleep: Sleep = asyncio.sleep) -> None:
        self._run = run
        self._debounce = debounce
        self._sleep = sleep
        self._waiting: dict[str, Job] = {}
        self._one = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._known: dict[str, Job] = {}

    def all(self) -> list[Job]:
        """Every job that is remembered, the oldest first."""
        return list(self._known.values())

    def get(self, name: str) -> Job | None:
        return self._known.get(name)

    def ask(self, project: str, cause: Cause, *, at_once: bool) -> Job:
        """The training that will know of this; a new one when none waits to begin."""
        job = self._waiting.get(project)
        if job is None:
            job = self._waiting[project] = Job(project, cause)
            self._remember(job)
            task = asyncio.create_task(self._train(job))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        job.cause = cause
        job.events += 1
        if at_once:
            job.due.set()
        return job

    async def close(self) -> None:
        """End what runs and forget what waits."""
        tasks = [*self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _train(self, job: Job) -> None:
        await self._until_due(job)
        async with self._one:
            del self._waiting[job.project]
            job.status, job.started_at = Status.STARTED, now()
            try:
                await self._run(job)
                job.status = Status.FINISHED
            except (LsformError, OSError) as error:
                job.status, job.error = Status.FAILED, _reason(error)
            finally:
                job.finished_at = now()
                if not job.status.is_final:
                    job.status, job.error = Status.FAILED, "ended before it was done"

    async def _until_due(self, job: Job) -> None:
        waits = [asyncio.ensure_future(self._sleep(self._debounce)), asyncio.ensure_future(job.due.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waits:
                one.cancel()

    def _remember(self, job: Job) -> None:
        self._known[job.id] = job
        for old in [one.id for one in self.all() if one.status.is_final][:-REMEMBERED]:
            del self._known[old]
