"""Each example is what it says: valid, applicable, and in step afterwards."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lsform.server.local import LocalServer
from tests.conftest import Stack

pytestmark = pytest.mark.live

EXAMPLES = Path(__file__).parents[2] / "examples"
# what needs more than a server: test_production.py, test_active_learning.py
ELSEWHERE = {"production", "active-learning"}
STACKS = sorted({path.parent.name for path in EXAMPLES.glob("*/lsform.yaml")} - ELSEWHERE)


@pytest.mark.parametrize("name", STACKS)
def test_an_example_converges_in_one_apply(name: str, live_stack: Stack, label_studio: LocalServer) -> None:
    shutil.copytree(
        EXAMPLES / name, live_stack.folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".lsform", "__pycache__")
    )
    media = EXAMPLES / name / "files"
    if media.is_dir():  # the server reads files only below its own root
        root = label_studio.document_root / name
        shutil.copytree(media, root, dirs_exist_ok=True)
        live_stack.environment["LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT"] = str(root)
    assert live_stack.run("validate", "--strict").code == 0
    applied = live_stack.run("apply", "--auto-approve")
    assert (applied.code, "failed" in applied.err) == (0, False), applied.err
    again = live_stack.run("plan", "--detailed-exitcode")
    assert again.code == 0, again.out
    assert live_stack.run("destroy", "--auto-approve", "--allow-destroy", "project.*").code == 0
