"""When which stack has its turn, on a clock that the test moves."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from lsform.core.errors import ExitCode, LsformError
from lsform.reconcile.loop import SOURCE, Loop, Rhythm
from lsform.reconcile.model import Ending, Pass, Subject, ended, exit_code
from lsform.reconcile.source import Checkout, GitError

FOLDER = Path("stacks")


@dataclass
class World:
    """A clock, a source and stacks that do as they are told; what each of them was asked, and when."""

    endings: dict[str, list[Ending]] = field(default_factory=dict)
    revision: str = "a"
    broken_from: float = 0.0
    broken_until: float = 0.0
    now: float = 0.0
    until: float = 600.0
    fetched: list[float] = field(default_factory=list)
    kept: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    pushed: dict[float, str] = field(default_factory=dict)
    heard: list[Pass] = field(default_factory=list)
    chance: float = 0.5

    def checkout(self) -> Checkout:
        self.fetched.append(self.now)
        if self.broken_from <= self.now < self.broken_until:
            raise GitError("`git fetch` failed: no route")
        self.revision = next((new for at, new in sorted(self.pushed.items(), reverse=True) if at <= self.now), "a")
        return Checkout(FOLDER, self.revision)

    def keep(self, subject: Subject, checkout: Checkout) -> Pass:
        self.kept[subject.name].append(self.now)
        endings = self.endings.get(subject.name, [Ending.STEADY])
        ending = endings.pop(0) if len(endings) > 1 else endings[0]
        return ended(subject.name, ending, checkout.revision, LsformError("wrong"))

    def wait(self, seconds: float) -> None:
        assert seconds > 0  # no busy loop
        self.now += seconds

    def loop(self, *names: str) -> Loop:
        return Loop(
            source=self,
            subjects=[Subject(name, name) for name in names],
            keep=self.keep,
            listeners=[self.heard.append],
            rhythm=Rhythm(60.0, standby=15.0),
            clock=lambda: self.now,
            wait=self.wait,
            chance=lambda: self.chance,
            should_stop=lambda: self.now > self.until,
        )


def test_each_stack_has_a_pass_each_interval() -> None:
    world = World(until=150)
    world.loop("one", "two").run()
    assert ([0, 60, 120], [0, 60, 120]) == (world.kept["one"], world.kept["two"])


def test_once_is_one_round_without_a_wait() -> None:
    world = World()
    passes = world.loop("one", "two").run(once=True)
    assert ([SOURCE, "one", "two"], 0) == ([one.stack for one in passes], world.now)


def test_a_stack_that_fails_comes_later_each_time_and_holds_up_no_other() -> None:
    world = World({"bad": [Ending.FAILED] * 3 + [Ending.STEADY]}, until=1000)
    world.loop("bad", "good").run()
    assert [0, 120, 360, 840, 900, 960] == world.kept["bad"]
    assert [60.0 * number for number in range(17)] == world.kept["good"]


def test_no_backoff_is_longer_than_the_longest() -> None:
    done = ended("one", Ending.FAILED, "")
    assert 900 == Rhythm(60, standby=15).pause(done, 1000, 0.5)
    assert 3600 == Rhythm(3600, standby=15).pause(done, 1000, 0.5)


@pytest.mark.parametrize("ending", [Ending.REFUSED, Ending.LOCKED, Ending.PAUSED, Ending.INTERRUPTED])
def test_what_waits_for_people_is_looked_at_each_interval(ending: Ending) -> None:
    world = World({"one": [ending]}, until=150)
    world.loop("one").run()
    assert [0, 60, 120] == world.kept["one"]


def test_one_that_stands_by_looks_more_often_for_its_leader() -> None:
    world = World({"one": [Ending.STANDBY, Ending.STANDBY, Ending.STEADY]}, until=90)
    world.loop("one").run()
    assert [0, 15, 30, 90] == world.kept["one"]


def test_a_new_commit_ends_the_backoff() -> None:
    world = World({"one": [Ending.FAILED, Ending.FAILED, Ending.STEADY]}, until=250, pushed={170: "b"})
    world.loop("one").run()
    assert [0, 120, 180, 240] == world.kept["one"]


def test_a_source_that_fails_is_told_once_a_try_and_asks_nothing_of_the_stacks() -> None:
    world = World(broken_until=400, until=480)
    world.loop("one", "two").run()
    assert [0, 120, 360] == world.fetched
    assert {SOURCE} == {one.stack for one in world.heard if one.ending is Ending.FAILED}
    assert [] == world.kept["one"]


def test_stacks_have_no_turn_while_the_source_is_away() -> None:
    world = World(broken_from=30, broken_until=400, until=500)
    world.loop("one").run()
    assert ([0, 60, 180, 420, 480], [0, 420, 480]) == (world.fetched, world.kept["one"])


@pytest.mark.parametrize(("chance", "second"), [(0.0, 54), (1.0, 66)])
def test_pauses_vary_so_that_replicas_do_not_march_in_step(chance: float, second: float) -> None:
    world = World(chance=chance, until=second)
    world.loop("one").run()
    assert pytest.approx(second) == world.kept["one"][1]


def test_told_to_stop_it_begins_no_other_stack() -> None:
    world = World()
    loop = world.loop("one", "two")
    loop.listeners = [lambda done: setattr(world, "until", -1) if done.stack == "one" else None]
    passes = loop.run()
    assert [SOURCE, "one"] == [one.stack for one in passes]


@pytest.mark.parametrize(
    ("endings", "code"),
    [
        ([Ending.STEADY, Ending.APPLIED, Ending.PAUSED], ExitCode.DONE),
        ([Ending.STEADY, Ending.REFUSED, Ending.REFUSED], ExitCode.REFUSED),
        ([Ending.STANDBY], ExitCode.CONFLICT),
        ([Ending.LOCKED, Ending.REFUSED], ExitCode.ERROR),
        ([Ending.REFUSED, Ending.INTERRUPTED], ExitCode.INTERRUPTED),
    ],
)
def test_a_round_ends_as_those_that_did_not_end_well_agree(endings: list[Ending], code: ExitCode) -> None:
    assert code == exit_code(tuple(ended(str(number), one, "") for number, one in enumerate(endings)))
