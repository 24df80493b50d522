"""Secrets that the server takes and never returns: sent once, rotated once, cleared only where that is asked for."""

from __future__ import annotations

import pytest

from lsform.engine.model import Plan
from lsform.resources import KINDS, ResourceKind
from lsform.resources.secret_fields import SECRET_KEYS
from tests.conformance.bench import Bench, address, said
from tests.conformance.examples import Body, example_of, named

SECRETS = [(kind, key) for kind in KINDS for key in sorted(kind.fields.write_only)]
# Those that a resource can do without, and that the server can be made to forget.
FREE = [
    (kind, key) for kind, key in SECRETS if "on_removed" in kind.local and key not in example_of(kind).declared(key)
]


def each(pairs: list[tuple[ResourceKind, str]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("kind", "key"), [pytest.param(*pair, id=f"{named(pair[0])}.{pair[1]}") for pair in pairs]
    )


def body(kind: ResourceKind, key: str, number: int, **more: str | int) -> Body:
    """A resource with one of two secrets."""
    return {**example_of(kind).declared(key, example_of(kind).values[key][number]), **more}


def told(plan: Plan) -> list[str]:
    """What a plan tells of secrets."""
    return [f"{one.path}: {one.after}" for change in plan.changes for one in change.fields if one.secret]


def test_what_is_said_beside_secrets_is_never_sent() -> None:
    assert {True} == {"secret_version" in kind.local for kind, _ in SECRETS}
    assert {False} == {bool(SECRET_KEYS.intersection(kind.attributes)) for kind in KINDS}
    assert FREE


@each(SECRETS)
def test_a_secret_is_not_sent_along_with_other_changes(bench: Bench, kind: ResourceKind, key: str) -> None:
    bench.declare(kind, it=body(kind, key, 0))
    bench.settle()
    bench.declare(kind, it=body(kind, key, 0, title="another title"))
    plan = bench.plan()
    (change,) = plan.changes
    needed = kind.fields.coupled.get("title", ())
    assert (["title"], set()) == (said(plan)[0][2], set(change.payload) & kind.fields.write_only.difference(needed))
    bench.settle()


@each(SECRETS)
def test_a_secret_is_rotated_by_one_update(bench: Bench, kind: ResourceKind, key: str) -> None:
    bench.declare(kind, it=body(kind, key, 0))
    bench.settle()
    bench.declare(kind, it=body(kind, key, 1))
    plan = bench.plan()
    assert ([f"{key}: (secret rotated)"], "its manifest changed") == (told(plan), plan.changes[0].reason)
    assert [("update", str(address(kind)), [key])] == bench.settle()


@each(SECRETS)
def test_a_lost_state_sends_each_secret_once_more_and_says_why(bench: Bench, kind: ResourceKind, key: str) -> None:
    bench.declare(kind, it=body(kind, key, 0))
    bench.settle()
    remote = bench.remote(address(kind))
    bench.forget()
    plan = bench.plan()
    assert f"{key}: (secret set)" in told(plan)
    assert "the state does not tell whether" in plan.changes[0].reason
    bench.settle()
    assert remote == bench.remote(address(kind))


@each(SECRETS)
def test_a_declared_version_decides_in_place_of_the_secret(bench: Bench, kind: ResourceKind, key: str) -> None:
    bench.declare(kind, it=body(kind, key, 0, secret_version=1))
    bench.settle()
    with bench.session() as opened:
        assert "version:1" == opened.state.entries[address(kind)].fingerprints[key]
    bench.declare(kind, it=body(kind, key, 1, secret_version=1))
    assert [] == bench.settle()
    bench.declare(kind, it=body(kind, key, 1, secret_version=2))
    assert f"{key}: (secret rotated)" in told(bench.plan())
    assert [("update", str(address(kind)))] == [one[:2] for one in bench.settle()]


@each(FREE)
def test_a_secret_whose_reference_is_gone_stays_on_the_server(bench: Bench, kind: ResourceKind, key: str) -> None:
    bench.declare(kind, it=body(kind, key, 0))
    bench.settle()
    bench.declare(kind, it=example_of(kind).declared(key))
    assert [] == bench.settle()
    bench.declare(kind, it=body(kind, key, 0))
    assert [] == bench.settle(), "it is known again"


@each(FREE)
def test_a_secret_whose_reference_is_gone_is_cleared_where_that_is_asked_for(
    bench: Bench, kind: ResourceKind, key: str
) -> None:
    bench.declare(kind, it=body(kind, key, 0))
    bench.settle()
    bench.declare(kind, it={**example_of(kind).declared(key), "on_removed": "clear"})
    assert [f"{key}: (secret cleared)"] == told(bench.plan())
    assert [("update", str(address(kind)), [key])] == bench.settle()
    bench.declare(kind, it=body(kind, key, 0))
    assert [f"{key}: (secret set)"] == told(bench.plan())
    bench.settle()
