"""Law 1: apply, then plan: empty. For every kind, every field and every value, made with it and changed to it."""

from __future__ import annotations

import pytest

from lsform.resources import KINDS, ResourceKind
from tests.conformance.bench import Bench, address
from tests.conformance.examples import example_of, named

FIELDS = [
    pytest.param(kind, key, id=f"{named(kind)}.{key}")
    for kind in KINDS
    for key in sorted(set(example_of(kind).values) - example_of(kind).implied)
]
SPELLINGS = [
    pytest.param(kind, key, id=f"{named(kind)}.{key}") for kind in KINDS for key in sorted(example_of(kind).spellings)
]
STEPS = [
    pytest.param(kind, number, id=f"{named(kind)}.{number}")
    for kind in KINDS
    for number in range(len(example_of(kind).steps))
]
every_kind = pytest.mark.parametrize("kind", KINDS, ids=named)


@every_kind
def test_what_was_made_with_any_values_leaves_nothing_to_plan(bench: Bench, kind: ResourceKind) -> None:
    bodies = {f"it-{number}": body for number, body in enumerate(example_of(kind).combinations())}
    bench.declare(kind, **bodies)
    assert {str(address(kind, name)) for name in bodies} <= {where for _, where, _ in bench.settle()}


@pytest.mark.parametrize(("kind", "key"), FIELDS)
def test_each_value_is_one_update_of_its_field_alone(bench: Bench, kind: ResourceKind, key: str) -> None:
    example, attribute = example_of(kind), example_of(kind).attribute(key)
    bench.declare(kind, it=example.declared(key))
    bench.settle()
    if key in example.predictions:
        bench.world.predict(bench.remote(address(kind).root), "v2", "Modell 2 🦊", "v1", "v0")
    for value in example.values[key]:
        bench.declare(kind, it=example.declared(key, value))
        in_new_object = kind.fields.replace.get(attribute, lambda _value: False)
        action = "replace" if in_new_object(value) else "update"
        assert [(action, str(address(kind)), [attribute])] == bench.settle()
    if key not in example.base:
        before = bench.live(kind).attributes
        bench.declare(kind, it=example.declared(key))
        assert ([], before) == (bench.settle(), bench.live(kind).attributes), "left out again, it stays as it is"


@pytest.mark.parametrize(("kind", "key"), SPELLINGS)
def test_another_spelling_of_a_value_is_no_change(bench: Bench, kind: ResourceKind, key: str) -> None:
    example = example_of(kind)
    first, *others = example.spellings[key]
    bench.declare(kind, it=example.declared(key, first))
    bench.settle()
    for other in others:
        bench.declare(kind, it=example.declared(key, other))
        assert ([], ()) == (bench.settle(), bench.plan().drift), other


@pytest.mark.parametrize(("kind", "number"), STEPS)
def test_fields_that_the_server_changes_together_settle_at_once(bench: Bench, kind: ResourceKind, number: int) -> None:
    example = example_of(kind)
    bench.declare(kind, it=example.base)
    bench.settle()
    bench.world.predict(bench.remote(address(kind).root), "v1")
    for body in example.steps[number]:
        bench.declare(kind, it={**example.base, **body})
        bench.settle()
