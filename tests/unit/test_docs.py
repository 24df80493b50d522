"""Pages that are made from the code say what the code says."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

import pytest

from lsform.engine.guard import GUARDS, Limits
from lsform.interface.lint.pages import pages
from tools import make_checks_page
from tools.make_rules_page import GROUPS, PAGE, rules_page

DOCS = Path(__file__).parents[2] / "docs"
CASES = DOCS.parent / "tests" / "cases" / "plan"


def test_the_page_of_the_rules_is_the_one_that_is_made_now() -> None:
    assert rules_page() == PAGE.read_text("utf-8"), "`python -m tools.make_rules_page` makes it anew"


def test_the_page_of_the_checks_is_the_one_that_is_made_now() -> None:
    made = make_checks_page.checks_page()
    assert made == make_checks_page.PAGE.read_text("utf-8"), "`python -m tools.make_checks_page` makes it anew"


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


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_codes_that_the_docs_name_are_there(page: Path) -> None:
    named = set(re.findall(r"\bLSF\d{3}\b", page.read_text("utf-8")))
    assert set() == named - set(pages())
