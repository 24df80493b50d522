"""Ctrl-C while `lsform apply` writes: the write in flight is finished and remembered, the rest is not begun."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import Stack

ROOT = Path(__file__).parents[2]
# A server whose writes wait, once they are done, until the test lets them return.
SLOW = """
import sys
import lsform.session as session
from lsform.cli.app import main
from tests.fakes import MemoryServer

class Slow(MemoryServer):
    def create(self, *arguments, **options):
        made = super().create(*arguments, **options)
        print("written", file=sys.stderr, flush=True)
        sys.stdin.readline()
        return made

session.label_studio = lambda _url, _key, **_tell: Slow()
main()
"""


@contextmanager
def applying(stack: Stack) -> Iterator[subprocess.Popen[str]]:
    """`lsform apply` in a process of its own, as it waits in its first write."""
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW, "-C", str(stack.folder), "apply", "--auto-approve"],
        cwd=ROOT,
        env={**os.environ, **stack.environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        assert "written\n" == process.stderr.readline()
        yield process
    finally:
        process.kill()
        process.communicate()


def interrupted(stack: Stack) -> object:
    """What `state show` says was about to be written when the run ended."""
    return json.loads(stack.run("state", "show").out)["interrupted"]


STOPPING = "stopping after the write in flight; again to stop at once\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_write_in_flight_is_finished_and_remembered(signs: Stack, number: signal.Signals) -> None:
    with applying(signs) as process:
        assert process.stderr is not None
        process.send_signal(number)
        assert STOPPING == process.stderr.readline()
        out, err = process.communicate("\n", timeout=30)
    assert 130 == process.returncode
    assert ("  ok project.signs: created (id 1)\n  skipped project.signs/webhook.retrain: interrupted\n") == err
    assert out.endswith("\nApply: 1 applied, 1 skipped.\n")
    assert "project.signs\t1\n" == signs.run("state", "list").out
    assert None is interrupted(signs)
    assert {"test.json"} == {path.name for path in (signs.folder / ".lsform/state").iterdir()}
    assert "nobody holds the lock\n" == signs.run("state", "unlock").err


def test_a_second_ctrl_c_ends_at_once_tells_of_the_write_in_flight_and_gives_the_lock_back(signs: Stack) -> None:
    with applying(signs) as process:
        assert process.stderr is not None
        process.send_signal(signal.SIGINT)
        assert STOPPING == process.stderr.readline()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert (130, "interrupted") == (process.returncode, err.strip())
    assert "create project.signs" == interrupted(signs)
    assert "nobody holds the lock\n" == signs.run("state", "unlock").err
