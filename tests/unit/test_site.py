"""The documentation as a site: built strictly, as GitHub shows it, and with nothing from the network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import lxml.html
import pytest
from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
# what a reader sees as structure; where Markdown's dialects part, one of these differs
BLOCKS = (
    "h1",
    "h2",
    "h3",
    "h4",
    "p",
    "ul",
    "ol",
    "li",
    "tr",
    "th",
    "td",
    "pre",
    "blockquote",
    "hr",
    "em",
    "strong",
    "a",
)
REPOSITORY = "https://git.example.com/lsform/blob/main"  # where links to files outside of docs/ lead
HTML = lxml.html.HTMLParser(encoding="utf-8")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site. A link or an anchor that leads nowhere ends its build, as does a page that is in no menu."""
    built = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]  # which counts no warnings with `--quiet`
    command += ["--config-file", str(ROOT / "deploy/docs/mkdocs.yml"), "--site-dir", str(built)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "DOCS_REPOSITORY": REPOSITORY}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    return built


def built_page(site: Path, page: Path) -> lxml.html.HtmlElement:
    at = page.relative_to(ROOT / "docs").with_suffix("")
    folder = at.parent if at.name == "index" else at
    return lxml.html.parse(site / folder / "index.html", HTML).getroot()


def structure(html: lxml.html.HtmlElement) -> tuple[dict[str, int], list[str]]:
    found = Counter(str(one.tag) for one in html.iter(*BLOCKS) if one.get("class") != "headerlink")
    return dict(sorted(found.items())), [" ".join(code.text_content().split()) for code in html.iter("code")]


def test_each_page_is_on_the_site_as_it_is_on_github(site: Path) -> None:
    github = MarkdownIt("commonmark").enable("table")
    for page in PAGES:
        shown = lxml.html.fromstring(f"<div>{github.render(page.read_text('utf-8'))}</div>")
        (article,) = built_page(site, page).xpath("//article")
        assert structure(shown) == structure(article), page.name


def test_no_page_has_html() -> None:
    """A tag that was meant as text would be gone, on GitHub and on the site."""
    parser = MarkdownIt("commonmark").enable("table")
    blocks = [(page, token) for page in PAGES for token in parser.parse(page.read_text("utf-8"))]
    inside = [(page, token) for page, block in blocks for token in (block, *(block.children or ()))]
    assert [] == [(page.name, token.content) for page, token in inside if token.type.startswith("html")]


def test_a_link_out_of_the_docs_leads_into_the_repository(site: Path) -> None:
    links = built_page(site, ROOT / "docs/ci.md").xpath("//article//a/@href")
    assert f"{REPOSITORY}/deploy/gitlab/lsform.gitlab-ci.yml" in links


def test_no_page_asks_the_network(site: Path) -> None:
    loads = "//@src | //link[not(@rel='canonical')]/@href | //form/@action"
    built = [built_page(site, page) for page in PAGES]
    assert [] == [url for page in built for url in page.xpath(loads) if "//" in url]
    styles = "".join(path.read_text("utf-8") for path in site.rglob("*.css"))
    assert "url(http" not in styles.replace('"', "").replace("url(//", "url(http")
    settings = json.loads(built[0].xpath("string(//script[@id='__config'])"))
    assert {".", ".."} >= {settings["base"]}
    assert "//" not in settings["search"]


def test_what_is_searched_for_is_found(site: Path) -> None:
    index = json.loads((site / "search/search_index.json").read_text("utf-8"))
    assert {"plans/#what-apply-does"} <= {one["location"] for one in index["docs"]}
