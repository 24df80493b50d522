"""Pages that are made from the code say what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lsform.interface.lint.pages import pages
from tools.make_rules_page import GROUPS, PAGE, rules_page

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_of_the_rules_is_the_one_that_is_made_now() -> None:
    assert rules_page() == PAGE.read_text("utf-8"), "`python -m tools.make_rules_page` makes it anew"


def test_each_rule_is_in_a_group_of_the_page() -> None:
    assert set() == {code for code in pages() if code[3] not in GROUPS}


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_codes_that_the_docs_name_are_there(page: Path) -> None:
    named = set(re.findall(r"\bLSF\d{3}\b", page.read_text("utf-8")))
    assert set() == named - set(pages())
