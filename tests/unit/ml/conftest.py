"""What the tests of models share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.ml.serving import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)
