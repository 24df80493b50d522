"""One pass over one stack, on a server in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from lsform.core.errors import ExitCode, ServerError, ServerUnavailable
from lsform.core.events import Detail, Event
from lsform.engine.guard import Permission
from lsform.engine.model import Impact
from lsform.reconcile.keep import Keeper
from lsform.reconcile.leading import Leadership
from lsform.reconcile.model import Ending, Pass, Subject
from lsform.reconcile.pausing import pause, resume
from lsform.reconcile.source import Checkout
from lsform.state import StateLock, StateStore
from tests.fakes import MemoryServer

NOW = datetime(2026, 11, 28, 12, tzinfo=timezone.utc)
STACK = """\
apiVersion: lsform/v1
kind: Stack
metadata: {name: test}
spec: {server: {url: "http://memory", api_key: "${env:KEY}"}}
"""
PROJECT = """\
---
apiVersion: lsform/v1
kind: Project
metadata: {name: signs}
spec: {title: Signs, maximum_annotations: 2}
"""


class Bench:
    """A stack in a folder, its server, and one replica that keeps it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = MemoryServer()
        self.told: list[Event] = []
        self.keeper = Keeper(
            process={"KEY": "canary"},
            leadership=Leadership(timedelta(minutes=2)),
            connect=lambda _url, _key: self.server,
            tell=self.told.append,
            now=lambda: NOW,
        )
        self.store = StateStore.open("file:.lsform/state", base=folder, stack="test")

    def write(self, text: str) -> None:
        (self.folder / "lsform.yaml").write_text(STACK + text, "utf-8")

    def keep(self, **options: object) -> Pass:
        return replace(self.keeper, **options)(Subject("test", "."), Checkout(self.folder))  # type: ignore[arg-type]

    @property
    def news(self) -> list[str]:
        return [one.text for one in self.told if one.detail is Detail.NEWS]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    made.write(PROJECT)
    yield made
    made.keeper.leadership.close()


def test_what_is_declared_is_made_once_and_told_in_one_event_a_change(bench: Bench) -> None:
    assert (Ending.APPLIED, (("create", "applied"),)) == ((done := bench.keep()).ending, done.changes)
    assert ["test: ok project.signs: created (id 1)"] == bench.news
    (event,) = [one for one in bench.told if one.detail is Detail.NEWS]
    told = {"stack": "test", "revision": "", "address": "project.signs", "action": "create", "result": "applied"}
    assert told == event.fields
    bench.server.writes.clear()
    assert (Ending.STEADY, []) == (bench.keep().ending, bench.server.writes)


def test_a_steady_pass_leaves_the_state_and_its_lock_alone(bench: Bench) -> None:
    bench.keep()
    before = (bench.folder / ".lsform/state/test.json").read_bytes()
    with StateLock(bench.store, command="apply"):  # somebody else is at it, which concerns nobody here
        assert Ending.STEADY == bench.keep().ending
    assert before == (bench.folder / ".lsform/state/test.json").read_bytes()


def test_a_lost_state_is_written_anew_without_any_change(bench: Bench) -> None:
    bench.keep()
    (bench.folder / ".lsform/state/test.json").unlink()
    bench.server.writes.clear()
    assert (Ending.STEADY, []) == (bench.keep().ending, bench.server.writes)
    assert (bench.folder / ".lsform/state/test.json").exists()


@pytest.mark.parametrize(
    ("on_drift", "ending", "title", "told"),
    [
        ("revert", Ending.APPLIED, "Signs", "the manifest is put back"),
        ("report", Ending.STEADY, "By hand", "it is left so"),
        ("ignore", Ending.STEADY, "By hand", ""),
    ],
)
def test_drift_is_reverted_reported_or_ignored_as_declared(
    bench: Bench, on_drift: str, ending: Ending, title: str, told: str
) -> None:
    bench.write(PROJECT.replace("Signs, ", f"Signs, lifecycle: {{on_drift: {on_drift}}}, "))
    bench.keep()
    bench.server.records["project"][1]["title"] = "By hand"
    done = bench.keep()
    assert (ending, title) == (done.ending, bench.server.records["project"][1]["title"])
    assert told in "".join(done.drift or ())
    assert (1 if told else 0) == len(done.drift or ())


def test_manifests_with_mistakes_are_refused_with_all_of_them_and_nothing_is_written(bench: Bench) -> None:
    bench.write(PROJECT.replace("title", "titel").replace("annotations", "anotations"))
    done = bench.keep()
    assert (Ending.REFUSED, ExitCode.ERROR, []) == (done.ending, done.code, bench.server.writes)
    assert 2 == done.problem.count("error LSFM")
    bench.write(PROJECT)
    assert Ending.APPLIED == bench.keep().ending


def test_a_stack_that_is_not_there_is_refused(bench: Bench) -> None:
    (bench.folder / "lsform.yaml").unlink()
    assert (Ending.REFUSED, True) == ((done := bench.keep()).ending, "there is no `lsform.yaml`" in done.problem)


def test_nothing_is_pruned_unless_told_and_guards_still_refuse(bench: Bench) -> None:
    bench.write(PROJECT + PROJECT.replace("signs", "old"))
    bench.keep()
    bench.write(PROJECT)
    assert (Ending.STEADY, 2) == (bench.keep().ending, len(bench.server.records["project"]))
    bench.server.impacts = dict.fromkeys(bench.server.records["project"], Impact(tasks=3))
    done = bench.keep(prune=True)
    assert (Ending.REFUSED, ExitCode.REFUSED, 2) == (done.ending, done.code, len(bench.server.records["project"]))
    assert "LSFG02 `project.old` has 3 tasks" in done.problem
    assert Ending.APPLIED == bench.keep(prune=True, permission=Permission(destroy=("project.old",))).ending
    assert 1 == len(bench.server.records["project"])


