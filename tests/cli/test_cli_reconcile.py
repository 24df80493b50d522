"""`lsform reconcile`: its options, what it says, how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import CANARY, PROJECT, STACK
from tests.cli.test_cli_interrupt import SLOW
from tests.conftest import Stack
from tests.fakes import MemoryServer
from tests.unit.server.test_notification import Chat
from tests.unit.server.test_notification import chat as chat

ROOT = Path(__file__).parents[2]
DEV = "apiVersion: lsform/v1\nkind: Environment\nmetadata: {name: dev}\nspec: {vars: {x: 1}}\n"


def test_one_round_over_several_stacks_where_one_is_broken(signs: Stack, memory: MemoryServer) -> None:
    signs.write({"good/lsform.yaml": STACK + PROJECT, "bad/lsform.yaml": STACK + PROJECT.replace("title", "titel")})
    signs.write({"good/envs/dev.yaml": DEV, "lsform.yaml": "kind: none"})
    result = signs.run("reconcile", "bad", "good", "good@dev", "--once")
    assert (1, "") == (result.code, result.out)
    wrong = "lsform.yaml:10:3: error LSFM03: unknown key `titel`\n"
    start = f"source: read\nbad: refused: the manifests have mistakes, nothing was sent\n{wrong}"
    assert start == result.err[: len(start)]
    assert "good: ok project.signs: created (id 1)\n" in result.err
    assert "good: as declared\n" in result.err and "good@dev: " in result.err
    assert CANARY not in result.err


def test_each_change_is_one_line_of_json_with_the_run(signs: Stack) -> None:
    result = signs.run("reconcile", "--once", "--log-format", "json")
    lines = [json.loads(line) for line in result.err.splitlines()]
    assert 1 == len({line["run"] for line in lines})
    changes = [(one["stack"], one["address"], one["action"], one["result"]) for one in lines if "address" in one]
    assert [
        ("stack", "project.signs", "create", "applied"),
        ("stack", "project.signs/webhook.retrain", "create", "applied"),
    ] == changes


def test_pause_and_resume_are_seen_by_the_loop_and_not_by_apply(signs: Stack, memory: MemoryServer) -> None:
    assert 0 == signs.run("reconcile", "pause", "--for", "2h", "--reason", "a backup").code
    result = signs.run("reconcile", "--once")
    assert (0, True, []) == (result.code, "stack: paused: paused by " in result.err, memory.writes)
    assert ("resumed\n", "nothing was paused\n") == (
        signs.run("reconcile", "resume").err, signs.run("reconcile", "resume").err
    )  # fmt: skip
    assert 0 == signs.run("apply", "--auto-approve").code


def test_a_guard_ends_once_with_3(signs: Stack, memory: MemoryServer) -> None:
    signs.run("apply", "--auto-approve")
    signs.write(STACK)
    result = signs.run("reconcile", "--once", "--prune")
    assert (3, True) == (result.code, "stack: refused: refused: LSFG06 " in result.err)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--interval", "soon"], "`soon` is no length of time"),
        (["--lease", "1s"], "`--lease` is at least 2 s"),
        (["a", "a/"], "a stack is named twice"),
        (["--listen", "localhost"], "has no port"),
        (["--git", "https://u:canary@example.com/x.git"], "may not hold a password"),
    ],
)
def test_usage_errors(signs: Stack, arguments: list[str], error: str) -> None:
    result = signs.run("reconcile", "--once", *arguments)
    assert (64, True, False) == (result.code, error in result.err, "canary@" in result.err), result.err


def test_a_chat_hears_what_is_wrong_and_its_url_stays_secret(signs: Stack, chat: Chat) -> None:
    signs.environment["LSFORM_NOTIFY_URL"] = f"http://127.0.0.1:{chat.server_port}/hooks/{CANARY}"
    signs.write(STACK + PROJECT.replace("title", "titel"))
    result = signs.run("reconcile", "--once", "-vv")
    (body,) = chat.bodies
    assert isinstance(body, dict)
    assert ["text"] == [*body]
    assert "lsform: stack: refused: the manifests have mistakes" in body["text"] and "`titel`" in body["text"]
    assert (1, False) == (result.code, CANARY in result.err)


def test_a_chat_that_is_away_stops_nothing(signs: Stack) -> None:
    signs.environment["LSFORM_NOTIFY_URL"] = f"http://127.0.0.1:9/{CANARY}"
    signs.write({"bad/lsform.yaml": "kind: none", "good/lsform.yaml": STACK + PROJECT})
    result = signs.run("reconcile", "bad", "good", "--once")
    assert "warning: " not in result.err and "not notified: the webhook of env:LSFORM_NOTIFY_URL" in result.err
    assert (True, False) == ("good: as declared" in result.err, CANARY in result.err)


def test_it_says_where_it_listens(signs: Stack) -> None:
    result = signs.run("reconcile", "--once", "--listen", "127.0.0.1:0")
    assert (0, True) == (result.code, result.err.startswith("listening at 127.0.0.1:"))


IDLE = """
import lsform.session as session
from lsform.cli.app import main
from tests.fakes import MemoryServer
server = MemoryServer()
session.label_studio = lambda _url, _key, **_tell: server
main()
"""


def test_sigterm_between_two_passes_ends_with_0_and_gives_the_lease_back(signs: Stack) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", IDLE, "-C", str(signs.folder), "reconcile"],
        cwd=ROOT, env={**os.environ, **signs.environment}, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        try:
            while "as declared" not in process.stderr.readline():
                assert process.poll() is None
            assert (signs.folder / ".lsform/state/test.leader").exists()
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)
        finally:
            process.kill()
    assert (0, False) == (process.returncode, (signs.folder / ".lsform/state/test.leader").exists())


def test_sigterm_finishes_the_write_in_flight_and_ends_with_130(signs: Stack) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SLOW, "-C", str(signs.folder), "reconcile"],
        cwd=ROOT, env={**os.environ, **signs.environment}, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        try:
            while "written\n" != process.stderr.readline():
                assert process.poll() is None
            process.send_signal(signal.SIGTERM)
            assert "stopping; a write in flight is finished first\n" == process.stderr.readline()
            _, err = process.communicate("\n", timeout=30)
        finally:
            process.kill()
    assert (130, True) == (process.returncode, "stack: ok project.signs: created (id 1)\n" in err)
    assert "project.signs\t1\n" == signs.run("state", "list").out
    assert {"test.json"} == {path.name for path in (signs.folder / ".lsform/state").iterdir()}
