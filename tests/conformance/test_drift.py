"""What people change on the server: seen, told, put back or left alone, as the lifecycle says."""

from __future__ import annotations

import pytest

from lsform.core.values import Value
from lsform.engine.model import Plan
from lsform.resources import ResourceKind
from tests.conformance.bench import Bench, address
from tests.conformance.examples import Body, example_of, named


def declared(kind: ResourceKind) -> dict[str, Body]:
    """A resource with a field that somebody will change."""
    hand = example_of(kind).by_hand
    return {"it": {**example_of(kind).base, hand.key: hand.declared}}


def settled(bench: Bench, **lifecycle: object) -> None:
    """Apply one resource of each kind."""
    bench.declare_each(declared, lifecycle)  # type: ignore[arg-type]
    bench.settle()


def changed_by_hand(bench: Bench) -> None:
    for kind in bench.kinds:
        bench.by_hand(kind, example_of(kind).by_hand.body)


def drift(plan: Plan, kind: ResourceKind) -> list[tuple[tuple[str, ...], bool]]:
    return [(item.fields, item.missing) for item in plan.drift if item.address == address(kind)]


def reasons(plan: Plan, kind: ResourceKind) -> list[str]:
    return [change.reason for change in plan.changes if change.address == address(kind)]


def shown(bench: Bench, kind: ResourceKind) -> Value:
    """What the server has in the field that somebody changes."""
    return bench.live(kind).attributes[example_of(kind).by_hand.key]


def test_a_change_by_hand_is_told_as_drift_and_put_back(bench: Bench, subtests: pytest.Subtests) -> None:
    settled(bench)
    changed_by_hand(bench)
    plan = bench.plan()
    put_back = bench.attempt()
    for kind in bench.kinds:
        hand = example_of(kind).by_hand
        with subtests.test(kind=named(kind)):
            assert [((hand.key,), False)] == drift(plan, kind)
            assert ["it was changed on the server"] == reasons(plan, kind)
            assert [("update", [hand.key])] == put_back.planned(address(kind))
            assert ([], hand.declared) == (put_back.amiss(address(kind)), shown(bench, kind))
    assert {address(kind) for kind in bench.kinds} == put_back.touched


def test_an_ignored_field_is_set_once_and_then_left_alone(bench: Bench, subtests: pytest.Subtests) -> None:
    settled(bench, ignore=sorted({example_of(kind).by_hand.key for kind in bench.kinds}))
    for kind in bench.kinds:
        with subtests.test(kind=named(kind)):
            assert example_of(kind).by_hand.declared == shown(bench, kind)
    changed_by_hand(bench)
    assert [] == bench.settle()
    for kind in bench.kinds:
        with subtests.test(kind=named(kind)):
            assert example_of(kind).by_hand.declared != shown(bench, kind)


def test_drift_that_is_only_reported_stays_and_stays_reported(bench: Bench, subtests: pytest.Subtests) -> None:
    settled(bench, on_drift="report")
    changed_by_hand(bench)
    applied = bench.attempt()
    assert ((), {}) == (applied.plan.changes, applied.results)
    again = bench.plan()
    for kind in bench.kinds:
        hand = example_of(kind).by_hand
        with subtests.test(kind=named(kind)):
            assert [((hand.key,), False)] == drift(applied.plan, kind) == drift(again, kind)
            assert hand.declared != shown(bench, kind)


def test_drift_that_is_ignored_stays_and_is_not_told(bench: Bench, subtests: pytest.Subtests) -> None:
    settled(bench, on_drift="ignore")
    changed_by_hand(bench)
    assert [] == bench.settle()
    for kind in bench.kinds:
        with subtests.test(kind=named(kind)):
            assert example_of(kind).by_hand.declared != shown(bench, kind)


def test_what_is_declared_anew_wins_over_drift_that_is_left_alone(bench: Bench, subtests: pytest.Subtests) -> None:
    settled(bench, on_drift="ignore")
    changed_by_hand(bench)

    def anew(kind: ResourceKind) -> dict[str, Body]:
        example = example_of(kind)
        return {"it": {**example.base, example.by_hand.key: example.values[example.by_hand.key][0]}}

    bench.declare_each(anew, {"on_drift": "ignore"})
    done = bench.attempt()
    for kind in bench.kinds:
        with subtests.test(kind=named(kind)):
            assert [("update", [example_of(kind).by_hand.key])] == done.planned(address(kind))
            assert [] == done.amiss(address(kind))
    assert {address(kind) for kind in bench.kinds} == done.touched


def test_what_somebody_deleted_is_told_as_drift_and_made_again(bench: Bench, subtests: pytest.Subtests) -> None:
    settled(bench)
    for kind in bench.kinds:
        bench.world.remove(kind, bench.remote(address(kind)))
    plan = bench.plan()
    made_again = bench.attempt()
    for kind in bench.kinds:
        with subtests.test(kind=named(kind)):
            assert [((), True)] == drift(plan, kind)
            assert ["it is gone from the server"] == reasons(plan, kind)
            assert ["create"] == [action for action, _ in made_again.planned(address(kind))]
            assert [] == made_again.amiss(address(kind))
    assert {address(kind) for kind in bench.kinds} == made_again.touched
