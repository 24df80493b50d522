"""Fixtures of the conformance suite: every test of it runs on the fake and on the real server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lsform.server.local import LocalServer
from tests.conformance.bench import Bench
from tests.conformance.worlds import MemoryWorld, RealWorld, World
from tests.conftest import Stack


@pytest.fixture(scope="session")
def real_world(label_studio: LocalServer) -> Iterator[RealWorld]:
    world = RealWorld(label_studio)
    yield world
    world.close()


@pytest.fixture(params=["memory", pytest.param("real", marks=pytest.mark.live)])
def world(request: pytest.FixtureRequest) -> World:
    """A server under test. The real one is started only when a test asks for it."""
    if request.param == "memory":
        return MemoryWorld()
    found: RealWorld = request.getfixturevalue("real_world")
    return found


@pytest.fixture
def bench(stack: Stack, world: World) -> Iterator[Bench]:
    """A stack on the server under test; its projects are deleted afterwards."""
    made = Bench(stack, world)
    yield made
    made.clean()
