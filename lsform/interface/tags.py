"""XML text into tags and back, as Label Studio's server reads it. Pure: no network, no files, no entities.

The parser is expat, which is also the server's: the two agree on what is well-formed. It reports the place of each
tag and stops at a document type, so an entity is never declared, let alone expanded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NoReturn
from xml.parsers import expat

from lxml import etree

from lsform.core.errors import LsformError

MAX_DEPTH = 256  # tags inside tags; far above any real interface, below Python's own limit
WHITE_SPACE = " \t\r\n"  # XML's; a no-break space is text
UNKNOWN = "\ue000"  # begins what stands for a variable of a template that nobody gave; no interface has it of itself


class InterfaceError(LsformError):
    """Text that is no label interface. `line` and `column` count from 1 in that text; 0 says unknown.

    `rendered` is that place in what a template gave, when the text is the template.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        hint: str = "",
        line: int = 0,
        column: int = 0,
        rendered: tuple[int, int] = (0, 0),
    ) -> None:
        super().__init__(message, hint=hint)
        self.code = code
        self.line = line
        self.column = column
        self.rendered = rendered


@dataclass(frozen=True, slots=True)
class Tag:
    """One element. `text` stands before the first child, `tail` after the tag itself; white space alone is ''.

    `silenced` are the codes of findings that a comment just before the tag asks to ignore. Two tags are equal when
    they mean the same: places, comments and the order of attributes do not count.
    """

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: tuple[Tag, ...] = ()
    text: str = ""
    tail: str = ""
    line: int = field(default=0, compare=False)
    column: int = field(default=0, compare=False)
    silenced: frozenset[str] = field(default=frozenset(), compare=False)

    def get(self, attribute: str) -> str:
        """The value of an attribute; '' when it is not there."""
        return self.attributes.get(attribute, "")


_ADVICE: Mapping[str, tuple[str, str]] = {
    expat.errors.XML_ERROR_INVALID_TOKEN: ("LSF001", "a raw `&` or `<` in text is written `&amp;` or `&lt;`"),
    expat.errors.XML_ERROR_TAG_MISMATCH: ("LSF001", "every tag is closed, the innermost first"),
    expat.errors.XML_ERROR_DUPLICATE_ATTRIBUTE: ("LSF001", "keep one of the two attributes"),
    expat.errors.XML_ERROR_UNDEFINED_ENTITY: ("LSF001", "write the character itself, or its number as in `&#160;`"),
    expat.errors.XML_ERROR_NO_ELEMENTS: ("LSF001", "every tag is closed; the least is `<View></View>`"),
    expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT: ("LSF002", "put everything inside one `<View>`"),
}


def read(text: str) -> Tag:
    """The root tag; raises InterfaceError (LSF001 not well-formed, LSF002 two roots, LSF010 a document type)."""
    reader = _Reader()
    try:
        reader.parser.Parse(text, True)  # noqa: FBT003  expat takes no keywords
    except expat.ExpatError as error:
        reason = expat.errors.messages[error.code]
        code, hint = _ADVICE.get(reason, ("LSF001", ""))
        message = f"the interface is not well-formed XML: {reason}"
        raise InterfaceError(code, message, hint=hint, line=error.lineno, column=error.offset + 1) from None
    except UnicodeEncodeError:
        raise InterfaceError("LSF001", "the interface is not well-formed XML: half a surrogate pair") from None
    return reader.root


@dataclass(slots=True)
class _Draft:
    """A tag whose end has not been read yet. `texts` are by how many children stand before them."""

    name: str
    attributes: dict[str, str]
    line: int
    column: int
    silenced: frozenset[str]
    children: list[Tag] = field(default_factory=list)
    texts: dict[int, list[str]] = field(default_factory=dict)

    def finished(self) -> Tag:
        joined = ((place, "".join(pieces)) for place, pieces in self.texts.items())
        texts = {place: text for place, text in joined if text.strip(WHITE_SPACE)}
        text = texts.pop(0, "")
        for place, tail in texts.items():
            self.children[place - 1] = replace(self.children[place - 1], tail=tail)
        children = tuple(self.children)
        return Tag(self.name, self.attributes, children, text, "", self.line, self.column, self.silenced)


_SILENCE = re.compile(r"\s*lsform:\s*ignore\s+(\w+(?:[\s,]+\w+)*)\s*")
_BETWEEN = re.compile(r"[\s,]+")
_NOTHING: frozenset[str] = frozenset()


class _Reader:
    """Collects what the parser reports; instructions are not asked for, and of comments only what they silence."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.CommentHandler = self._comment
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.root = Tag("")
        self._open: list[_Draft] = []
        self._silenced = _NOTHING

    def _refuse(self, code: str, message: str, *, hint: str) -> NoReturn:
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        raise InterfaceError(code, message, hint=hint, line=line, column=column)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) == MAX_DEPTH:
            self._refuse("LSF001", f"tags are nested deeper than {MAX_DEPTH}", hint="flatten the interface")
        named = {_qualified(key): value for key, value in attributes.items()}
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        self._open.append(_Draft(_qualified(name), named, line, column, self._silenced))
        self._silenced = _NOTHING

    def _end(self, _: str) -> None:
        tag = self._open.pop().finished()
        if self._open:
            self._open[-1].children.append(tag)
        else:
            self.root = tag
        self._silenced = _NOTHING

    def _comment(self, text: str) -> None:
        if found := _SILENCE.fullmatch(text):
            self._silenced |= frozenset(_BETWEEN.split(found[1]))

    def _text(self, text: str) -> None:
        around = self._open[-1]
        around.texts.setdefault(len(around.children), []).append(text)

    def _doctype(self, *_: object) -> None:
        message = "a document type or an entity has no place in an interface"
        self._refuse("LSF010", message, hint="remove the `<!DOCTYPE ...>`")


def _qualified(name: str) -> str:
    """`uri}name`, as expat reports what is in a namespace, the way that lxml writes it; other names as they are."""
    return f"{{{name}" if "}" in name else name


def write(tag: Tag) -> str:
    """The tag as text, without its tail: Canonical XML 2.0, nothing added between tags."""
    return str(etree.tostring(_element(tag), method="c14n2"), "utf-8")


def _element(tag: Tag) -> etree._Element:
    element = etree.Element(tag.name, dict(tag.attributes))
    element.text = tag.text
    for child in tag.children:
        inner = _element(child)
        inner.tail = child.tail
        element.append(inner)
    return element
