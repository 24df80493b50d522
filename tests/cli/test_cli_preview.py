"""`lsform preview`: what is not there is told before a browser starts; pictures are in `tests/live/test_preview.py`."""

from __future__ import annotations

import pytest

from tests.cli.conftest import PROJECT, STACK
from tests.conftest import Stack

RELATIVE = "paths are relative to the manifest"
WRONG = {
    "an address": (
        ["project.sings"],
        "`project.sings` has no interface in this stack\nhint: did you mean `project.signs`?",
    ),
    "a file": (["none.xml"], f"the file `none.xml` cannot be read: it does not exist\nhint: {RELATIVE}"),
    "tasks": (["--tasks", "none.json"], f"the file `none.json` cannot be read: it does not exist\nhint: {RELATIVE}"),
    "no tasks": (["--tasks", "empty.json"], "`empty.json` has no task\nhint: one is enough"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_not_there_is_told(stack: Stack, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    def no_browser(_program: str | None) -> None:
        raise AssertionError("a browser starts for nothing")

    monkeypatch.setattr("lsform.cli.commands.preview.opened", no_browser)
    stack.environment["TOKEN"] = "secret"
    stack.write({"lsform.yaml": STACK + PROJECT, "empty.json": "[]"})
    arguments, message = WRONG[what]
    result = stack.run("preview", *arguments)
    assert (1, "", f"error: {message}\n") == (result.code, result.out, result.err)
