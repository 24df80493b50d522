"""`lsform completion`: what a shell is offered."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Stack

MAIN = "from lsform.cli.app import main; main()"


def offered(folder: Path, *words: str) -> list[str]:
    """What bash is offered for the last word."""
    asked = {"_LSFORM_COMPLETE": "bash_complete", "COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    script = f"import sys; sys.argv[0] = 'lsform'; {MAIN}"
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=folder, env={**os.environ, **asked}, capture_output=True, text=True, check=False)
    assert "" == done.stderr
    return [line.partition(",")[2] for line in done.stdout.splitlines()]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_script_that_asks_lsform(stack: Stack, shell: str) -> None:
    result = stack.run("completion", shell)
    assert (0, "") == (result.code, result.err)
    assert "_LSFORM_COMPLETE" in result.out
    assert stack.run("completion", "tcsh").code == 64


def test_commands_options_and_environments_are_offered(tmp_path: Path) -> None:
    for name in ("production", "preview", "dev"):
        path = tmp_path / "labels" / "envs" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert ["plan"] == offered(tmp_path, "lsform", "pla")
    assert ["--prune"] == offered(tmp_path, "lsform", "plan", "--pru")
    assert ["preview", "production"] == offered(tmp_path / "labels", "lsform", "plan", "-e", "pr")
    assert ["dev"] == offered(tmp_path, "lsform", "-C", "labels", "-e", "d")
