"""Every call to the server fails, in each way in which it can, alone and together with another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from lsform.core.errors import LsformError, PlanRefused, ServerError, ServerUnavailable
from lsform.engine.model import Impact
from tests.unit.engine.estate import Estate, Fuse, FusedServer, declared
from tests.unit.engine.test_laws import assert_converged

BEFORE = (
    declared("project.a", title="Aaa"),
    declared("project.a/webhook.same", url="http://x/1"),
    declared("project.a/webhook.old", url="http://x/2"),
    declared("project.a/view.v", title="Mine", ordering=["tasks:id"]),
    declared("project.old", title="Old"),
    declared("project.old/view.v", title="Mine"),
)
AFTER = (
    declared("project.a", title="Bbb"),
    declared("project.a/webhook.same", url="http://x/3"),
    declared("project.a/webhook.new", url="http://x/2"),
    declared("project.a/view.v", title="Mine", ordering=[]),
    declared("project.new", title="New"),
    declared("project.new/import_storage.raw", path="/files", sync="on_create"),
)
FOLLOWED_BY = 2  # calls after a create that are about it
WRITES = frozenset({"create", "update", "delete", "sync"})


@dataclass(frozen=True)
class Fault:
    """What goes wrong: before or after the server has done it, and how the server did it."""

    name: str
    error: ServerError | None
    after: bool = False
    replayed: bool = False

    def fits(self, method: str) -> bool:
        if self.replayed:
            return method == "create"
        return method in WRITES or not self.after


LOST, REFUSED = ServerError("no answer"), ServerError("the server answered 403: no", status=403)
AWAY = ServerUnavailable("the server does not answer")
REPLAYED = Fault("replayed", None, replayed=True)
FAULTS = (
    Fault("lost before", LOST),
    Fault("lost after", LOST, after=True),
    Fault("refused", REFUSED),
    Fault("away", AWAY),
    REPLAYED,
    Fault("replayed and lost", LOST, after=True, replayed=True),
)


class FaultyServer(FusedServer):
    """A server whose calls, counted from 0, fail as told."""

    def __init__(self) -> None:
        super().__init__(Fuse())
        self.faults_at: Mapping[int, Fault] = {}
        self.made: list[str] = []
        self.failed: list[str] = []

    def _enter(self, method: str) -> None:
        fault = self.faults_at.get(len(self.made))
        self.made.append(method)
        self.replay_creates = int(fault is not None and fault.replayed)
        if fault is not None and not fault.after and fault.error is not None:
            self.failed.append(method)
            raise fault.error

    def _leave(self, method: str) -> None:
        fault = self.faults_at.get(len(self.made) - 1)
        if fault is not None and fault.after and fault.error is not None:
            raise fault.error


def estate_before() -> tuple[Estate, FaultyServer]:
    estate = Estate()
    estate.server = server = FaultyServer()
    estate.declare(*BEFORE)
    assert estate.apply().is_done
    estate.declare(*AFTER)
    server.made.clear()
    return estate, server


def places() -> list[tuple[int, Fault]]:
    """Every call of an apply with every fault that fits it."""
    estate, server = estate_before()
    assert estate.apply(prune=True).is_done
    return [(number, fault) for number, method in enumerate(server.made) for fault in FAULTS if fault.fits(method)]


def check(faults: Mapping[int, Fault]) -> None:
    estate, server = estate_before()
    server.faults_at = faults
    try:
        done = estate.apply(prune=True).is_done
    except LsformError:
        done = False
    server.faults_at = {}
    assert not (done and {*server.failed} - WRITES), "done, although a read failed"
    for _ in range(2):
        if done:
            break
        done = estate.apply(prune=True).is_done
    assert done
    assert_converged(estate)
    assert dict.fromkeys(estate.desired, 1) == {a: len(found) for a, found in estate.bearers().items()}


def test_any_call_may_fail_and_the_next_apply_mends_it() -> None:
    found = places()
    assert 100 < len(found), "lists, reads and writes"
    for number, fault in found:
        check({number: fault})


def test_after_a_create_that_went_wrong_what_looks_after_it_may_fail_as_well() -> None:
    found = places()
    creates = [one for one in found if one[1].replayed]
    assert creates
    for number, fault in creates:
        for later, another in found:
            if number < later <= number + FOLLOWED_BY:
                check({number: fault, later: another})


# -- what a replayed create left behind -------------------------------------------------------------------------------


@pytest.fixture
def twins() -> Estate:
    """A project and its twin: the server replayed the create, and nobody could look. Its answer was of the second."""
    estate = Estate()
    estate.server = server = FaultyServer()
    estate.declare(declared("project.a", title="Aaa"))
    estate.plan()
    number = len(server.made)  # as many calls as a plan has, and those of the check, come before the create
    server.made.clear()
    server.faults_at = {number + 1: REPLAYED, number + 2: Fault("lost before", LOST)}
    assert [("project.a", "failed")] == estate.apply().summary
    server.faults_at = {}
    assert [[1, 2]] == [*estate.bearers().values()]
    return estate


def test_a_twin_is_in_the_next_plan_and_goes_without_prune(twins: Estate) -> None:
    (change,) = twins.plan().changes
    assert ("delete", 1, "the server had replayed the create: it is the twin of 2") == (
        change.action.value,
        change.remote,
        change.reason,
    )
    assert twins.apply().is_done
    assert [[2]] == [*twins.bearers().values()]
    assert_converged(twins)
    assert frozenset() == twins.state.doubts
    assert ["project.a"] == [str(one) for one in twins.state.entries]


def test_a_twin_goes_beside_another_change_of_the_same_address(twins: Estate) -> None:
    twins.declare(declared("project.a", title="Bbb"))
    assert [("project.a", "applied"), ("project.a", "applied")] == twins.apply().summary
    assert [[2]] == [*twins.bearers().values()]
    assert_converged(twins)


def test_a_twin_that_somebody_works_in_is_not_deleted_unasked(twins: Estate) -> None:
    twins.server.impacts[1] = Impact(tasks=1)
    with pytest.raises(PlanRefused, match=r"`project\.a` has 1 task "):
        twins.apply()
    assert [[1, 2]] == [*twins.bearers().values()]


def test_a_plan_of_a_part_leaves_a_twin_and_the_doubt(twins: Estate) -> None:
    twins.declare(declared("project.a", title="Bbb"))
    assert [("project.a", "applied")] == twins.apply(targets=("project.a",)).summary
    assert [[1, 2]] == [*twins.bearers().values()]
    assert ["delete"] == [one.action.value for one in twins.plan().changes]


def test_a_copy_that_somebody_made_is_no_twin(twins: Estate) -> None:
    assert twins.apply().is_done
    record = twins.server.records["project"][2]
    twins.server.records["project"][9] = {**record}
    plan = twins.plan()
    assert ((), ["LSFP03"]) == (plan.changes, [one.code for one in plan.findings])
