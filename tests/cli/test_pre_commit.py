"""The hooks for pre-commit: their entries do what they say, as pre-commit would run them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from lsform.core.errors import ExitCode
from lsform.core.records import ENDINGS
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


NAMED = ("boxes.xml", "boxes.xml.j2", "head.j2", "instructions.html", "instructions.htm")


@pytest.mark.parametrize(
    "name", ["lsform.yaml", "envs/prod.yml", *NAMED, *(f"data/tasks{one}" for all_ in ENDINGS.values() for one in all_)]
)
def test_a_change_of_whatever_a_stack_is_made_of_runs_the_hook(name: str) -> None:
    assert re.search(HOOKS["lsform-validate"]["files"], name)


@pytest.mark.parametrize("name", ["photo.jpg", "train.py", "README.md", "jsonl", "data.csv.gz"])
def test_a_change_of_what_no_manifest_names_does_not(name: str) -> None:
    assert not re.search(HOOKS["lsform-validate"]["files"], name)


def test_one_hook_lints_the_files_that_were_changed(stack: Stack) -> None:
    path = stack.folder / "boxes.xml"
    path.write_text("<Root/>")
    assert re.search(HOOKS["lsform-lint"]["files"], path.name)
    result = stack.run(*entry("lsform-lint"), str(path))
    assert ExitCode.ERROR == result.code
    assert "error LSF003" in result.out
