"""CoNLL with IOB2 tags: a token a line, an empty line between texts, a column of tags for each control. Files.

Tokens are words, numbers, single signs, and each character of scripts that put no space between words. A span that
begins or ends inside a token splits it, so that tags are true to the character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from lsform.data.formats.base import Context
from lsform.data.items import Item, media, objects
from lsform.data.regions import Region
from lsform.data.shapes import Span
from lsform.interface.model import LabelInterface

# Han, kana and their relatives one by one; else runs of letters, digits and marks; else single signs.
_SINGLE = r"\u2e80-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(rf"[{_SINGLE}]|[^\W{_SINGLE}]+|[^\w\s]")
OUTSIDE = "O"
Place = tuple[int, int]


def write(items: Iterable[Item], context: Context) -> None:
    """`<part>.conll`; the first line of each names its columns, as `-DOCSTART- entities`."""
    shown = objects(context.interface, "text")
    controls = _controls(context.interface)
    files = {part: f"{part or 'annotations'}.conll" for part in context.split.parts}
    with context.output.streams(files) as opened:
        for file in opened.values():
            file.write(f"-DOCSTART- {' '.join(controls)}\n\n".encode())
        for item in items:
            for text in media(item, shown):
                for annotation in item.annotations:
                    spans = [region for region in annotation.reading.regions if region.target == text.target]
                    lines = "".join(_lines(text.url, spans, controls, item, context))
                    opened[item.part].write(f"{lines}\n".encode() if lines else b"")


def _controls(interface: LabelInterface) -> tuple[str, ...]:
    return tuple(control.name for control in interface.controls() if control.result_type == "labels")


def _lines(text: str, spans: Sequence[Region], controls: Sequence[str], item: Item, context: Context) -> Iterator[str]:
    columns = [_marked(text, spans, control, item, context) for control in controls]
    cuts = {edge for column in columns for start, end, _ in column for edge in (start, end)}
    for start, end in tokens(text, cuts):
        tags = (_tag(start, end, column) for column in columns)
        yield f"{text[start:end]} {' '.join(tags)}\n"


def _marked(
    text: str, spans: Sequence[Region], control: str, item: Item, context: Context
) -> list[tuple[int, int, str]]:
    """The spans of one control in their order; what lies over another, or outside of the text, is told as a problem."""
    found: list[tuple[int, int, str]] = []
    mine = [one for one in spans if control in one.labels and isinstance(one.shape, Span)]
    for region in sorted(mine, key=lambda one: (_span(one).start, -_span(one).end)):
        span, labels = _span(region), region.labels[control]
        if not 0 <= span.start < span.end <= len(text):
            context.problems.add("span outside of its text", item)
        elif found and span.start < found[-1][1]:
            context.problems.add("span that overlaps another of the same control", item)
        else:
            found.append((span.start, span.end, re.sub(r"\s", "_", labels[0])))
        for _ in labels[1:]:
            context.problems.add("second label of one span", item)
    for region in spans:
        if not isinstance(region.shape, Span) and control in region.labels:
            context.problems.add(f"`{getattr(region.shape, 'kind', 'other')}` region", item)
    return found


def _span(region: Region) -> Span:
    assert isinstance(region.shape, Span)
    return region.shape


def tokens(text: str, cuts: Iterable[int] = ()) -> Iterator[Place]:
    """Where the tokens are; none reaches over a cut."""
    edges = sorted(cuts)
    for found in _TOKEN.finditer(text):
        start, end = found.span()
        inside = [edge for edge in edges if start < edge < end]
        yield from zip([start, *inside], [*inside, end], strict=True)


def _tag(start: int, end: int, spans: Sequence[tuple[int, int, str]]) -> str:
    for first, last, label in spans:
        if first <= start and end <= last:
            return f"{'B' if start == first else 'I'}-{label}"
    return OUTSIDE
