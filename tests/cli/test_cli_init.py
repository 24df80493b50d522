"""`lsform init`: a starter stack."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lsform.cli.commands.server import DATA, typed
from tests.conftest import Stack
from tests.fakes import MemoryServer

NEXT = """\
wrote {folder}/lsform.yaml

next:
  lsform -C {quoted} validate
  lsform server up && eval "$(lsform server status --format env)"
  lsform -C {quoted} plan
"""


@pytest.mark.parametrize(("name", "quoted"), [("new", "STACK/new"), ("a b/c", "'STACK/a b/c'")])
def test_init_writes_a_stack_and_says_what_is_next(
    stack: Stack, steady: Callable[[str], str], name: str, quoted: str
) -> None:
    result = stack.run("init", name)
    assert (0, "") == (result.code, result.err)
    assert NEXT.format(folder=f"STACK/{name}", quoted=quoted) == steady(result.out)
    assert [".gitignore", "lsform.yaml"] == sorted(path.name for path in (stack.folder / name).iterdir())


def test_in_the_current_directory_the_next_commands_need_no_option(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(stack.folder)
    result = stack.call(["init"])
    assert NEXT.replace(" -C {quoted}", "").replace("{folder}/", "") == result.out


def test_the_starter_is_right_and_is_planned_as_it_stands(stack: Stack, memory: MemoryServer) -> None:
    stack.run("init")
    assert (0, "no findings\n") == ((result := stack.run("validate", "--strict")).code, result.out)
    stack.environment |= {"LABEL_STUDIO_URL": memory.url, "LABEL_STUDIO_API_KEY": "token"}
    result = stack.run("plan")
    assert (0, "") == (result.code, result.err)
    assert result.out.startswith("stack my-labels on http://memory")
    assert "Plan: 1 to create, 0 unchanged.\nDigest: " in result.out


def test_nothing_that_is_there_is_overwritten(stack: Stack, steady: Callable[[str], str]) -> None:
    (stack.folder / ".gitignore").write_text("mine\n", "utf-8")
    assert 0 == stack.run("init").code
    assert "mine\n" == (stack.folder / ".gitignore").read_text("utf-8")
    result = stack.run("init")
    assert (1, "") == (result.code, result.out)
    assert "error: `STACK/lsform.yaml` exists already\nhint: name another directory\n" == steady(result.err)


def test_a_place_that_cannot_be_written_is_an_error(stack: Stack, steady: Callable[[str], str]) -> None:
    (stack.folder / "file").write_text("", "utf-8")
    result = stack.run("init", "file/below")
    assert (1, "error: `STACK/file/below` cannot be written: Not a directory\n") == (result.code, steady(result.err))


@pytest.mark.parametrize(
    ("data", "expected"),
    [(DATA, "lsform server down"), ("/the/other one", "lsform server down --data '/the/other one'")],
)
def test_a_server_is_named_as_it_has_to_be_typed(data: str, expected: str) -> None:
    assert expected == typed("down", Path(data).resolve())
