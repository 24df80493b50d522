"""Where the tags of a rendered template come from: file, line and column in the template, not in its result.

Reads what `render` reads. Each tag that stands in a template is rendered once more with a note of its place in it;
tags that expressions print have no place there, and are quoted as rendered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from urllib.parse import quote, unquote

from lsform.core.diagnostics import Span
from lsform.interface.labels import LabelSpec
from lsform.interface.lint.places import attribute_place, line_starts, quoted_line
from lsform.interface.lint.subject import Node
from lsform.interface.model import InterfaceError, parse
from lsform.interface.render import RenderError, TemplateSource, rendered
from lsform.interface.sandbox import PLAIN, Reading

NOTE = "lsform-place"
_NOTE = re.compile(rf' {NOTE}="([^":]*):(\d+):(\d+)"')
# What may hold `<` without beginning a tag, then a tag whose name ends here.
_PIECE = re.compile(
    r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<!--.*?-->|<!\[CDATA\[.*?\]\]>"
    r"|<(?P<name>[A-Za-z_][\w.:-]*)(?=[\s/>]|\{%|\{\{[^}]*\bxmlattr\b)",
    re.DOTALL,
)


@dataclass(frozen=True, eq=False)
class Origins:
    """How an interface was rendered. Works only when somebody asks for a place."""

    source: TemplateSource
    variables: Mapping[str, object]
    label_sets: Mapping[str, Sequence[LabelSpec]]
    reading: Reading = PLAIN
    _texts: dict[str, str] = field(default_factory=dict)

    def __call__(self, node: Node, attribute: str) -> tuple[Span, str]:
        """A `Place`: the tag's in its template, else the rendered line as a note."""
        tag = node.tag
        origin = self._of.get((tag.line, tag.column))
        if origin is None:
            return Span(self.source.filename), quoted_line(self._plain, tag.line)
        if not attribute:
            return origin, ""
        text = self._texts[origin.file]
        offset = line_starts(text)[origin.line - 1] + origin.column - 1
        return Span(origin.file, *attribute_place(text, offset, origin.line, origin.column, attribute)), ""

    def before(self, line: int, column: int) -> Span:
        """The last tag that begins before a place in the result, which need not be an interface."""
        starts = line_starts(self._plain)
        if not self._noted or not 0 < line <= len(starts):
            return Span(self.source.filename)
        end, shift, found = starts[line - 1] + column - 1, 0, Span(self.source.filename)
        for note in _NOTE.finditer(self._noted):
            if note.start() - shift > end:
                break
            shift += len(note[0])
            found = _read(note)
        return found

    @cached_property
    def _plain(self) -> str:
        return rendered(self.source, variables=self.variables, label_sets=self.label_sets, reading=self.reading)

    @cached_property
    def _noted(self) -> str:
        """The result with a note in each tag that has a place; '' when it is not the same but for the notes."""
        reading = replace(self.reading, prepare=self._with_notes)
        try:
            noted = rendered(self.source, variables=self.variables, label_sets=self.label_sets, reading=reading)
        except RenderError:
            return ""
        return noted if _NOTE.sub("", noted) == self._plain else ""

    @cached_property
    def _of(self) -> Mapping[tuple[int, int], Span]:
        """Line and column in the result -> place in a template; empty when that cannot be told."""
        try:
            tags = zip(parse(self._plain).tags(), parse(self._noted).tags(), strict=True)
            notes = {(here.line, here.column): _NOTE.fullmatch(f' {NOTE}="{there.get(NOTE)}"') for here, there in tags}
        except (InterfaceError, ValueError):
            return {}
        return {place: _read(note) for place, note in notes.items() if note}

    def _with_notes(self, text: str, filename: str) -> str:
        """The template with a note of its place in each tag."""
        self._texts[filename] = text
        starts, line, made, done = line_starts(text), 1, [], 0
        for piece in _PIECE.finditer(text):
            if piece["name"] is None:
                continue
            while line < len(starts) and starts[line] <= piece.start():
                line += 1
            column = piece.start() - starts[line - 1] + 1
            made += [text[done : piece.end()], f' {NOTE}="{quote(filename)}:{line}:{column}"']
            done = piece.end()
        return "".join([*made, text[done:]])


def _read(note: re.Match[str]) -> Span:
    return Span(unquote(note[1]), int(note[2]), int(note[3]))
