"""When trainings begin, and how many there are."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from lsform.core.errors import LsformError
from lsform.ml.calling import Cause
from lsform.ml.jobs import Job, Jobs, Status


class Clock:
    """Stands until it is told to go on."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self._end = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        self.asked.append(seconds)
        await self._end.wait()

    def run_out(self) -> None:
        self._end.set()
        self._end = asyncio.Event()


class Trainings:
    """What runs: each waits until it may end."""

    def __init__(self) -> None:
        self.begun: list[Job] = []
        self.may_end = asyncio.Event()

    async def run(self, job: Job) -> None:
        self.begun.append(job)
        await self.may_end.wait()


def played(story: Callable[[Jobs, Clock, Trainings], Awaitable[None]]) -> None:
    async def play() -> None:
        clock, trainings = Clock(), Trainings()
        jobs = Jobs(trainings.run, debounce=60, sleep=clock.sleep)
        try:
            await story(jobs, clock, trainings)
        finally:
            await jobs.close()

    asyncio.run(play())


async def settled() -> None:
    """Everything that can go on has."""
    for _ in range(20):
        await asyncio.sleep(0)


def event(number: int) -> Cause:
    return Cause("ANNOTATION_CREATED", {"number": number})


def test_many_annotations_make_one_training_that_knows_the_last() -> None:
    async def story(jobs: Jobs, clock: Clock, trainings: Trainings) -> None:
        for number in range(50):
            jobs.ask("1.2", event(number), at_once=False)
            await settled()
        assert ([60], []) == (clock.asked, trainings.begun)
        clock.run_out()
        await settled()
        assert [(50, 49)] == [(job.events, job.cause.data["number"]) for job in trainings.begun]

    played(story)


def test_annotations_during_a_training_make_one_more_and_never_two_at_once() -> None:
    async def story(jobs: Jobs, clock: Clock, trainings: Trainings) -> None:
        jobs.ask("1.2", event(0), at_once=True)
        await settled()
        for number in (1, 2):
            jobs.ask("1.2", event(number), at_once=False)
            await settled()
        clock.run_out()
        await settled()
        assert (1, 2) == (len(trainings.begun), len(jobs.all()))
        trainings.may_end.set()
        await settled()
        assert [1, 2] == [job.events for job in trainings.begun]
        assert {Status.FINISHED} == {job.status for job in jobs.all()}

    played(story)


def test_who_asks_for_a_training_does_not_wait_for_the_pause() -> None:
    async def story(jobs: Jobs, _clock: Clock, trainings: Trainings) -> None:
        waiting = jobs.ask("1.2", event(0), at_once=False)
        asked = jobs.ask("1.2", Cause("START_TRAINING", {}), at_once=True)
        await settled()
        assert (True, [waiting]) == (asked is waiting, trainings.begun)

    played(story)


def test_projects_do_not_share_trainings() -> None:
    async def story(jobs: Jobs, clock: Clock, trainings: Trainings) -> None:
        trainings.may_end.set()
        jobs.ask("1.2", event(0), at_once=False)
        jobs.ask("3.4", event(0), at_once=False)
        await settled()
        clock.run_out()
        await settled()
        assert {"1.2", "3.4"} == {job.project for job in trainings.begun}

    played(story)


def test_a_training_that_is_cut_short_is_told_as_failed() -> None:
    async def story(jobs: Jobs, _clock: Clock, _trainings: Trainings) -> None:
        job = jobs.ask("1.2", event(0), at_once=True)
        await settled()
        await jobs.close()
        assert (Status.FAILED, "ended before it was done") == (job.status, job.error)

    played(story)


def test_the_reason_of_a_failure_comes_with_what_to_do() -> None:
    async def play() -> None:
        async def fail(_job: Job) -> None:
            raise LsformError("no", hint="try")

        jobs = Jobs(fail, debounce=0)
        job = jobs.ask("1.2", event(0), at_once=True)
        while not job.status.is_final:
            await asyncio.sleep(0)
        assert (Status.FAILED, "no (try)") == (job.status, job.error)

    asyncio.run(play())
