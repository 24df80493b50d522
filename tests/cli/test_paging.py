"""Long texts at a terminal go through the user's pager, and nothing else does: in a real terminal, with real pagers."""

from __future__ import annotations

import fcntl
import os
import pty
import shutil
import struct
import subprocess
import termios
import threading
from pathlib import Path

import pytest

from lsform.cli.paging import pager
from tests.cli.test_cli_diff_env import MANIFESTS, TEXT
from tests.cli.test_cli_usage import COMMAND
from tests.conftest import Stack

LONG, SHORT = ["diff-env", "dev", "prod", "--detailed-exitcode"], ["diff-env", "dev", "twin", "--detailed-exitcode"]
QUIET = {"NO_COLOR": "1", "TERM": "xterm"}
ROWS = 10  # of the terminal: less than the long text has


@pytest.fixture
def marked(tmp_path: Path) -> tuple[str, Path]:
    """A pager, and the file that it writes what it shows to."""
    program, seen = tmp_path / "pager", tmp_path / "seen"
    program.write_text(f"#!/bin/sh\nexec tee '{seen}'\n")
    program.chmod(0o755)
    return str(program), seen


@pytest.fixture
def envs(stack: Stack) -> Path:
    stack.write(MANIFESTS)
    return stack.folder


def at_terminal(folder: Path, arguments: list[str], variables: dict[str, str], keys: str = "") -> tuple[int, str]:
    """Run lsform in a terminal of few rows, in which those keys are pressed; its exit code and what it showed."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, 80, 0, 0))
    clean = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "HOME") if name in os.environ}
    process = subprocess.Popen(
        [*COMMAND, *arguments], cwd=folder, env=clean | QUIET | variables, start_new_session=True,
        stdin=follower, stdout=follower, stderr=follower,
    )  # fmt: skip
    os.close(follower)
    shown: list[bytes] = []

    def read() -> None:
        try:
            while part := os.read(leader, 4096):
                shown.append(part)
        except OSError:  # the last to write has gone
            return

    reader = threading.Thread(target=read)
    reader.start()
    os.write(leader, keys.encode())
    code = process.wait(60)
    reader.join(10)
    os.close(leader)
    return code, b"".join(shown).decode().replace("\r\n", "\n")


def test_a_long_text_is_read_in_the_pager_and_the_exit_code_stays(envs: Path, marked: tuple[str, Path]) -> None:
    program, seen = marked
    code, shown = at_terminal(envs, LONG, {"LSFORM_PAGER": program, "PAGER": "false"})
    assert (2, TEXT, TEXT) == (code, shown, seen.read_text("utf-8"))


def test_a_pager_that_is_quit_early_is_no_error(envs: Path) -> None:
    code, shown = at_terminal(envs, LONG, {"PAGER": "head -n 1"})
    assert (2, TEXT.partition("\n")[0] + "\n") == (code, shown)


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [
        (["--no-pager", *LONG], {}),
        (LONG, {"CI": "true"}),
        (LONG, {"TERM": "dumb"}),
        (LONG, {"LSFORM_PAGER": ""}),
        (LONG, {"LSFORM_PAGER": "no-such-program"}),
        (SHORT, {}),
        ([*LONG, "--format", "json"], {}),
    ],
)
def test_what_nobody_reads_by_pages_is_written(
    envs: Path, marked: tuple[str, Path], arguments: list[str], variables: dict[str, str]
) -> None:
    program, seen = marked
    code, shown = at_terminal(envs, arguments, {"PAGER": program} | variables)
    assert (0 if arguments == SHORT else 2, False) == (code, seen.exists())
    assert shown.startswith("{" if "json" in arguments else "stack vision: environment dev -> ")


def test_a_text_that_goes_into_a_pipe_is_not_paged(envs: Path, marked: tuple[str, Path]) -> None:
    program, seen = marked
    variables = os.environ | QUIET | {"PAGER": program, "LINES": str(ROWS), "CI": ""}
    done = subprocess.run([*COMMAND, *LONG], cwd=envs, env=variables, capture_output=True, text=True)
    assert (2, TEXT, "", False) == (done.returncode, done.stdout, done.stderr, seen.exists())


@pytest.mark.skipif(shutil.which("less") is None, reason="NOT TESTED: no less on this machine")
def test_less_shows_a_screen_and_leaves_it_when_told(envs: Path) -> None:
    code, shown = at_terminal(envs, LONG, {}, keys="q")
    assert 2 == code
    assert TEXT.splitlines()[0] in shown
    assert TEXT.splitlines()[-1] not in shown
    assert "\x1b[?1049" not in shown, "what was read stays on the screen"


@pytest.mark.parametrize(
    ("process", "expected"),
    [
        ({}, ["less"]),
        ({"PAGER": "less -S"}, ["less", "-S"]),
        ({"LSFORM_PAGER": "more", "PAGER": "less"}, ["more"]),
        ({"LSFORM_PAGER": "cat", "PAGER": "less"}, []),
        ({"PAGER": " "}, []),
        ({"PAGER": "less 'x"}, []),
        ({"CI": "1"}, []),
    ],
)
def test_the_pager_is_the_users(monkeypatch: pytest.MonkeyPatch, process: dict[str, str], expected: list[str]) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    assert expected == pager(process)
