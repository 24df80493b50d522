"""Colour is never the only sign: in each report, on a terminal and in a page, words and signs say it too."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html
from playwright.sync_api import Page

from lsform.config.explaining import kinds, subject
from lsform.core.address import Address
from lsform.doctor.diagnosis import Diagnosis
from lsform.engine.comparison import Comparison, Difference, FieldDifference
from lsform.engine.model import Action, Drift, FieldChange, Risk
from lsform.interface.gallery import load
from lsform.interface.hotkeys import shortcuts
from lsform.interface.model import parse
from lsform.report import doctor, findings, hotkeys
from lsform.report.comparison import comparison_text
from lsform.report.drift import drift_text
from lsform.report.explain import kinds_text, subject_text
from lsform.report.html import plan_html
from lsform.report.paint import Paint
from lsform.report.terminal import SIGNS, outcome_line, outcomes_summary, plan_text
from lsform.report.told import DANGERS
from tests.unit.test_report import FINDINGS, OUTCOMES, PLAN, SERVER, change
from tests.unit.test_report_html import opened
from tests.unit.test_report_html import page as page
from tests.unit.test_report_markdown import REFUSALS

TOWN = Address.of("project", "town")
DRIFT = Drift("vision", "prod", SERVER, PLAN.drift, 3, (), PLAN.findings)
COMPARISON = Comparison(
    "vision", "dev", "prod",
    tuple(
        Difference(TOWN, declared, (FieldDifference("title", "a", "b"),))
        for declared in ((True, True), (True, False), (False, True))
    ),
    1,
)  # fmt: skip

# All that is painted -> how.
REPORTS: dict[str, Callable[[Paint], str]] = {
    "plan": lambda paint: plan_text(PLAN, paint, REFUSALS),
    "outcomes": lambda paint: "\n".join(
        outcome_line(one, change("project.a", action, "x") if action else None, paint)
        for one, action in OUTCOMES.values()
    ),
    "summary": lambda paint: outcomes_summary([one for one, _ in OUTCOMES.values()], paint),
    "drift": lambda paint: drift_text(DRIFT, paint),
    "no drift": lambda paint: drift_text(replace(DRIFT, items=()), paint),
    "findings": lambda paint: findings.as_text(FINDINGS, paint),
    "doctor": lambda paint: doctor.as_text(Diagnosis(FINDINGS, (), (), "a server"), paint),
    "comparison": lambda paint: comparison_text(COMPARISON, paint),
    "kinds": lambda paint: kinds_text(kinds(), paint),
    "explain": lambda paint: subject_text(subject("Project"), paint),
    "hotkeys": lambda paint: hotkeys.as_text(shortcuts(parse(load("named-entities").sample())), paint),
}
ESCAPE = re.compile(r"\x1b\[(\d+)m")
NAMES = {"1": "bold", "31": "red", "32": "green", "33": "yellow", "36": "cyan"}
PAINTED = re.compile(r"\x1b\[(\d+)m([^\x1b]*)\x1b\[0m")


@pytest.mark.parametrize("name", REPORTS)
def test_without_colours_a_report_has_the_same_text(name: str) -> None:
    colored, plain = REPORTS[name](Paint(colors=True)), REPORTS[name](Paint())
    assert plain != colored
    assert plain == ESCAPE.sub("", colored)


def test_what_is_painted_in_one_colour_is_a_sign_or_a_word_that_no_other_colour_has() -> None:
    said: dict[str, set[str]] = {}
    for report in REPORTS.values():
        for code, text in PAINTED.findall(report(Paint(colors=True))):
            if NAMES[code] != "bold":
                said.setdefault(text, set()).add(NAMES[code])
    # of two environments, neither is in danger: `+` is no creation there
    assert {"+": {"green", "cyan"}} == {text: colors for text, colors in said.items() if len(colors) > 1}
    assert "" not in said


def test_each_action_has_a_sign_of_its_own_and_its_word() -> None:
    assert len(SIGNS) == len({sign for sign, _ in SIGNS.values()})
    for action, (sign, _) in SIGNS.items():
        plan = replace(PLAN, changes=(change("project.a", action, "it is so"),))
        assert f"  {sign} project.a: {action.value}, because it is so" in plan_text(plan, Paint()).split("\n")


@pytest.mark.parametrize("action", SIGNS)
@pytest.mark.parametrize("risk", Risk)
def test_a_page_says_each_action_and_each_danger_in_words(action: Action, risk: Risk) -> None:
    plan = replace(PLAN, changes=(change("project.a", action, "it is so", risk=risk),))
    (article,) = html.document_fromstring(plan_html(plan)).iter("article")
    (heading,) = (one.text_content() for one in article.iter("h3"))
    assert heading.startswith(f"{action.value} ")
    assert (risk in DANGERS) == heading.endswith(f" ⚠ {risk.value}")


def test_a_page_marks_both_sides_of_a_field_without_colour(page: Page, tmp_path: Path) -> None:
    fields = (FieldChange("title", "old", "new"),)
    opened(page, plan_html(replace(PLAN, changes=(change("project.a", Action.UPDATE, "x", fields=fields),))), tmp_path)
    assert "line-through" in page.evaluate("getComputedStyle(document.querySelector('del')).textDecoration")
    assert "→" in page.evaluate("getComputedStyle(document.querySelector('ins'), '::before').content")


# Each text of the page -> its colour, and the first that is behind it.
COLOURS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  const behind = (one) => {
    const color = getComputedStyle(one).backgroundColor;
    return color !== "rgba(0, 0, 0, 0)" || !one.parentElement ? color : behind(one.parentElement);
  };
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() && one.checkVisibility())
      found.push([one.localName + "." + one.className, getComputedStyle(one).color, behind(one)]);
  }
  const input = document.querySelector("input[type=search]");
  found.push(["placeholder", getComputedStyle(input, "::placeholder").color, behind(input)]);
  return found;
}"""
ENOUGH = 4.5  # WCAG 2.2, 1.4.3, level AA


def luminance(color: str) -> float:
    """Relative luminance of `rgb(r, g, b)`, by WCAG 2.2."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (int(one) / 255 for one in re.fullmatch(r"rgb\((\d+), (\d+), (\d+)\)", color).groups())  # type: ignore[union-attr]
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1, the same, to 21, black on white."""
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_counted_as_the_standard_does() -> None:
    assert (21.0, 1.0) == (contrast("rgb(0, 0, 0)", "rgb(255, 255, 255)"), contrast("rgb(9, 9, 9)", "rgb(9, 9, 9)"))
    assert 4.54 == round(contrast("rgb(118, 118, 118)", "rgb(255, 255, 255)"), 2)  # the well-known #767676


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_of_a_page_stands_out(page: Page, tmp_path: Path, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    opened(page, plan_html(PLAN, REFUSALS), tmp_path)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    texts = {tuple(one) for one in page.evaluate(COLOURS)}
    assert len({(color, ground) for _, color, ground in texts}) > 5
    assert [] == sorted(one for one in texts if contrast(one[1], one[2]) < ENOUGH)
