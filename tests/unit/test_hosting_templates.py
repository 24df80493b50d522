"""What GitHub and GitLab are given to run: as their schemas say, with commands that there are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.unit.test_docs_commands import parse

ROOT = Path(__file__).parents[2]
ACTION = ROOT / ".github/actions/lsform/action.yml"
JOBS = ROOT / "deploy/gitlab/lsform.gitlab-ci.yml"
SHELL = re.compile(r"\$\{\w+:\+(--env) \"(\$\w+)\"\}")  # an option that is there where the variable is


def loaded(text: str) -> Any:
    """YAML as the hosts read it: `on` is a word."""
    return json.loads(
        json.dumps({("on" if key is True else key): value for key, value in yaml.safe_load(text).items()})
    )


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ("gitlab-ci", JOBS.read_text("utf-8")),
        ("github-actions", ACTION.read_text("utf-8")),
    ],
    ids=["gitlab", "action"],
)
def test_it_is_as_the_hosts_schema_says(schema: str, text: str) -> None:
    path = files("check_jsonschema") / "builtin_schemas" / "vendor" / f"{schema}.json"
    rules = json.loads(path.read_text("utf-8"))
    jsonschema.validators.validator_for(rules)(rules).validate(loaded(text))


def scripts() -> Iterator[str]:
    """Each command line of lsform that is run somewhere."""
    for step in loaded(ACTION.read_text("utf-8"))["runs"]["steps"]:
        yield from step.get("run", "").split("\n")
    for job in loaded(JOBS.read_text("utf-8")).values():
        yield from job.get("script", ()) if isinstance(job, dict) else ()


COMMANDS = sorted({found for line in scripts() for found in re.findall(r"lsform (?:-C|comment) [^;|>]*", line)})


@pytest.mark.parametrize("line", COMMANDS)
def test_the_command_line_takes_it(line: str) -> None:
    parse(SHELL.sub(r"\1 \2", line))


def test_all_three_commands_are_run_by_both_hosts() -> None:
    for text in (ACTION.read_text("utf-8"), JOBS.read_text("utf-8")):
        assert ["apply", "plan", "validate"] == sorted(set(re.findall(r"\} (validate|plan|apply)\b", text)))


def test_what_a_user_gives_reaches_the_shell_as_a_variable_only() -> None:
    runs = [step["run"] for step in loaded(ACTION.read_text("utf-8"))["runs"]["steps"] if "run" in step]
    assert [] == [run for run in runs if "${{" in run]
