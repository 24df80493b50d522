"""Law 1: apply, then plan: empty. For every kind, every field and every value, made with it and changed to it.

Each field of a kind has an object of its own, and all of them go from value to value side by side: one look at the
server tells of all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from lsform.core.values import Json
from lsform.resources import KINDS, ResourceKind
from tests.conformance.bench import Bench, Settled, address
from tests.conformance.examples import Body, example_of, named

every_kind = pytest.mark.parametrize("kind", KINDS, ids=named)
spelled = pytest.mark.parametrize("kind", [kind for kind in KINDS if example_of(kind).spellings], ids=named)
stepping = pytest.mark.parametrize("kind", [kind for kind in KINDS if example_of(kind).steps], ids=named)


@every_kind
def test_what_was_made_with_any_values_leaves_nothing_to_plan(bench: Bench, kind: ResourceKind) -> None:
    bodies = {f"it-{number}": body for number, body in enumerate(example_of(kind).combinations())}
    bench.declare(kind, **bodies)
    assert {str(address(kind, name)) for name in bodies} <= {where for _, where, _ in bench.settle()}


@every_kind
def test_each_value_is_one_update_of_its_field_alone(
    bench: Bench, kind: ResourceKind, subtests: pytest.Subtests
) -> None:
    example = example_of(kind)
    where = {key: address(kind, key) for key in sorted(set(example.values) - example.implied)}
    bodies = {key: example.declared(key) for key in where}
    declared(bench, kind, bodies)
    predict(bench, kind, example.predictions)
    for row in range(max(len(example.values[key]) for key in where)):
        values = {key: example.values[key][row] for key in where if row < len(example.values[key])}
        bodies |= {key: example.declared(key, value) for key, value in values.items()}
        expected = {key: [changed(kind, example.attribute(key), value)] for key, value in values.items()}
        settled = declared(bench, kind, bodies)
        for key in where:
            with subtests.test(field=key, value=bodies[key].get(key)):
                assert (expected.get(key, []), []) == (settled.planned(where[key]), settled.amiss(where[key]))
        moved = {where[key].root for key, ((action, _),) in expected.items() if action == "replace"}
        assert settled.touched <= {*where.values(), *moved}, "a tab that is made anew takes its place again"
    unsaid = sorted(set(where) - set(example.base))
    before = bench.live_ones(kind)
    settled = declared(bench, kind, {**bodies, **{key: example.declared(key) for key in unsaid}})
    after = bench.live_ones(kind)
    for key in unsaid:
        with subtests.test(field=key, value="left out again, it stays as it is"):
            assert ([], []) == (settled.planned(where[key]), settled.amiss(where[key]))
            assert before[where[key]].attributes == after[where[key]].attributes


def changed(kind: ResourceKind, attribute: str, value: Json) -> tuple[str, list[str]]:
    """What a plan says of another value of an attribute."""
    in_new_object = kind.fields.replace.get(attribute, lambda _value: False)
    return "replace" if in_new_object(value) else "update", [attribute]


@spelled
def test_another_spelling_of_a_value_is_no_change(bench: Bench, kind: ResourceKind, subtests: pytest.Subtests) -> None:
    example = example_of(kind)
    for row in range(max(map(len, example.spellings.values()))):
        values = {key: spellings[min(row, len(spellings) - 1)] for key, spellings in example.spellings.items()}
        settled = declared(bench, kind, {key: example.declared(key, value) for key, value in values.items()})
        for key, value in values.items():
            with subtests.test(field=key, value=value):
                assert [] == settled.amiss(address(kind, key))
                assert row == 0 or [] == settled.planned(address(kind, key))


@stepping
def test_fields_that_the_server_changes_together_settle_at_once(
    bench: Bench, kind: ResourceKind, subtests: pytest.Subtests
) -> None:
    example = example_of(kind)
    steps = {f"story-{number}": bodies for number, bodies in enumerate(example.steps)}
    declared(bench, kind, dict.fromkeys(steps, example.base))
    predict(bench, kind, steps if not kind.parent else [*steps][:1])
    for row in range(max(map(len, example.steps))):
        reached = {name: bodies[: row + 1] for name, bodies in steps.items()}
        settled = declared(bench, kind, {name: {**example.base, **bodies[-1]} for name, bodies in reached.items()})
        for name, bodies in reached.items():
            with subtests.test(steps=bodies):
                assert [] == settled.amiss(address(kind, name))


def declared(bench: Bench, kind: ResourceKind, bodies: Mapping[str, Body]) -> Settled:
    """What comes of making these the only resources of the stack."""
    bench.declare(kind, **bodies)
    return bench.attempt()


def predict(bench: Bench, kind: ResourceKind, names: Iterable[str]) -> None:
    """Let models have predicted something in the projects of these resources."""
    for name in names:
        bench.world.predict(bench.remote(address(kind, name).root), "v2", "Modell 2 🦊", "v1", "v0")
