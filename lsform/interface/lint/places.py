"""Where a tag or an attribute stands in the text that an interface was read from. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

from lsform.core.diagnostics import Span
from lsform.interface.lint.subject import Node

Place = Callable[[Node, str], tuple[Span, str]]
"""A tag and the name of one of its attributes, or '' -> where that stands, and what to add to a message about it."""

_LINE_END = re.compile(r"\r\n?|\n")  # XML's; Python's own idea of lines knows more


def in_text(text: str, file: str) -> Place:
    """The places of an interface that was read from this very text; of its tags alone when there is no text."""
    starts = line_starts(text)

    def place(node: Node, attribute: str) -> tuple[Span, str]:
        tag = node.tag
        if not attribute or not 0 < tag.line <= len(starts):
            return Span(file, tag.line, tag.column), ""
        offset = starts[tag.line - 1] + tag.column - 1
        return Span(file, *attribute_place(text, offset, tag.line, tag.column, attribute)), ""

    return place


def line_starts(text: str) -> list[int]:
    """Offsets at which the lines of a text begin."""
    return [0, *(found.end() for found in _LINE_END.finditer(text))]


def attribute_place(text: str, offset: int, line: int, column: int, attribute: str) -> tuple[int, int]:
    """Line and column of an attribute, in any case, of the tag that begins at `offset`; the tag's when it has none.

    The text may be a template, whose tags hold more than attributes.
    """
    end = text.find("<", offset + 1)
    tag = text[offset : end if end >= 0 else len(text)]
    found = re.search(rf"""[\s"'}}]({re.escape(attribute)})\s*=""", tag, re.IGNORECASE)
    if found is None:
        return line, column
    before = tag[: found.start(1)]
    breaks = list(_LINE_END.finditer(before))
    return (line + len(breaks), len(before) - breaks[-1].end() + 1) if breaks else (line, column + len(before))


def quoted_line(rendered: str, line: int) -> str:
    """For the end of a message: a line of what a template gave, when its place in the template cannot be told."""
    return f", in line {line} of what the template gives: `{_LINE_END.split(rendered)[line - 1].strip()}`"
