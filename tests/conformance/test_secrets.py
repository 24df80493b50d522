"""Secrets that the server takes and never returns: sent once, rotated once, cleared only where that is asked for.

Each secret of each kind has an object of its own, all in one stack.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from lsform.engine.model import Change, Plan
from lsform.resources import KINDS, ResourceKind
from lsform.resources.secret_fields import SECRET_KEYS
from tests.conformance.bench import Bench, Said, address
from tests.conformance.examples import Body, example_of, named

SECRETS = [(kind, key) for kind in KINDS for key in sorted(kind.fields.write_only)]
# Those that a resource can do without, and that the server can be made to forget.
FREE = [
    (kind, key) for kind, key in SECRETS if "on_removed" in kind.local and key not in example_of(kind).declared(key)
]


Pair = tuple[ResourceKind, str]


def body(kind: ResourceKind, key: str, number: int, **more: str | int) -> Body:
    """A resource with one of two secrets."""
    return {**example_of(kind).declared(key, example_of(kind).values[key][number]), **more}


def declare(bench: Bench, make: Callable[[ResourceKind, str], Body], pairs: Sequence[Pair] = SECRETS) -> None:
    """Make the stack one of a resource for each secret."""
    bench.declare_each(lambda kind: {key: make(kind, key) for one, key in pairs if one is kind})


def known(bench: Bench, pairs: Sequence[Pair] = SECRETS) -> list[Pair]:
    """Those that this machine can test."""
    return [(kind, key) for kind, key in pairs if kind in bench.kinds]


def change_of(plan: Plan, pair: Pair) -> Change:
    (found,) = [one for one in plan.changes if one.address == address(*pair)]
    return found


def told(change: Change) -> list[str]:
    """What a plan tells of secrets."""
    return [f"{one.path}: {one.after}" for one in change.fields if one.secret]


def updates(pairs: Sequence[Pair]) -> list[Said]:
    """Of each resource its secret, and nothing else."""
    return sorted(("update", str(address(kind, key)), [key]) for kind, key in pairs)


def test_what_is_said_beside_secrets_is_never_sent() -> None:
    assert {True} == {"secret_version" in kind.local for kind, _ in SECRETS}
    assert {False} == {bool(SECRET_KEYS.intersection(kind.attributes)) for kind in KINDS}
    assert FREE


def test_a_secret_is_not_sent_along_with_other_changes(bench: Bench, subtests: pytest.Subtests) -> None:
    declare(bench, lambda kind, key: body(kind, key, 0))
    bench.settle()
    declare(bench, lambda kind, key: body(kind, key, 0, title="another title"))
    plan = bench.plan()
    for kind, key in known(bench):
        with subtests.test(kind=named(kind), key=key):
            change = change_of(plan, (kind, key))
            needed = kind.fields.coupled.get("title", ())
            sent = set(change.payload) & kind.fields.write_only.difference(needed)
            assert (["title"], set()) == ([one.path for one in change.fields], sent)
    assert len(known(bench)) == len(bench.settle())


def test_a_secret_is_rotated_by_one_update(bench: Bench, subtests: pytest.Subtests) -> None:
    declare(bench, lambda kind, key: body(kind, key, 0))
    bench.settle()
    declare(bench, lambda kind, key: body(kind, key, 1))
    plan = bench.plan()
    for kind, key in known(bench):
        with subtests.test(kind=named(kind), key=key):
            change = change_of(plan, (kind, key))
            assert ([f"{key}: (secret rotated)"], "its manifest changed") == (told(change), change.reason)
    assert updates(known(bench)) == sorted(bench.settle())


def test_a_lost_state_sends_each_secret_once_more_and_says_why(bench: Bench, subtests: pytest.Subtests) -> None:
    declare(bench, lambda kind, key: body(kind, key, 0))
    bench.settle()
    remotes = {one: entry.remote for one, entry in bench.entries().items()}
    bench.forget()
    plan = bench.plan()
    for kind, key in known(bench):
        with subtests.test(kind=named(kind), key=key):
            change = change_of(plan, (kind, key))
            assert f"{key}: (secret set)" in told(change)
            assert "the state does not tell whether" in change.reason
    bench.settle()
    assert remotes == {one: entry.remote for one, entry in bench.entries().items()}


def test_a_declared_version_decides_in_place_of_the_secret(bench: Bench, subtests: pytest.Subtests) -> None:
    declare(bench, lambda kind, key: body(kind, key, 0, secret_version=1))
    bench.settle()
    entries = bench.entries()
    for kind, key in known(bench):
        with subtests.test(kind=named(kind), key=key, version=1):
            assert "version:1" == entries[address(kind, key)].fingerprints[key]
    declare(bench, lambda kind, key: body(kind, key, 1, secret_version=1))
    assert [] == bench.settle()
    declare(bench, lambda kind, key: body(kind, key, 1, secret_version=2))
    plan = bench.plan()
    for kind, key in known(bench):
        with subtests.test(kind=named(kind), key=key, version=2):
            assert f"{key}: (secret rotated)" in told(change_of(plan, (kind, key)))
    assert [one[:2] for one in updates(known(bench))] == sorted(one[:2] for one in bench.settle())


def test_a_secret_whose_reference_is_gone_stays_on_the_server(bench: Bench) -> None:
    declare(bench, lambda kind, key: body(kind, key, 0), FREE)
    bench.settle()
    declare(bench, lambda kind, key: example_of(kind).declared(key), FREE)
    assert [] == bench.settle()
    declare(bench, lambda kind, key: body(kind, key, 0), FREE)
    assert [] == bench.settle(), "it is known again"


def test_a_secret_whose_reference_is_gone_is_cleared_where_that_is_asked_for(
    bench: Bench, subtests: pytest.Subtests
) -> None:
    declare(bench, lambda kind, key: body(kind, key, 0), FREE)
    bench.settle()
    declare(bench, lambda kind, key: {**example_of(kind).declared(key), "on_removed": "clear"}, FREE)
    cleared = bench.plan()
    assert updates(known(bench, FREE)) == sorted(bench.settle())
    declare(bench, lambda kind, key: body(kind, key, 0), FREE)
    known_again = bench.plan()
    for kind, key in known(bench, FREE):
        with subtests.test(kind=named(kind), key=key):
            assert [f"{key}: (secret cleared)"] == told(change_of(cleared, (kind, key)))
            assert [f"{key}: (secret set)"] == told(change_of(known_again, (kind, key)))
    bench.settle()
