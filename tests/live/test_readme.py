"""The README's sessions, run as they stand, in a copy of the repository."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from lsform.server import local
from tests.conftest import fresh_server_data
from tests.live.sessions import shell, untrue

pytestmark = pytest.mark.live

ROOT = Path(__file__).parents[2]
PARTS = ("examples", "lsform", "Makefile", "README.md", "pyproject.toml")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the repository, whose environment is the one that these tests run in."""
    copy = tmp_path / "lsform"
    copy.mkdir()
    for part in PARTS:
        ignored = shutil.ignore_patterns(".lsform", "__pycache__")
        source = ROOT / part
        shutil.copytree(source, copy / part, ignore=ignored) if source.is_dir() else shutil.copy2(source, copy / part)
    environment = copy / ".venv"
    environment.mkdir()
    for name in ("bin", "lib", "pyvenv.cfg"):
        (environment / name).symlink_to(Path(sys.prefix) / name)
    (environment / ".installed").touch()
    return copy


def test_the_sessions_of_the_readme_are_true(checkout: Path) -> None:
    page, data = (checkout / "README.md").read_text("utf-8"), checkout / ".lsform" / "server"
    data.parent.mkdir()
    fresh_server_data(data)
    with shell(checkout) as run:
        try:
            assert "" == untrue(page, run, {})
        finally:
            local.down(data)
