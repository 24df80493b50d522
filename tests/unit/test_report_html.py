"""Plans as pages: everything is in them, nothing is asked of anybody, and nothing that others wrote is markup."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html
from playwright.sync_api import Page

from lsform.browser.chromium import found, launched
from lsform.core.errors import Refusal
from lsform.engine.document import plan_digest
from lsform.engine.model import Action
from lsform.report.html import AT_ONCE, plan_html
from lsform.report.told import is_dangerous
from tests.unit.test_report import PLAN
from tests.unit.test_report_markdown import HOSTILE, REFUSALS, hostile, many

PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACw="
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "section", "footer", "script"),
    *("h1", "h2", "h3", "p", "b", "code", "span", "div", "ul", "li", "del", "ins", "article", "details", "summary"),
    *("form", "fieldset", "legend", "label", "input", "output", "table", "tbody", "tr", "th", "td"),
    *("figure", "figcaption", "img", "pre", "noscript"),
}


def parsed(page: str) -> html.HtmlElement:
    return html.document_fromstring(page)


def test_the_page_has_every_change_with_what_it_costs_and_what_is_refused() -> None:
    page = plan_html(PLAN, REFUSALS)
    tree = parsed(page)
    shown = [(one.get("data-action"), one.get("data-address")) for one in tree.iter("article")]
    assert sorted((one.action.value, str(one.address)) for one in PLAN.changes) == sorted(shown)
    dangers = [one.get("class", "").endswith(" danger") for one in tree.iter("article")]
    assert sorted(dangers, reverse=True) == dangers, "what destroys comes first"
    assert sum(map(is_dangerous, PLAN.changes)) == sum(dangers)
    text = " ".join(tree.text_content().split())
    for words in (
        "Plan: 1 to create, 2 to update, 2 to replace, 1 to delete, 1 to forget, 2 unchanged",
        "stack vision, environment prod on http://localhost:8080 (Label Studio 1.23.2 Community)",
        "⚠ it has 1 task, 2 annotations, 1 draft, 3 predictions",
        "LSFG02: project.older has 1 task",
        "hint: --allow-destroy project.older",
        'title"Signs" "Traffic signs"',
        "task_data_password(secret rotated)",
        "label Car removed",
        "project.words/view.mine (id 4): is gone",
        "LSFP02: project 9 has this title",
        f"Digest: {plan_digest(PLAN)}",
    ):
        assert words in text


def test_pictures_stand_beside_what_they_show() -> None:
    page = parsed(plan_html(PLAN, pictures={"project.traffic": {"before": PIXEL, "after": PIXEL}}))
    (article,) = [one for one in page.iter("article") if one.find(".//img") is not None]
    assert "project.traffic" == article.get("data-address")
    assert ["before", "after"] == [one.text for one in article.iter("figcaption") if one.getnext().tag == "img"]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_others_wrote_becomes_markup(text: str) -> None:
    tree = parsed(plan_html(hostile(text), [Refusal("LSFG02", "", text, text)]))
    assert set() == {one.tag for one in tree.iter() if isinstance(one.tag, str)} - TAGS
    assert [1, 1] == [len([*tree.iter(tag)]) for tag in ("script", "style")]


@pytest.fixture(scope="module")
def page() -> Page:
    if found() is None:
        pytest.skip("there is no Chromium")
    with launched() as browser:
        yield browser.new_page()


def opened(page: Page, plan: str, folder: Path) -> tuple[list[str], list[str]]:
    """What a browser asked for besides the page, and what it complained of."""
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    (folder / "plan.html").write_text(plan, "utf-8")
    page.goto((folder / "plan.html").as_uri())
    return [url for url in asked[1:] if not url.startswith("data:")], said


def test_a_browser_shows_it_without_a_request_and_narrows_it(page: Page, tmp_path: Path) -> None:
    plan = plan_html(PLAN, REFUSALS, {"project.traffic": {"after": PIXEL}})
    assert ([], []) == opened(page, plan, tmp_path)
    visible = page.locator("article:visible")
    total = len(PLAN.changes)
    assert total == visible.count()
    page.fill("input[type=search]", "VIEW")
    assert ["project.words/view.mine"] == [one.get_attribute("data-address") for one in visible.all()]
    page.fill("input[type=search]", "")
    page.check("input[value=delete]")
    assert ["project.older"] == [one.get_attribute("data-address") for one in visible.all()]
    assert f"1 of {total} shown" == page.inner_text("#shown")
    page.uncheck("input[value=delete]")
    assert total == visible.count()


def test_both_schemes_of_colours_are_there(page: Page, tmp_path: Path) -> None:
    opened(page, plan_html(PLAN), tmp_path)
    found = set()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert 2 == len(found)


@pytest.fixture(scope="module")
def long() -> str:
    return plan_html(replace(PLAN, changes=tuple(many(Action.UPDATE, 10_000, "p"))))


def test_ten_thousand_changes_are_all_there(long: str) -> None:
    assert 10_000 == long.count("<article ")
    assert "<details open>" not in long


def test_of_ten_thousand_changes_a_browser_reads_what_one_comes_to(page: Page, tmp_path: Path, long: str) -> None:
    assert ([], []) == opened(page, long, tmp_path)
    articles, shown = page.locator("article"), page.locator("article:visible")
    assert AT_ONCE <= articles.count() < 1_000
    assert "10000 of 10000 shown" == page.inner_text("#shown")
    page.fill("input[type=search]", "p-0999")
    assert [f"project.p-0999{at}" for at in range(10)] == [one.get_attribute("data-address") for one in shown.all()]
    shown.last.locator("summary").click()
    assert "title" in shown.last.inner_text()
    page.fill("input[type=search]", "")
    before = articles.count()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_function("(count) => document.querySelectorAll('article').length > count", arg=before)


def test_without_scripts_every_change_is_shown(page: Page, tmp_path: Path) -> None:
    plan = plan_html(replace(PLAN, changes=tuple(many(Action.UPDATE, AT_ONCE + 5, "p"))))
    (tmp_path / "plan.html").write_text(plan, "utf-8")
    assert page.context.browser
    quiet = page.context.browser.new_context(java_script_enabled=False).new_page()
    quiet.goto((tmp_path / "plan.html").as_uri())
    assert AT_ONCE + 5 == quiet.locator("article:visible").count()
    quiet.context.close()


def test_what_is_shown_later_is_no_markup_either(page: Page, tmp_path: Path) -> None:
    changes = [one for text in HOSTILE for one in hostile(text).changes]
    filler = many(Action.DELETE, AT_ONCE, "p")
    assert ([], []) == opened(page, plan_html(replace(PLAN, changes=(*filler, *changes))), tmp_path)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert AT_ONCE + len(changes) == page.locator("article").count()
    assert set() == set(page.evaluate("Array.from(document.querySelectorAll('*'), (one) => one.localName)")) - TAGS
