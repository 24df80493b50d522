"""The hooks for pre-commit: their entries do what they say, as pre-commit would run them."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from lsform.core.errors import ExitCode
from tests.cli.conftest import PROJECT, STACK
from tests.conftest import Stack

HOOKS = {one["id"]: one for one in yaml.safe_load((Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text())}


def entry(name: str) -> list[str]:
    program, *arguments = HOOKS[name]["entry"].split()
    assert ("lsform", "python") == (program, HOOKS[name]["language"])
    return arguments


def test_one_hook_validates_the_stack_whatever_file_was_changed(stack: Stack) -> None:
    assert HOOKS["lsform-validate"]["pass_filenames"] is False
    stack.write(STACK + PROJECT)
    stack.environment |= {"LABEL_STUDIO_URL": "http://x", "LABEL_STUDIO_API_KEY": "x", "TOKEN": "x"}
    assert ExitCode.DONE == stack.run(*entry("lsform-validate")).code
    stack.write((STACK + PROJECT).replace("title:", "titel:"))
    assert ExitCode.ERROR == stack.run(*entry("lsform-validate")).code


def test_one_hook_lints_the_files_that_were_changed(stack: Stack) -> None:
    path = stack.folder / "boxes.xml"
    path.write_text("<Root/>")
    assert re.search(HOOKS["lsform-lint"]["files"], path.name)
    result = stack.run(*entry("lsform-lint"), str(path))
    assert ExitCode.ERROR == result.code
    assert "error LSF003" in result.out
