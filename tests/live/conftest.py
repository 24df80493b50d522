"""Fixtures of the live tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lsform.server.local import LocalServer
from tests.live.estate import Api


@pytest.fixture
def api(label_studio: LocalServer) -> Iterator[Api]:
    made = Api(label_studio)
    yield made
    made.http.close()
