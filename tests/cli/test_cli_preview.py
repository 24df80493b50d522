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
    "a variable": (
        ["boxes.xml.j2"],
        "boxes.xml.j2:2: `labels` is undefined\nhint: variables of a file are given by `--var name=value`; for label "
        "sets name an address of their stack",
    ),
    "the end of a tag": (["cut.xml"], "cut.xml:2: the interface is not well-formed XML: unclosed token"),
    "no tasks": (["--tasks", "empty.json"], "`empty.json` has no task\nhint: one is enough"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_not_there_is_told(stack: Stack, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    def no_browser(_program: str | None) -> None:
        raise AssertionError("a browser starts for nothing")

    monkeypatch.setattr("lsform.cli.commands.preview.opened", no_browser)
    stack.environment["TOKEN"] = "secret"
    files = {"empty.json": "[]", "boxes.xml.j2": "<View>\n{{ labels }}</View>", "cut.xml": "<View>\n<Text"}
    stack.write({"lsform.yaml": STACK + PROJECT, **files})
    arguments, message = WRONG[what]
    result = stack.run("preview", *arguments)
    assert (1, "", f"error: {message}\n") == (result.code, result.out, result.err)
