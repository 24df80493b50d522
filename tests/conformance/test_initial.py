"""What the server gives a new object: the table of each kind, which tells what need not be said of an adopted one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lsform.core.values import Value
from lsform.resources import KINDS, ResourceKind
from lsform.resources.project import PROJECT
from tests.conformance.examples import example_of, named
from tests.conformance.worlds import World

WITHOUT = ("title", "sync")  # an object that nobody gave more than it must have


@pytest.fixture
def project(world: World) -> Iterator[int]:
    made = world.make(PROJECT, {"title": "Initial values"})
    yield made
    world.remove(PROJECT, made)


@pytest.mark.parametrize("kind", KINDS, ids=named)
def test_what_is_not_said_of_a_new_object_is_as_its_kind_tells(world: World, project: int, kind: ResourceKind) -> None:
    said = {key: value for key, value in example_of(kind).base.items() if key not in WITHOUT}
    remote = world.make(kind, {"data": {}} if kind.name == "view" else said, project if kind.parent else None)
    found = world.server.get(kind, remote)
    assert found is not None
    unsaid = set(found.attributes) - set(said) - kind.fields.write_only
    initial = kind.initial(found.attributes)
    assert _shown(kind, initial, unsaid) == _shown(kind, found.attributes, unsaid)
    if not kind.parent:
        world.remove(kind, remote)


def _shown(kind: ResourceKind, attributes: dict[str, Value], names: set[str]) -> dict[str, Value]:  # type: ignore[misc]
    return {name: kind.canonical(name, attributes.get(name)) for name in names}
