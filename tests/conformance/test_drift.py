"""What people change on the server: seen, told, put back or left alone, as the lifecycle says."""

from __future__ import annotations

import pytest

from lsform.engine.model import Plan
from lsform.resources import KINDS, ResourceKind
from tests.conformance.bench import Bench, address, said
from tests.conformance.examples import ByHand, example_of, named

every_kind = pytest.mark.parametrize("kind", KINDS, ids=named)


def settled(bench: Bench, kind: ResourceKind, **lifecycle: object) -> ByHand:
    """Apply a resource with a field that somebody will change."""
    hand = example_of(kind).by_hand
    bench.declare(kind, lifecycle, it={**example_of(kind).base, hand.key: hand.declared})  # type: ignore[arg-type]
    bench.settle()
    return hand


def drift(plan: Plan) -> list[tuple[str, tuple[str, ...], bool]]:
    return [(str(item.address), item.fields, item.missing) for item in plan.drift]


@every_kind
def test_a_change_by_hand_is_told_as_drift_and_put_back(bench: Bench, kind: ResourceKind) -> None:
    hand = settled(bench, kind)
    bench.by_hand(kind, hand.body)
    plan = bench.plan()
    assert [(str(address(kind)), (hand.key,), False)] == drift(plan)
    assert "it was changed on the server" == plan.changes[0].reason
    assert [("update", str(address(kind)), [hand.key])] == bench.settle()
    assert hand.declared == bench.live(kind).attributes[hand.key]


@every_kind
def test_an_ignored_field_is_set_once_and_then_left_alone(bench: Bench, kind: ResourceKind) -> None:
    hand = settled(bench, kind, ignore=[example_of(kind).by_hand.key])
    assert hand.declared == bench.live(kind).attributes[hand.key]
    bench.by_hand(kind, hand.body)
    assert [] == bench.settle()
    assert hand.declared != bench.live(kind).attributes[hand.key]


@every_kind
def test_drift_that_is_only_reported_stays_and_stays_reported(bench: Bench, kind: ResourceKind) -> None:
    hand = settled(bench, kind, on_drift="report")
    bench.by_hand(kind, hand.body)
    applied = bench.apply()
    assert ([], {}) == (said(applied.plan), applied.results)
    assert [(str(address(kind)), (hand.key,), False)] == drift(applied.plan) == drift(bench.plan())
    assert hand.declared != bench.live(kind).attributes[hand.key]


@every_kind
def test_drift_that_is_ignored_stays_and_is_not_told(bench: Bench, kind: ResourceKind) -> None:
    hand = settled(bench, kind, on_drift="ignore")
    bench.by_hand(kind, hand.body)
    assert [] == bench.settle()
    assert hand.declared != bench.live(kind).attributes[hand.key]


@every_kind
def test_what_is_declared_anew_wins_over_drift_that_is_left_alone(bench: Bench, kind: ResourceKind) -> None:
    hand, example = settled(bench, kind, on_drift="ignore"), example_of(kind)
    bench.by_hand(kind, hand.body)
    bench.declare(kind, {"on_drift": "ignore"}, it={**example.base, hand.key: example.values[hand.key][0]})
    assert [("update", str(address(kind)), [hand.key])] == bench.settle()


@every_kind
def test_what_somebody_deleted_is_told_as_drift_and_made_again(bench: Bench, kind: ResourceKind) -> None:
    settled(bench, kind)
    bench.world.remove(kind, bench.remote(address(kind)))
    plan = bench.plan()
    assert [(str(address(kind)), (), True)] == drift(plan)
    assert "it is gone from the server" == plan.changes[0].reason
    assert [("create", str(address(kind)))] == [one[:2] for one in bench.settle()]
