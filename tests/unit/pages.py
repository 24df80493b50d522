"""Code blocks of the documentation: what a page shows, with its language and its line."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("docs/**/*.md"), *ROOT.glob("*.md"), *ROOT.glob("examples/**/README.md")])


class Block(NamedTuple):
    """A fenced or indented block; an indented one has no language. `answer` is the block after it."""

    place: str
    language: str
    text: str
    answer: str = ""


def blocks(page: Path) -> list[Block]:
    """In the order of the page, also those inside lists."""
    tokens = MarkdownIt("commonmark").parse(page.read_text("utf-8"))
    name = page.relative_to(ROOT).as_posix()
    found = [(token.map[0] + 1, token) for token in tokens if token.type in ("fence", "code_block") and token.map]
    return [
        Block(f"{name}:{line}", token.info.strip(), token.content, answer)
        for (line, token), answer in zip(found, [*(after.content for _, after in found[1:]), ""], strict=False)
    ]


BLOCKS = [block for page in PAGES for block in blocks(page)]
