"""Fixtures of the live tests."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from lsform.server.local import LocalServer
from tests.live.estate import Api


@pytest.fixture
def api(label_studio: LocalServer) -> Iterator[Api]:
    made = Api(label_studio)
    yield made
    made.http.close()


@pytest.fixture(scope="module")
def raw(label_studio: LocalServer) -> Iterator[httpx.Client]:
    """The real server without lsform in between."""
    headers = {"Authorization": f"Token {label_studio.api_key.value}"}
    with httpx.Client(base_url=label_studio.url, headers=headers, trust_env=False, timeout=60) as client:
        yield client