def test_a_refused_plan_still_tells_of_drift(bench: Bench) -> None:
    bench.write(PROJECT + PROJECT.replace("signs", "old"))
    bench.keep()
    bench.write(PROJECT)
    bench.server.impacts = dict.fromkeys(bench.server.records["project"], Impact(tasks=3))
    bench.server.records["project"][2]["title"] = "By hand"
    done = bench.keep(prune=True)
    assert (Ending.REFUSED, 1) == (done.ending, len(done.drift or ()))


def test_a_pause_lets_it_look_and_not_write_until_it_ends(bench: Bench) -> None:
    bench.keep()
    bench.server.records["project"][1]["title"] = "By hand"
    pause(bench.store, reason="a backup", by="ann", now=NOW, length=timedelta(hours=1))
    done = bench.keep()
    assert (Ending.PAUSED, "paused by ann until 2026-11-28T13:00:00+00:00: a backup") == (done.ending, done.problem)
    assert (1, "By hand") == (len(done.drift or ()), bench.server.records["project"][1]["title"])
    assert Ending.APPLIED == bench.keep(now=lambda: NOW + timedelta(hours=1)).ending


def test_a_pause_can_be_ended_and_made_longer(bench: Bench) -> None:
    for hours in (1, 5):
        pause(bench.store, reason="a backup", by="ann", now=NOW, length=timedelta(hours=hours))
    assert "2026-11-28T17:00" in bench.keep().problem
    assert (True, False) == (resume(bench.store), resume(bench.store))
    assert Ending.APPLIED == bench.keep().ending


def test_a_pause_that_cannot_be_read_is_no_leave_to_write(bench: Bench) -> None:
    bench.store.objects.replace("test.pause", b"{", seen=None)
    assert (Ending.FAILED, []) == (bench.keep().ending, bench.server.writes)


def test_one_replica_leads_and_the_other_says_who_does(bench: Bench) -> None:
    bench.keep()
    other = replace(bench.keeper, leadership=Leadership(timedelta(minutes=2)))
    bench.server.calls.clear()
    done = other(Subject("test", "."), Checkout(bench.folder))
    assert (Ending.STANDBY, 0) == (done.ending, bench.server.calls.total())
    assert "`reconcile` of " in done.problem and done.problem.endswith(" leads")
    bench.keeper.leadership.close()
    assert Ending.STEADY == other(Subject("test", "."), Checkout(bench.folder)).ending
    assert Ending.STANDBY == bench.keep().ending
    other.leadership.close()


def test_a_leader_that_has_lost_its_lease_stands_by(bench: Bench) -> None:
    bench.keep()
    bench.store.objects.delete("test.leader")  # as after a long sleep, when another has taken over
    other = replace(bench.keeper, leadership=Leadership(timedelta(minutes=2)))
    assert Ending.STEADY == other(Subject("test", "."), Checkout(bench.folder)).ending
    assert Ending.STANDBY == bench.keep().ending
    other.leadership.close()
    assert Ending.STEADY == bench.keep().ending


def test_a_state_in_the_clone_is_warned_of_once(bench: Bench) -> None:
    for _ in range(2):
        bench.keeper(Subject("test", "."), Checkout(bench.folder, "abc"))
    assert 1 == sum("the state is in the clone" in one for one in bench.news)


def test_a_stack_outside_the_repository_is_refused(bench: Bench) -> None:
    done = bench.keeper(Subject("test", ".."), Checkout(bench.folder, "abc"))
    assert (Ending.REFUSED, "`..` is outside the repository") == (done.ending, done.problem)


def test_it_waits_for_somebody_who_applies(bench: Bench) -> None:
    with StateLock(bench.store, command="apply"):
        done = bench.keep()
    assert (Ending.LOCKED, []) == (done.ending, bench.server.writes)
    assert "is locked by `apply`" in done.problem


def test_errors_of_the_server_end_the_pass_and_nothing_else(bench: Bench) -> None:
    bench.server.faults["list"] = [ServerUnavailable("the server is away")]
    done = bench.keep()
    assert (Ending.FAILED, ExitCode.UNREACHABLE, "the server is away") == (done.ending, done.code, done.problem)
    bench.server.faults["create"] = [ServerError("no", status=400)]
    done = bench.keep()
    assert (Ending.FAILED, ExitCode.PARTIAL) == (done.ending, done.code)
    assert ("1 of 1 changes not done: project.signs: no", (("create", "failed"),)) == (done.problem, done.changes)
    assert Ending.APPLIED == bench.keep().ending


def test_a_bug_ends_the_pass_without_values(bench: Bench) -> None:
    def broken(_url: str, _key: object) -> MemoryServer:
        raise KeyError("canary")

    done = bench.keep(connect=broken)
    assert (Ending.FAILED, True, False) == (done.ending, "KeyError" in done.problem, "canary" in done.problem)


def test_told_to_stop_it_finishes_the_write_in_flight(bench: Bench) -> None:
    bench.write(PROJECT + PROJECT.replace("signs", "other"))
    done = bench.keep(should_stop=lambda: bool(bench.server.writes))
    assert (Ending.INTERRUPTED, ExitCode.INTERRUPTED) == (done.ending, done.code)
    assert (("create", "applied"), ("create", "skipped")) == done.changes
    assert Ending.APPLIED == bench.keep().ending
    assert 2 == len(bench.server.records["project"])
