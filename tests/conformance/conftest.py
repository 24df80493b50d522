"""Fixtures of the conformance suite: every test of it runs on the fake and on the real server."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from lsform.resources import ResourceKind
from lsform.server.local import LocalServer
from tests import ml_backend
from tests.conformance.bench import Bench
from tests.conformance.stores import Stores, stores
from tests.conformance.worlds import MemoryWorld, RealWorld, World
from tests.conftest import Stack
from tests.ml_backend import Backend


@pytest.fixture(scope="session")
def backend() -> Iterator[Backend]:
    """A real ML backend."""
    with ml_backend.running() as found:
        yield found


@pytest.fixture(scope="session")
def object_stores(tmp_path_factory: pytest.TempPathFactory, gcs: socket.socket) -> Iterator[Stores]:
    """Real stores of objects, of the types that this machine has."""
    with stores(tmp_path_factory.mktemp("stores"), gcs) as found:
        yield found


@pytest.fixture(scope="session")
def real_world(label_studio: LocalServer, backend: Backend, object_stores: Stores) -> Iterator[RealWorld]:
    world = RealWorld(label_studio, backend.url, object_stores)
    yield world
    world.close()


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
