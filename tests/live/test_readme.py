"""The README's sessions, run as they stand, in a copy of the repository."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.live

ROOT = Path(__file__).parents[2]
PARTS = ("examples", "lsform", "Makefile", "README.md", "pyproject.toml")


def sessions(text: str) -> list[tuple[str, str]]:
    """(command, expected output) of every ```console block, in order."""
    steps = []
    for block in re.findall(r"^```console\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, expected = step.partition("\n")
            steps.append((command, expected.strip()))
    return steps


def matches(expected: str, actual: str) -> bool:
    """Equal but for `...`, which stands for any text."""
    pattern = ".*".join(re.escape(part) for part in expected.split("..."))
    return re.fullmatch(rf"\s*{pattern}\s*", actual, re.DOTALL) is not None


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
    steps = sessions((checkout / "README.md").read_text("utf-8"))
    mark = "@@@ end of step"
    # one shell for all steps, since they build upon each other; each step's output ends with a mark of its own
    script = "\n".join(f"{command}\necho '{mark}'" for command, _ in steps)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("LABEL_STUDIO", "LSFORM"))}
    variables = {**clean, "NO_COLOR": "1", "PATH": f"{Path(sys.prefix) / 'bin'}{os.pathsep}{clean['PATH']}"}
    done = subprocess.run(
        ["bash", "-c", script], cwd=checkout, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        outputs = done.stdout.split(f"{mark}\n")
        wrong = [
            f"$ {command}\n--- expected\n{expected}\n--- was\n{actual}"
            for (command, expected), actual in zip(steps, outputs, strict=False)
            if not matches(expected, actual)
        ]
        assert wrong == []
        assert len(outputs) == len(steps) + 1
    finally:
        subprocess.run([f"{sys.prefix}/bin/lsform", "server", "down"], cwd=checkout, env=variables, check=False)
