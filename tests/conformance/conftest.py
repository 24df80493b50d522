"""Fixtures of the conformance suite: every test of it runs on the fake and on the real server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lsform.resources import ResourceKind
from tests.conformance.bench import Bench
from tests.conformance.worlds import MemoryWorld, RealWorld, World
from tests.conftest import Stack


@pytest.fixture(params=["memory", pytest.param("real", marks=pytest.mark.live)])
def world(request: pytest.FixtureRequest) -> World:
    """A server under test. The real one is started only when a test asks for it."""
    if request.param == "memory":
        return MemoryWorld()
    found: RealWorld = request.getfixturevalue("real_world")
    kind = getattr(request.node, "callspec").params.get("kind")  # noqa: B009
    if isinstance(kind, ResourceKind) and kind.variant in found.lacks:
        pytest.skip(found.lacks[kind.variant])
    return found


@pytest.fixture
def bench(stack: Stack, world: World) -> Iterator[Bench]:
    """A stack on the server under test; its projects are deleted afterwards."""
    made = Bench(stack, world)
    yield made
    made.clean()
