"""What all commands have in common: global options, colours, messages, usage errors, and the error boundary."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lsform import __version__
from lsform.cli.app import COMMANDS
from lsform.core.errors import ServerError
from tests.cli.conftest import CANARY, PROJECT, STACK
from tests.cli.test_cli_plan import PLAN
from tests.conftest import Stack
from tests.fakes import MemoryServer

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from lsform.cli.app import main; main()"]


GLOBALS = (
    *("-C, --chdir", "-e, --env", "--var", "--no-color", "--no-pager"),
    *("-v, --verbose", "-q, --quiet", "--log-format"),
)


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS), ["state", "rm"], ["server", "up"]])
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_has_help_with_an_example(stack: Stack, command: list[str], option: str) -> None:
    result = stack.call([*command, option])
    assert (0, "") == (result.code, result.err)
    assert result.out.startswith("Usage: " + " ".join(["lsform", *command]))
    assert "Example: " in result.out
    if not command or "\nCommands:\n" not in result.out:  # a group below leaves them to its commands
        assert [] == [option for option in GLOBALS if option not in result.out]


def test_the_version_is_shown(stack: Stack) -> None:
    assert (0, f"lsform {__version__}\n") == ((result := stack.call(["--version"])).code, result.out)


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (["pln"], "there is no command `lsform pln`", "did you mean `plan`?"),
        (["state", "lst"], "there is no command `lsform state lst`", "did you mean `list`?"),
        (["zebra"], "there is no command `lsform zebra`", "there are: `init`, `validate`,"),
        (["plan", "--zebra"], "no such option", "`lsform plan --help` shows how it is used"),
        (["plan", "--format", "yaml"], "invalid value for `--format`", "`lsform plan --help` shows how it is used"),
        (["plan", "extra"], "got unexpected extra argument", "`lsform plan --help` shows how it is used"),
        (["render"], "missing argument `ADDRESS`", "`lsform render --help` shows how it is used"),
        (["state", "rm"], "missing argument `ADDRESS`", "`lsform state rm --help` shows how it is used"),
        (["validate", "--var", "a"], "`--var a` has no value", "write `--var name=value`"),
        (["--var", "=a", "validate"], "`--var =a` has no value", "write `--var name=value`"),
        (["-C"], "option `-C` requires an argument", "`lsform --help` shows how it is used"),
    ],
)
def test_usage_errors_exit_with_64_and_a_remedy(stack: Stack, arguments: list[str], error: str, hint: str) -> None:
    result = stack.call(arguments)
    assert (64, "") == (result.code, result.out)
    said, advised = result.err.rstrip("\n").split("\n")
    assert said.startswith(f"error: {error}")
    assert advised.startswith(f"hint: {hint}")
    assert not said.endswith(".")


@pytest.mark.parametrize("arguments", [[], ["state"], ["server"]])
def test_without_a_command_the_help_is_shown_as_an_error(stack: Stack, arguments: list[str]) -> None:
    result = stack.call(arguments)
    assert (64, "") == (result.code, result.out)
    assert result.err.startswith(" ".join(["Usage: lsform", *arguments]))


def test_global_options_may_stand_before_and_after_the_command(signs: Stack, memory: MemoryServer) -> None:
    folder = str(signs.folder)
    signs.write({"envs/prod.yaml": "apiVersion: lsform/v1\nkind: Environment\nmetadata: {name: prod}\n"})
    body = "apiVersion: lsform/v1\nkind: Project\nmetadata: {name: b}\nspec: {title: '${var:a} ${var:b}'}\n"
    signs.write({"b.yaml": body})
    variables = ["--var", "a=one", "--var", "b=two"]
    before = ["-C", folder, "-e", "prod", *variables, "plan"]
    for arguments in (before, ["plan", *before[:-1]], ["-C", folder, "--var", "a=one", "plan", *before[2:-1]]):
        result = signs.call(arguments)
        assert (0, "") == (result.code, result.err)
        assert result.out.startswith("stack test, environment prod on http://memory")
        assert '"one two"' in result.out
    # of two values the inner one wins
    assert '"one three"' in signs.call([*before, "--var", "b=three"]).out
    assert 0 == signs.call(["-C", "nowhere", "plan", "-C", folder, *variables]).code


def test_the_order_of_states_and_their_options_is_free(signs: Stack) -> None:
    for arguments in (["state", "list", "-q"], ["-q", "state", "list"], ["state", "list", "--log-format", "json"]):
        assert 1 == signs.run(*arguments).code


RED, PLAIN = "\x1b[31m", "error LSFM03"


@pytest.mark.parametrize(
    ("options", "environment", "colored"),
    [
        ([], {}, True),
        (["--no-color"], {}, False),
        ([], {"NO_COLOR": "1"}, False),
        ([], {"NO_COLOR": ""}, True),
        ([], {"TERM": "dumb"}, False),
    ],
)
def test_colours_go_to_terminals_that_want_them(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, options: list[str], environment: dict[str, str], colored: bool
) -> None:
    stack.write(STACK + "---\napiVersion: lsform/v1\nkind: Project\nmetadata: {name: a}\nspec: {titel: x}\n")
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "xterm")
    stack.environment |= environment
    for terminal in (True, False):
        monkeypatch.setattr("lsform.cli.wiring.is_terminal", lambda _stream, answer=terminal: answer)
        shown = stack.run(*options, "validate").out
        assert (colored and terminal) == (RED in shown)
        assert (colored and terminal) != (PLAIN in shown)
        assert (colored and terminal) == (RED in stack.run("plan", *options).err)


def without_run(log: str) -> list[dict[str, object]]:
    """The lines of a log in JSON, less what differs from run to run."""
    lines = [json.loads(line) for line in log.splitlines()]
    runs = {line.pop("run") for line in lines}
    times = [line.pop("time") for line in lines]
    assert (1, sorted(times)) == (len(runs), times)
    return lines


def test_json_messages_are_one_object_a_line_without_colours(
    signs: Stack, memory: MemoryServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setattr("lsform.cli.wiring.is_terminal", lambda stream: stream == "stderr")
    result = signs.run("--log-format", "json", "apply")
    assert (64, PLAN) == (result.code, result.out)
    assert {
        "level": "error",
        "message": "there is nobody to ask",
        "hint": "`--auto-approve` applies without asking",
    } == without_run(result.err)[0]
    memory.faults["create"] = [ServerError("the server answered 400: no", hint="do it otherwise", status=400)]
    result = signs.run("apply", "--auto-approve", "--log-format", "json")
    lines = [json.loads(line) for line in result.err.splitlines()]
    assert ["error", "error"] == [line["level"] for line in lines]
    assert ("project.signs", "failed") == (lines[0]["address"], lines[0]["result"])
    signs.write({"m.yaml": "apiVersion: lsform/v1\nkind: Project\nmetadata: {name: b}\nspec: {titel: x}\n"})
    lines = without_run(signs.run("plan", "--log-format", "json").err)
    assert [
        {
            "level": "error",
            "message": "m.yaml:4:8: error LSFM03: unknown key `titel`",
            "hint": "did you mean `title`?",
        },
        {"level": "error", "message": "the configuration has errors; nothing was sent"},
    ] == lines


STEPS = [
    {"message": "reading manifests ..."},
    {"message": "read lsform.yaml", "file": "lsform.yaml"},
    {"message": "stack test, declared resources: 2", "stack": "test", "environment": "", "resources": 2},
    {"message": "reading http://memory ..."},
    {
        "message": "server http://memory, Label Studio 1.23.2 Community",
        "server": "http://memory",
        "version": "1.23.2",
        "edition": "Community",
        "organization": 1,
    },
    {
        "message": "state file:.lsform/state/test.json, remembered resources: 0, serial: 0",
        "state": "file:.lsform/state/test.json",
        "resources": 0,
        "serial": 0,
    },
    {"message": "objects read: 0, changes: 2", "objects": 0, "changes": 2},
    {"message": "checking that nothing has changed since (1/2)", "done": 1, "total": 2},
    {"message": "checking that nothing has changed since (2/2)", "done": 2, "total": 2},
    {"message": "project.signs: create (1/2)", "done": 1, "total": 2},
    {"message": "  ok project.signs: created (id 1)", "address": "project.signs", "result": "applied"},
    {"message": "project.signs/webhook.retrain: create (2/2)", "done": 2, "total": 2},
    {
        "message": "  ok project.signs/webhook.retrain: created (id 1)",
        "address": "project.signs/webhook.retrain",
        "result": "applied",
    },
]


def test_verbose_tells_step_by_step_what_is_read_and_written(signs: Stack) -> None:
    quiet = signs.run("plan", "--log-format", "json")
    assert "" == quiet.err
    told = signs.run("apply", "--auto-approve", "-v", "--log-format", "json")
    lines = without_run(told.err)
    assert [{"level": "info", **step} for step in STEPS] == lines
    text = signs.run("plan", "-v").err.splitlines()
    assert ["reading manifests ...", "objects read: 2, changes: 0"] == [text[0], text[-1]]


def test_quiet_says_only_what_is_wrong(signs: Stack, memory: MemoryServer) -> None:
    assert (0, PLAN + "Apply: 2 applied.\n", "") == (
        (result := signs.run("-q", "apply", "--auto-approve")).code,
        result.out,
        result.err,
    )
    signs.write({"m.yaml": PROJECT.replace("signs", "other").removeprefix("---\n")})
    memory.faults["create"] = [ServerError("the server answered 400: no", status=400)]
    result = signs.run("apply", "--auto-approve", "-q")
    assert (
        "  failed m.yaml:4:1: project.other: the server answered 400: no\n"
        "  skipped project.other/webhook.retrain: `project.other` failed\n"
    ) == result.err


def test_a_bug_is_reported_without_values(signs: Stack, memory: MemoryServer) -> None:
    memory.faults["list"] = [RuntimeError(CANARY)]  # type: ignore[list-item]
    result = signs.run("plan")
    assert (1, "") == (result.code, result.out)
    first, *frames, last = result.err.splitlines()
    assert "error: a bug in lsform: RuntimeError" == first
    assert all(frame.startswith("  /") and " in " in frame for frame in frames)
    assert "hint: please report it with these lines; they hold no values" == last
    assert CANARY not in result.err


def test_ctrl_c_while_planning_ends_at_once(signs: Stack, memory: MemoryServer) -> None:
    memory.faults["list"] = [KeyboardInterrupt()]  # type: ignore[list-item]
    result = signs.run("apply", "--auto-approve")
    assert (130, "", "\ninterrupted\n") == (result.code, result.out, result.err)
    assert "nobody holds the lock\n" == signs.run("state", "unlock").err


@pytest.mark.parametrize("arguments", [["-C", "examples/minimal", "validate"], ["schema"]])
def test_a_reader_that_goes_away_is_no_error(arguments: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([*COMMAND, *arguments], cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, text=True)
    os.close(writer)
    assert (0, "") == (done.returncode, done.stderr)


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_apply_goes_on_when_nobody_reads(signs: Stack, stream: str) -> None:
    code = (
        "import lsform.session as session\nfrom tests.fakes import MemoryServer\nfrom lsform.cli.app import main\n"
        "session.label_studio = lambda _url, _key, **_tell: MemoryServer()\nmain()"
    )
    reader, writer = os.pipe()
    os.close(reader)
    arguments = [sys.executable, "-c", code, "-C", str(signs.folder), "apply", "--auto-approve"]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: writer}
    done = subprocess.run(arguments, cwd=ROOT, env={**os.environ, **signs.environment}, text=True, **streams)  # type: ignore[call-overload]
    os.close(writer)
    assert 0 == done.returncode
    assert (done.stdout or "", done.stderr or "") in [
        ("", "  ok project.signs: created (id 1)\n  ok project.signs/webhook.retrain: created (id 1)\n"),
        (PLAN + "Apply: 2 applied.\n", ""),
    ]
    assert "project.signs\t1\nproject.signs/webhook.retrain\t1\n" == signs.run("state", "list").out
