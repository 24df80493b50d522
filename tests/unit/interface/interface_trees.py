"""Trees of tags for properties, the many texts that mean one tree, and small edits of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from hypothesis import strategies as st

from lsform.interface.tags import Tag

NAMES = ("View", "Header", "Style", "Image", "Text", "Choices", "Labels", "Filter", "Label", "Choice")
ATTRIBUTES = ("name", "toName", "value", "valueList", "alias", "category", "required")

characters = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
texts = st.text(st.one_of(characters, st.sampled_from("\t\n\r&<>\"'-")), max_size=8)
significant = st.just("") | texts.filter(lambda text: text.strip(" \t\r\n") != "")
values = st.sampled_from(["a", "b", "x", "$k", ""]) | texts
attributes = st.dictionaries(st.sampled_from(ATTRIBUTES), values, max_size=4)

leaves = st.builds(Tag, st.sampled_from(NAMES), attributes, text=significant, tail=significant)
tags = st.recursive(
    leaves,
    lambda below: st.builds(
        Tag,
        st.sampled_from(NAMES),
        attributes,
        st.lists(below, max_size=4).map(tuple),
        significant,
        significant,
    ),
    max_leaves=12,
)
roots = st.builds(Tag, st.just("View"), attributes, st.lists(tags, max_size=4).map(tuple), significant)

_blanks = st.text(" \t\n", max_size=3)
_comments = st.sampled_from(["", "", "<!-- note -->", "<!---->", "<?note x?>"])
_heads = st.sampled_from(["", '<?xml version="1.0"?>', "<?xml version='1.0' encoding='UTF-8'?>\n", "<!-- note -->"])


@st.composite
def spelled(draw: st.DrawFn, tag: Tag) -> str:
    """One of the texts that mean the tree."""
    text = draw(_heads) + _element(draw, tag) + draw(_comments) + draw(_blanks)
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


def _element(draw: st.DrawFn, tag: Tag) -> str:
    order = draw(st.permutations(sorted(tag.attributes)))
    start = tag.name + "".join(f" {_blank(draw)}{name}={_quoted(draw, tag.attributes[name])}" for name in order)
    inside = _text(draw, tag.text) + "".join(_element(draw, child) + _text(draw, child.tail) for child in tag.children)
    if not inside and draw(st.booleans()):
        return f"<{start}{_blank(draw)}/>"
    return f"<{start}{_blank(draw)}>{inside}</{tag.name}{_blank(draw)}>"


def _blank(draw: st.DrawFn) -> str:
    return draw(_blanks)


def _quoted(draw: st.DrawFn, value: str) -> str:
    quote = draw(st.sampled_from("\"'"))
    special = re.compile(rf"[&<\t\n\r{quote}]")
    return quote + special.sub(lambda found: f"&#{ord(found[0])};", value) + quote


def _text(draw: st.DrawFn, text: str) -> str:
    if not text:
        return draw(_blanks) + draw(_comments) + draw(_blanks)
    cut = draw(st.integers(0, len(text)))
    return _piece(draw, text[:cut]) + draw(_comments) + _piece(draw, text[cut:])


def _piece(draw: st.DrawFn, text: str) -> str:
    if "\r" not in text and "]]>" not in text and draw(st.booleans()):
        return f"<![CDATA[{text}]]>"
    return re.sub(r"[&<>\r]", lambda found: f"&#{ord(found[0])};", text)


@st.composite
def edited(draw: st.DrawFn, tag: Tag) -> Tag:
    """The tree with one small edit somewhere, or none."""
    if draw(st.booleans()) and tag.children:
        place = draw(st.integers(0, len(tag.children) - 1))
        child = draw(edited(tag.children[place]))
        return replace(tag, children=(*tag.children[:place], child, *tag.children[place + 1 :]))
    edit: Callable[[st.DrawFn, Tag], Tag] = draw(st.sampled_from(_EDITS))
    return edit(draw, tag)


def _other_attributes(draw: st.DrawFn, tag: Tag) -> Tag:
    changed = {**tag.attributes, **draw(attributes)}
    dropped = draw(st.sampled_from(ATTRIBUTES))
    return replace(tag, attributes={name: value for name, value in changed.items() if name != dropped})


def _other_order(draw: st.DrawFn, tag: Tag) -> Tag:
    return replace(tag, children=tuple(draw(st.permutations(tag.children))))


def _fewer(draw: st.DrawFn, tag: Tag) -> Tag:
    return replace(tag, children=tag.children[draw(st.integers(0, 2)) :])


def _wrapped(_: st.DrawFn, tag: Tag) -> Tag:
    return replace(tag, children=(Tag("View", children=tag.children),))


def _other_text(draw: st.DrawFn, tag: Tag) -> Tag:
    return replace(tag, text=draw(significant))


def _other_tails(draw: st.DrawFn, tag: Tag) -> Tag:
    return replace(tag, children=tuple(replace(child, tail=draw(significant)) for child in tag.children))


_EDITS = (_other_attributes, _other_order, _fewer, _wrapped, _other_text, _other_tails)
