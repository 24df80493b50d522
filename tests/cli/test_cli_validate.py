"""`lsform validate`: findings in four formats, and exit codes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from lsform import __version__
from lsform.core.codes import CODES
from tests.cli.conftest import STACK
from tests.conftest import Stack

WRONG = """\
apiVersion: lsform/v1
kind: Project
metadata: {name: wrong}
spec:
  titel: x
  description: ${env:DESCRIPTION}
"""
LITERAL = """\
apiVersion: lsform/v1
kind: Project
metadata: {name: literal}
spec:
  task_data_password: hunter2
"""
EXAMPLES = sorted(path.parent for path in (Path(__file__).parents[2] / "examples").glob("*/lsform.yaml"))
REMEDY = "write `${env:NAME}` or `${file:path}`, and change the secret: it is in the repository's history"


@pytest.fixture
def wrong(stack: Stack) -> Stack:
    """Two errors and a warning."""
    stack.write({"lsform.yaml": STACK, "my m.yaml": WRONG, "n.yaml": LITERAL})
    return stack


def test_a_right_stack_needs_neither_a_server_nor_its_secrets(stack: Stack) -> None:
    stack.write(STACK)
    for options in ([], ["--strict"]):
        result = stack.run("validate", *options)
        assert (0, "no findings\n", "") == (result.code, result.out, result.err)


def test_findings_are_the_data_of_the_command(wrong: Stack) -> None:
    result = wrong.run("validate")
    assert (1, "") == (result.code, result.err)
    assert (
        "my m.yaml:5:3: error LSFM03: unknown key `titel`\n"
        "  hint: did you mean `title`?\n"
        "my m.yaml:6:3: error LSFM05: the environment variable `DESCRIPTION` is not set\n"
        "  hint: `export DESCRIPTION=...`, then try again\n"
        "n.yaml:5:3: warning LSFM10: `task_data_password` holds a secret in plain text\n"
        f"  hint: {REMEDY}\n"
        "2 errors, 1 warning\n"
    ) == result.out


def test_the_json_is_that_of_the_contract(wrong: Stack) -> None:
    result = wrong.run("validate", "--format", "json")
    assert (1, "") == (result.code, result.err)
    document = json.loads(result.out)
    assert ["findings", "summary"] == [*document]
    assert {"error": 2, "warning": 1, "info": 0} == document["summary"]
    assert {
        "code": "LSFM10",
        "severity": "warning",
        "message": "`task_data_password` holds a secret in plain text",
        "hint": REMEDY,
        "file": "n.yaml",
        "line": 5,
        "column": 3,
        "address": "project.literal",
    } == document["findings"][2]


def test_github_s_commands_escape_what_ends_them_and_count_paths_from_here(wrong: Stack) -> None:
    folder = wrong.folder.as_posix()
    result = wrong.run("validate", "--format", "github")
    assert (1, "") == (result.code, result.err)
    assert (
        f"::error file={folder}/my m.yaml,line=5,col=3,title=LSFM03::unknown key `titel` (did you mean `title`?)\n"
        f"::error file={folder}/my m.yaml,line=6,col=3,title=LSFM05::the environment variable `DESCRIPTION` is not set"
        " (`export DESCRIPTION=...`, then try again)\n"
        f"::warning file={folder}/n.yaml,line=5,col=3,title=LSFM10::"
        f"`task_data_password` holds a secret in plain text ({REMEDY})\n"
    ) == result.out


def test_sarif_is_what_its_readers_want(
    wrong: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(wrong.folder.parent)
    result = wrong.call(["-C", "stack", "validate", "--format", "sarif"])
    assert (1, "") == (result.code, result.err)
    document = json.loads(result.out)
    assert ("2.1.0", "https://json.schemastore.org/sarif-2.1.0.json") == (document["version"], document["$schema"])
    (run,) = document["runs"]
    rules = ["LSFM03", "LSFM05", "LSFM10"]
    described = [{"id": rule, "shortDescription": {"text": CODES[rule]}} for rule in rules]
    assert {"name": "lsform", "version": __version__, "rules": described} == run["tool"]["driver"]
    assert "unicodeCodePoints" == run["columnKind"]
    assert [("error", "LSFM03", 0), ("error", "LSFM05", 1), ("warning", "LSFM10", 2)] == [
        (one["level"], one["ruleId"], one["ruleIndex"]) for one in run["results"]
    ]
    assert "unknown key `titel`. did you mean `title`?" == run["results"][0]["message"]["text"]
    assert [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "stack/my%20m.yaml"},
                "region": {"startLine": 5, "startColumn": 3},
            }
        }
    ] == run["results"][0]["locations"]


def test_gitlab_gets_paths_from_here_and_knows_a_finding_again(wrong: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(wrong.folder.parent)

    def found() -> list[dict[str, Any]]:
        result = wrong.call(["-C", "stack", "validate", "--format", "gitlab"])
        assert (1, "") == (result.code, result.err)
        document = json.loads(result.out)
        assert isinstance(document, list)
        return document

    before = found()
    assert [
        ("LSFM03", "major", {"path": "stack/my m.yaml", "lines": {"begin": 5}}),
        ("LSFM05", "major", {"path": "stack/my m.yaml", "lines": {"begin": 6}}),
        ("LSFM10", "minor", {"path": "stack/n.yaml", "lines": {"begin": 5}}),
    ] == [tuple(one[key] for key in ("check_name", "severity", "location")) for one in before]
    assert "unknown key `titel` (did you mean `title`?)" == before[0]["description"]
    path = wrong.folder / "my m.yaml"
    path.write_text(f"# a line more\n{path.read_text('utf-8')}", "utf-8")
    after = found()
    assert [6, 7, 5] == [one["location"]["lines"]["begin"] for one in after]
    assert [one["fingerprint"] for one in before] == [one["fingerprint"] for one in after]


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "gitlab"])
def test_each_format_has_a_form_for_no_findings(stack: Stack, form: str) -> None:
    stack.write(STACK)
    empty = {"text": "no findings\n", "github": ""}
    result = stack.run("validate", "--format", form)
    assert (0, "") == (result.code, result.err)
    if form in empty:
        assert empty[form] == result.out
    else:
        json.loads(result.out)


def test_warnings_are_errors_when_they_are_to_be(stack: Stack) -> None:
    stack.write({"lsform.yaml": STACK, "n.yaml": LITERAL})
    assert [0, 1] == [stack.run("validate", *options).code for options in ([], ["--strict"])]
    stack.write({"n.yaml": LITERAL.replace("hunter2", "hunter2 # lsform: ignore LSFM10")})
    assert [0, 0] == [stack.run("validate", *options).code for options in ([], ["--strict"])]


def test_no_stack_is_an_error_of_its_own(stack: Stack) -> None:
    result = stack.run("validate", "--format", "json")
    assert (1, "") == (result.code, result.out)
    assert (
        f"error: there is no `lsform.yaml` in {stack.folder}\n"
        "hint: `lsform init` writes one, `-C DIR` looks elsewhere\n"
    ) == result.err


def test_an_environment_and_variables_reach_the_manifests(stack: Stack) -> None:
    body = 'apiVersion: lsform/v1\nkind: Project\nmetadata: {name: a}\nspec: {title: "${var:title}"}\n'
    environment = "apiVersion: lsform/v1\nkind: Environment\nmetadata: {name: prod}\nspec: {vars: {title: Prod}}\n"
    stack.write({"lsform.yaml": STACK, "m.yaml": body, "envs/prod.yaml": environment})
    assert 1 == stack.run("validate").code
    assert 0 == stack.run("validate", "-e", "prod").code
    assert 0 == stack.run("validate", "--var", "title=Mine").code
    assert 0 == stack.run("--var", "title=12", "validate", "--var", "title=Mine").code
    result = stack.run("validate", "--var", "title=12", "-e", "prod")
    assert "`title` should be text" in result.out


def asked_for(example: Path) -> set[str]:
    """The variables of the environment that manifests need without a server: those of `server` stand in `envs/`."""
    texts = [path.read_text("utf-8") for path in example.rglob("*.yaml") if path.parent.name != "envs"]
    return {name for text in texts for name in re.findall(r"\$\{env:(\w+)\}", text)}


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_have_no_findings(stack: Stack, example: Path) -> None:
    stack.environment |= dict.fromkeys(asked_for(example), "/data")
    for name in ["", *sorted(path.stem for path in example.glob("envs/*.yaml"))]:
        result = stack.call(["-C", str(example), "-e", name, "validate", "--strict"])
        assert (0, "no findings\n", "") == (result.code, result.out, result.err)


@pytest.mark.parametrize("environment", ["", "dev", "prod"])
def test_the_production_example_tells_all_that_it_lacks(stack: Stack, environment: str) -> None:
    example = next(one for one in EXAMPLES if one.name == "production")
    result = stack.call(["-C", str(example), "-e", environment, "validate", "--format", "json"])
    findings = json.loads(result.out)["findings"]
    assert (1, {"LSFM05"}) == (result.code, {one["code"] for one in findings})
    assert {f"the environment variable `{name}` is not set" for name in asked_for(example)} == {
        one["message"] for one in findings
    }
    assert all(one["line"] and one["column"] and "`export " in one["hint"] for one in findings)


def test_the_production_example_reaches_no_server_without_an_environment_or_its_token(stack: Stack) -> None:
    example = next(one for one in EXAMPLES if one.name == "production")
    stack.environment |= dict.fromkeys(asked_for(example), "dummy")
    none, prod = (stack.call(["-C", str(example), "-e", name, "plan"]) for name in ("", "prod"))
    assert (6, True) == (none.code, "no server is configured" in none.err)
    named = [f"`LABEL_STUDIO_PROD_{name}` is not set" in prod.err for name in ("URL", "API_KEY")]
    assert (1, [True, True]) == (prod.code, named)
