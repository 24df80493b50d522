"""A loop that runs for weeks: memory, files and threads stay as they are."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from lsform.reconcile.health import Health
from lsform.reconcile.keep import Keeper
from lsform.reconcile.leading import Leadership
from lsform.reconcile.loop import Loop, Rhythm
from lsform.reconcile.metrics import Metrics
from lsform.reconcile.model import Ending, Subject
from lsform.reconcile.source import Folder
from lsform.reconcile.telling import Notifier, Teller
from tests.fakes import MemoryServer
from tests.unit.reconcile.test_keep import STACK

PROJECT = """\
---
apiVersion: lsform/v1
kind: Project
metadata: {{name: p{number}}}
spec:
  title: Project {number}
  interface: {{template: image-classification, vars: {{choices: [Stop, Yield]}}}}
  lifecycle: {{on_drift: {on_drift}}}
"""


class Estate:
    """Projects on a server in memory, in a loop that does not wait; two of them have drift now and then."""

    def __init__(self, folder: Path, projects: int) -> None:
        drifts = ("report", "revert")
        manifests = "".join(PROJECT.format(number=number, on_drift=drifts[number % 2]) for number in range(projects))
        (folder / "lsform.yaml").write_text(STACK + manifests, "utf-8")
        self.server = MemoryServer()
        self.posted = 0
        self.rounds = 0
        self.endings: set[Ending] = set()
        self.leadership = Leadership(timedelta(minutes=2))
        health = Health(lambda: 0.0, 60, frozenset({"test"}))
        told: Callable[[object], None] = lambda _event: None  # noqa: E731
        keeper = Keeper({"KEY": "k"}, self.leadership, lambda _url, _key: self.server, told)
        teller = Teller(told, Notifier(self.post, told))
        self.loop = Loop(
            Folder(folder), [Subject("test", ".")], keeper, [teller, health, Metrics(), self.hear],
            Rhythm(0, standby=0), clock=lambda: 0.0, wait=lambda _seconds: None,
            chance=lambda: 0.5,
        )  # fmt: skip

    def post(self, _text: str) -> None:
        self.posted += 1

    def hear(self, done: object) -> None:
        self.endings.add(done.ending)  # type: ignore[attr-defined]

    def run(self, rounds: int) -> None:
        for _ in range(rounds):
            self.rounds += 1
            if self.rounds % 10 == 0:  # somebody changes two projects: one is put back, one is told
                for remote in (1, 2):
                    self.server.records["project"][remote]["title"] = f"By hand {self.rounds}"
            self.loop.round()
            self.server.writes.clear()  # the fake remembers all of them


def measured() -> tuple[int, int, int]:
    """Bytes of memory, open files and connections, threads."""
    gc.collect()
    process = psutil.Process()
    return process.memory_info().rss, len(os.listdir("/proc/self/fd")), threading.active_count()  # noqa: PTH208


@pytest.fixture
def estate(tmp_path: Path) -> Iterator[Callable[[int], Estate]]:
    made: list[Estate] = []

    def make(projects: int) -> Estate:
        made.append(Estate(tmp_path, projects))
        return made[-1]

    yield make
    for one in made:
        one.leadership.close()


@pytest.mark.parametrize(
    ("projects", "rounds", "most_growth"),
    [(5, 60, 4_000_000), pytest.param(50, 1000, 4_000_000, marks=[pytest.mark.long, pytest.mark.timeout(3600)])],
)
def test_many_rounds_leave_nothing_behind(
    estate: Callable[[int], Estate], projects: int, rounds: int, most_growth: int
) -> None:
    loop = estate(projects)
    loop.run(rounds // 5)  # until caches are full
    before, files, threads = measured()
    loop.run(rounds)
    after, files_now, threads_now = measured()
    print(f"{rounds} rounds over {projects} projects: {before} -> {after} bytes, {files} -> {files_now} files")
    assert {Ending.STEADY, Ending.APPLIED} == loop.endings
    assert loop.posted >= rounds // 10
    assert (files, threads) == (files_now, threads_now)
    assert after - before < most_growth
