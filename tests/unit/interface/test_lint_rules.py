"""Each rule of the linter: its own examples, its case file, and what it finds in official templates broken its way."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
import yaml
from lxml import etree

from lsform.core.diagnostics import Finding
from lsform.interface import lint
from lsform.interface.lint.engine import ALL
from lsform.interface.lint.rule import Documented
from lsform.interface.lint.rules import READING, RULES
from lsform.interface.model import parse
from tests.mutations import MUTATIONS, Broken
from tests.unit.interface.interface_cases import CASES
from tools.official_templates import official_templates

SINGLE = sorted((*READING, *RULES), key=lambda rule: rule.CODE)  # those that look at one interface
CODES = [rule.CODE for rule in SINGLE]
TEMPLATES = {path: etree.tostring(root, encoding="unicode") for path, root in official_templates().items()}
_SECTION = re.compile(r"^(?P<name>Bad|Good|Tasks|Exports):\n\n(?P<body>(?:(?:    .*)?\n)+)", re.MULTILINE)


def sections(rule: Documented) -> list[tuple[str, str]]:
    """The examples in a rule's docstring and what they need, as (name, text)."""
    return [(found["name"], found["body"]) for found in _SECTION.finditer(f"{rule.__doc__}\n")]


def linted(xml: str, data: Mapping[str, object]) -> tuple[Finding, ...]:
    tasks, exports = data.get("tasks", []), data.get("exports", [])
    assert isinstance(tasks, list)
    assert isinstance(exports, list)
    return lint(xml, tasks=tasks, exports=exports)


@pytest.mark.parametrize("rule", SINGLE, ids=CODES)
def test_the_documentation_of_a_rule_shows_what_it_finds_and_what_it_lets_pass(rule: Documented) -> None:
    found = sections(rule)
    data = {name.lower(): yaml.safe_load(body) for name, body in found if name in ("Tasks", "Exports")}
    bad, good = ([body for name, body in found if name == wanted] for wanted in ("Bad", "Good"))
    assert bad, "an example that is wrong"
    assert good, "an example that is right"
    assert [rule.CODE] * len(bad) == [
        next((one.code for one in linted(body, data) if one.code == rule.CODE), "") for body in bad
    ]
    assert [] == [one for body in good for one in linted(body, data)]


@pytest.mark.parametrize("rule", ALL, ids=[rule.CODE for rule in ALL])
def test_the_first_line_of_a_rule_s_documentation_is_its_law(rule: Documented) -> None:
    first, second, *_ = (rule.__doc__ or "").splitlines()
    assert re.fullmatch(rf"{rule.CODE}: [^A-Z].*\.", first)
    assert "" == second


def cases_of(code: str) -> list[dict[str, object]]:
    path = CASES / "lint" / f"{code}.yaml"
    return list(yaml.safe_load_all(path.read_text("utf-8"))) if path.exists() else []


@pytest.mark.parametrize(
    ("code", "case"),
    [pytest.param(code, case, id=f"{code}: {case['claim']}") for code in CODES for case in cases_of(code)],
)
def test_a_case_is_judged_as_written_down(code: str, case: dict[str, object]) -> None:
    expected = case["findings"]
    assert isinstance(expected, list)
    found = [one for one in linted(str(case["xml"]), case) if one.code == code]
    shown = [
        {"line": one.span.line, "column": one.span.column, "severity": one.severity.value, "message": one.message,
         "hint": one.hint}
        for one in found
    ]  # fmt: skip
    wanted = [*expected, *shown[len(expected) :]]  # a finding too many is shown in full
    assert expected == [{key: one[key] for key in keys} for one, keys in zip(shown, wanted, strict=False)]


@pytest.mark.parametrize("code", CODES)
def test_a_rule_has_a_case_that_breaks_it_and_one_that_keeps_it(code: str) -> None:
    assert {True, False} == {bool(case["findings"]) for case in cases_of(code)}


@pytest.mark.parametrize("code", [rule.CODE for rule in RULES])
def test_a_rule_fires_on_the_line_where_an_official_template_is_broken_its_way(code: str) -> None:
    missed, tried = [], 0
    for path, xml in TEMPLATES.items():
        root = etree.fromstring(xml)
        broken = MUTATIONS[code](root)
        if broken is None:
            continue
        tried += 1
        text, line = written(root, broken)
        lines = {one.span.line for one in lint(text, tasks=broken.tasks, exports=broken.exports) if one.code == code}
        if line not in lines:
            missed.append((path, line, lines))
    assert [] == missed
    assert tried


def written(root: etree._Element, broken: Broken) -> tuple[str, int]:
    """The interface as text, and the line of the broken tag in it."""
    number = list(root.iter(etree.Element)).index(broken.tag)
    text = etree.tostring(root, encoding="unicode")
    return text, [tag.line for tag in parse(text).tags()][number]


def test_the_table_of_rules_is_in_order_and_has_each_once() -> None:
    assert sorted(set(CODES)) == sorted(CODES)
    for table in (READING, RULES):
        assert sorted(rule.CODE for rule in table) == [rule.CODE for rule in table]
