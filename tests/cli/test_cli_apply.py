"""`lsform apply`: plans, asks, writes, and says what happened."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lsform.cli.console import Console
from lsform.core.errors import ServerError, ServerUnavailable
from lsform.engine.model import Impact
from tests.cli.conftest import CANARY, PROJECT, STACK
from tests.cli.test_cli_plan import PLAN
from tests.conftest import Result, Stack
from tests.fakes import MemoryServer

DONE = "  ok project.signs: created (id 1)\n  ok project.signs/webhook.retrain: created (id 1)\n"
ASK = "Apply these changes? [y/N]: "


def test_apply_shows_its_plan_writes_it_and_sums_up(signs: Stack, memory: MemoryServer) -> None:
    result = signs.run("apply", "--auto-approve")
    assert (0, PLAN + "Apply: 2 applied.\n", DONE) == (result.code, result.out, result.err)
    assert [("create", "project", 1), ("create", "webhook", 1)] == memory.writes
    assert CANARY not in "".join(path.read_text() for path in (signs.folder / ".lsform").rglob("*.*"))


def test_apply_again_changes_nothing(signs: Stack, memory: MemoryServer) -> None:
    signs.run("apply", "--auto-approve")
    memory.writes.clear()
    result = signs.run("apply")
    assert (0, "") == (result.code, result.err)
    assert result.out.endswith("\n\nNo changes. 2 unchanged: the server is as declared.\n")
    assert [] == memory.writes


def test_without_a_terminal_apply_needs_its_approval_beforehand(signs: Stack, memory: MemoryServer) -> None:
    result = signs.run("apply")
    assert (64, PLAN) == (result.code, result.out)
    assert "error: there is nobody to ask\nhint: `--auto-approve` applies without asking\n" == result.err
    assert [] == memory.writes


@pytest.mark.parametrize(
    ("answer", "code", "said", "writes"),
    [
        ("y\n", 0, ASK + DONE, 2),
        ("n\n", 130, ASK + "error: nothing was applied\nhint: the answer was no\n", 0),
        ("\n", 130, ASK + "error: nothing was applied\nhint: the answer was no\n", 0),
        ("", 130, ASK + "interrupted\n", 0),
    ],
)
def test_at_a_terminal_apply_asks(
    signs: Stack,
    memory: MemoryServer,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    code: int,
    said: str,
    writes: int,
) -> None:
    monkeypatch.setattr("lsform.cli.wiring.is_terminal", lambda stream: stream == "stdin")
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    result = signs.run("apply")
    assert (code, said, writes) == (result.code, result.err, len(memory.writes))


def test_a_saved_plan_is_applied_as_it_was_shown(signs: Stack, memory: MemoryServer) -> None:
    file = str(signs.folder / "p.json")
    signs.run("plan", "--out", file)
    result = signs.run("apply", file)
    assert (0, PLAN + "Apply: 2 applied.\n", DONE) == (result.code, result.out, result.err)


def refused(result: Result, memory: MemoryServer, code: int) -> str:
    """What a command said that may not have written anything."""
    assert (code, []) == (result.code, memory.writes)
    return result.err


def test_a_stale_saved_plan_writes_nothing(
    signs: Stack, memory: MemoryServer, steady: Callable[[str], str], tmp_path: Path
) -> None:
    file = tmp_path / "p.json"
    signs.run("plan", "--out", str(file))
    hint = "hint: the manifests or the server have changed since: plan again and look at the new plan\n"
    signs.write(STACK + PROJECT.replace("Traffic signs", "Road signs"))
    said = refused(signs.run("apply", str(file)), memory, 4)
    assert said.startswith("error: stale plan: digest ")
    assert said.endswith(hint)
    document = json.loads(file.read_text("utf-8"))
    again = "hint: plan again and look at the new plan\n"
    for key, value, error in (
        ("stack", "other", "the saved plan is for stack `other`, this is `test`"),
        ("environment", "prod", "the saved plan is for environment `prod`, this is ``"),
        ("expires_at", "2020-01-01T00:00:00+00:00", "the saved plan expired at TIME"),
    ):
        file.write_text(json.dumps({**document, key: value}), "utf-8")
        assert f"error: {error}\n{again}" == steady(refused(signs.run("apply", str(file)), memory, 4))
    file.write_text(json.dumps({**document, "format_version": "2.0"}), "utf-8")
    said = refused(signs.run("apply", str(file)), memory, 64)
    assert f"error: `{file}` was saved by another version of lsform\nhint: plan again with this one\n" == said


@pytest.mark.parametrize("text", [None, "", "[]", "{}", "\0", '{"digest": "x"}'])
def test_what_is_no_saved_plan_is_a_usage_error(signs: Stack, memory: MemoryServer, text: str | None) -> None:
    file = signs.folder / "p.json"
    if text is not None:
        file.write_text(text, "utf-8")
    said = refused(signs.run("apply", str(file)), memory, 64)
    assert f"error: `{file}` is no saved plan\nhint: `lsform plan --out FILE` writes one\n" == said


@pytest.mark.parametrize("option", [["--prune"], ["--target", "project.signs"]])
def test_a_saved_plan_takes_no_scope_beside_its_own(signs: Stack, memory: MemoryServer, option: list[str]) -> None:
    said = refused(signs.run("apply", "p.json", *option), memory, 64)
    assert "error: a saved plan knows its own `--prune` and `--target`\nhint: leave them out\n" == said


def test_apply_can_expect_a_digest(signs: Stack, memory: MemoryServer) -> None:
    digest = json.loads(signs.run("plan", "--format", "json").out)["digest"]
    said = refused(signs.run("apply", "--auto-approve", "--expect", "0" * 64), memory, 4)
    assert f"error: stale plan: digest {digest[:12]} instead of 000000000000\n" in said
    assert 0 == signs.run("apply", "--auto-approve", "--expect", digest).code


def test_guards_refuse_by_name_with_what_lifts_them(signs: Stack, memory: MemoryServer) -> None:
    signs.run("apply", "--auto-approve")
    memory.writes.clear()
    memory.impacts[1] = Impact(tasks=5, annotations=3)
    other = PROJECT.replace("signs", "other")
    signs.write(STACK + other)
    said = refused(signs.run("apply", "--auto-approve", "--prune"), memory, 3)
    assert (
        "refused: guards do not let this plan run\n"
        "error LSFG02: `project.signs` has 5 tasks and 3 annotations\n"
        "  hint: `--allow-destroy project.signs` deletes them\n"
    ) == said
    allowed = ("--allow-destroy", "project.signs")
    assert 0 == signs.run("apply", "--auto-approve", "--prune", *allowed).code
    assert ("delete", "project", 1) == memory.writes[-1]


def test_a_refusal_as_json_is_the_plan_with_its_guards_and_nothing_of_it_done(
    signs: Stack, memory: MemoryServer
) -> None:
    signs.run("apply", "--auto-approve")
    memory.writes.clear()
    signs.write(STACK)
    result = signs.run("apply", "--auto-approve", "--prune", "--format", "json")
    assert (3, []) == (result.code, memory.writes)
    document = json.loads(result.out)
    (finding,) = document["findings"]
    assert ("LSFG06", "error", "`lsform destroy` does that") == tuple(
        finding[key] for key in ("code", "severity", "hint")
    )
    assert [("project.signs", "skipped", "refused: LSFG06")] == [
        (one["address"], one["outcome"], one["error"]) for one in document["changes"]
    ]


def test_an_estate_that_is_gone_is_made_again_only_with_the_flag(signs: Stack, memory: MemoryServer) -> None:
    signs.write({f"{name}.yaml": PROJECT.replace("signs", name).removeprefix("---\n") for name in ("lanes", "lights")})
    signs.run("apply", "--auto-approve")
    for records in memory.records.values():
        records.clear()
    memory.writes.clear()
    assert "error LSFG07: 3 of the 3 projects" in refused(signs.run("apply", "--auto-approve"), memory, 3)
    assert 0 == signs.run("apply", "--auto-approve", "--allow-recreate").code
    assert 3 == len(memory.records["project"])


def test_what_failed_takes_down_its_own_children_and_is_told_with_its_place(signs: Stack, memory: MemoryServer) -> None:
    signs.write({"other.yaml": PROJECT.replace("signs", "other").replace("---\n", "")})
    # the projects are made in the order of their addresses: `other` is first
    memory.faults["create"] = [ServerError("the server answered 400: `title`: too long", hint="shorten it", status=400)]
    result = signs.run("apply", "--auto-approve")
    assert 5 == result.code
    assert (
        "  failed other.yaml:5:3: project.other: the server answered 400: `title`: too long\n"
        "    hint: shorten it\n"
        "  skipped project.other/webhook.retrain: `project.other` failed\n" + DONE
    ) == result.err
    assert result.out.endswith("\nApply: 2 applied, 1 failed, 1 skipped.\n")


def test_a_server_that_goes_away_stops_the_rest(signs: Stack, memory: MemoryServer) -> None:
    memory.faults["create"] = [ServerUnavailable("http://memory cannot be reached", hint="is it up?")]
    result = signs.run("apply", "--auto-approve")
    assert 5 == result.code
    assert (
        "  failed lsform.yaml:9:1: project.signs: http://memory cannot be reached\n"
        "    hint: is it up?\n"
        "  skipped project.signs/webhook.retrain: the server is no longer available\n"
    ) == result.err


def test_the_json_of_an_apply_is_that_of_its_plan_with_outcomes(signs: Stack, memory: MemoryServer) -> None:
    memory.faults["create"] = [ServerError("the server answered 400: no", hint="do it otherwise", status=400)]
    result = signs.run("apply", "--auto-approve", "--format", "json")
    assert 5 == result.code
    changes = json.loads(result.out)["changes"]
    assert [("failed", "the server answered 400: no"), ("skipped", "`project.signs` failed")] == [
        (one["outcome"], one["error"]) for one in changes
    ]
    result = signs.run("apply", "--auto-approve", "--format", "json")
    assert [("applied", 1), ("applied", 1)] == [
        (one["outcome"], one["id"]) for one in json.loads(result.out)["changes"]
    ]
    assert DONE == result.err


def test_a_locked_stack_is_a_conflict(signs: Stack, memory: MemoryServer) -> None:
    from lsform.state import StateLock, StateStore

    store = StateStore.open("file:.lsform/state", base=signs.folder, stack="test")
    with StateLock(store, command="apply", owner="ann", host="elsewhere", pid=7):
        said = refused(signs.run("apply", "--auto-approve"), memory, 4)
        assert 0 == signs.run("plan").code
    assert said.startswith("error: the stack `test` is locked by `apply` of ann on elsewhere, pid 7, since ")
    assert said.endswith("hint: wait for it to end; when nothing runs any more, `lsform state unlock`\n")


def test_a_moving_line_is_gone_before_data_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(live=True)
    console.progress("reading", done=1, total=2)
    console.data("stack signs\n")
    assert f"reading (1/2)\r{' ' * 13}\r" == capsys.readouterr().err
