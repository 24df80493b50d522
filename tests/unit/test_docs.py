"""Pages say what the code says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from lsform.core.codes import CODES
from lsform.core.errors import ExitCode
from lsform.doctor.checks import CHECKS
from lsform.engine.guard import GUARDS, Limits
from lsform.interface.lint.pages import pages
from tools.make_pages import PAGES
from tools.pages.environment import VARIABLES
from tools.pages.logs import KEYS
from tools.pages.rules import GROUPS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
CASES = ROOT / "tests" / "cases" / "plan"
SOURCES = {
    path.relative_to(ROOT / "lsform").as_posix(): path.read_text("utf-8") for path in (ROOT / "lsform").rglob("*.py")
}
# A variable of the environment, and who writes those of others instead of reading them.
VARIABLE = re.compile(r'"((?:LSFORM|LABEL_STUDIO|GITHUB|GITLAB|CI|BASIC_AUTH)_[A-Z0-9_]+|NO_COLOR|TERM|PAGER|LESS|CI)"')
WRITERS = ("deploy/", "doctor/", "server/", "interface/", "cli/commands/server.py")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_is_made_from_the_code_is_the_one_that_is_made_now(name: str) -> None:
    assert PAGES[name]() == (DOCS / name).read_text("utf-8"), "`python -m tools.make_pages` makes it anew"


def test_each_rule_is_in_a_group_of_the_page() -> None:
    assert set() == {code for code in pages() if code[3] not in GROUPS}


def test_the_page_of_plans_has_the_table_of_the_guards() -> None:
    lines = [f"| `{one.code}` | {one.would} | {one.lifted_by} |" for one in GUARDS]
    page = (DOCS / "plans.md").read_text("utf-8").split("\n")
    assert lines == [line for line in page if line.startswith("| `LSFG")]


def test_each_guard_has_a_case_that_it_refuses() -> None:
    cases = "".join(path.read_text("utf-8") for path in CASES.glob("*.yaml"))
    assert [] == [one.code for one in GUARDS if f'"{one.code} ' not in cases]


def test_the_limits_that_guards_name_are_the_defaults() -> None:
    named = {name: float(value) for one in GUARDS for name, value in re.findall(r"`(max_\w+)` \(([\d.]+)\)", one.would)}
    assert asdict(Limits()) == named


def test_each_code_that_is_said_is_documented_and_none_besides() -> None:
    known = {*CODES, *pages(), *(one.ID for one in CHECKS), *(one.code for one in GUARDS)}
    said = {
        code for name, text in SOURCES.items() if name != "core/codes.py" for code in re.findall(r'"(LSF\w+)"', text)
    }
    assert known == said & known | {*pages()}
    assert set() == {code for code in said if re.fullmatch(r"LSF[A-Z]*\d\d+", code)} - known


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: page.relative_to(DOCS).as_posix())
def test_codes_that_the_docs_name_are_there_and_say_what_they_say(page: Path) -> None:
    text = page.read_text("utf-8")
    known = {*CODES, *pages(), *(one.ID for one in CHECKS), *(one.code for one in GUARDS)}
    assert set() == set(re.findall(r"\bLSF[A-Z]?\d{2,3}\b", text)) - known
    tables = re.findall(r"^\| code \| says \|\n(?:\|.*\n)+", text, re.MULTILINE)
    rows = dict(re.findall(r"^\| `(LSF\w+)` \| (.*) \|$", "".join(tables), re.MULTILINE))
    assert {code: CODES[code] for code in rows if code in CODES} == {code: rows[code] for code in rows if code in CODES}


def test_each_variable_that_is_read_is_documented_and_none_besides() -> None:
    readers = (text for name, text in SOURCES.items() if not name.startswith(WRITERS))
    assert set(VARIABLES) == {name for text in readers for name in VARIABLE.findall(text)}


def test_each_key_of_an_event_is_documented() -> None:
    telling = (text for text in SOURCES.values() if "core.events import" in text)
    keys = {key for text in telling for key in event_keys(ast.parse(text))}
    assert {"file", "status", "over", "ending"} <= keys
    assert set() == keys - set(KEYS)


def event_keys(tree: ast.Module) -> Iterator[str]:
    """Keys that a module gives to events: those named to `step`, and of mappings in an Event or on the way to one."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name("step"), keywords=keywords):
                yield from (one.arg for one in keywords if one.arg)
            case ast.Call(func=ast.Name("Event"), args=arguments):
                yield from (key for one in arguments for key in text_keys(one))
            case ast.Assign(targets=[ast.Name("fields" | "told" | "line")], value=value):
                yield from text_keys(value)
            case ast.FunctionDef(name="_fields"):
                yield from text_keys(node)


def text_keys(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            yield from (str(key.value) for key in node.keys if isinstance(key, ast.Constant))


def test_the_readme_has_every_exit_code() -> None:
    told = (ROOT / "README.md").read_text("utf-8").partition("\nExit codes: ")[2].partition("\n\n")[0]
    assert [str(code.value) for code in ExitCode] == re.findall(r"(?:^|, )(\d+) ", told.replace("\n", " "))
