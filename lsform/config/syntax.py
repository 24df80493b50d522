"""What libyaml says of a text that is not YAML, in words for people. Pure."""

from __future__ import annotations

import re

import yaml

from lsform.core.diagnostics import Finding, Severity, Span

_BRACKETS = "close the bracket; inside brackets, `${...}` and texts with `{`, `[`, `,` need quotes"
# libyaml's problem -> message, hint
_WORDS = {
    "found character that cannot start any token": (
        "a value cannot begin with this character",
        "put it in quotes; indent with spaces, not tabs",
    ),
    "found a tab character that violates indentation": ("a tab stands where spaces should", "indent with spaces"),
    "did not find expected ',' or '}'": ("`,` or `}` is missing", _BRACKETS),
    "did not find expected ',' or ']'": ("`,` or `]` is missing", _BRACKETS),
    "did not find expected node content": ("a value is missing", "add it, or quote it where it begins with `%` or `@`"),
    "mapping values are not allowed in this context": (
        "a `:` cannot stand here",
        "check the indentation; a text with `: ` in it needs quotes",
    ),
    "did not find expected key": (
        "this does not fit to the lines above",
        "check the indentation; quotes go round the whole text",
    ),
    "could not find expected ':'": (
        "`:` is missing behind the key",
        "check the indentation, and end each key with `:`",
    ),
    "did not find expected alphabetic or numeric character": (
        "`*` and `&` begin the name of an alias or an anchor",
        "put it in quotes",
    ),
    "found unknown escape character": (
        "double quotes do not know this escape",
        "use single quotes: in them `\\` is a plain character",
    ),
    "found invalid Unicode character escape code": ("this escape is no character", "write the character itself"),
    "found unexpected end of stream": ("the quotes that begin here never end", "close them"),
    "did not find expected comment or line break": (
        "a text cannot begin on the line of `|` or `>`",
        "begin it on the next line, or put it in quotes",
    ),
    "did not find expected <document start>": (
        "a document cannot begin here",
        "put `---` between two documents",
    ),
    "exceeded maximum nesting depth": ("it is nested too deeply", "no manifest needs so many levels"),
}
# where the mistake is before the point at which it is noticed
_BEGINS_EARLIER = frozenset({"could not find expected ':'", "found unexpected end of stream"})

# What YAML may consist of; a byte order mark only at the beginning.
_ILLEGAL = re.compile("(?!\\A)\ufeff|[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ufeff\ue000-\ufffd\U00010000-\U0010ffff]")


def illegal_character(text: str, file: str) -> Finding | None:
    """The first character that no YAML may hold."""
    found = _ILLEGAL.search(text)
    if found is None:
        return None
    before = text[: found.start()].splitlines(keepends=True) or [""]
    line, column = len(before), len(before[-1]) + 1
    if before[-1].endswith(("\n", "\r")):
        line, column = line + 1, 1
    message = f"the character U+{ord(found[0]):04X} is not allowed"
    return _finding(message, "remove it, or save the file as UTF-8", Span(file, line, column))


def fault(error: yaml.MarkedYAMLError, file: str) -> Finding:
    """A parser's error at its place."""
    problem = str(error.problem or error.context)
    message, hint = _WORDS.get(problem, (problem, "check the indentation and quotes here"))
    mark = error.problem_mark or error.context_mark
    if problem in _BEGINS_EARLIER:
        mark = error.context_mark or mark
    span = Span(file, mark.line + 1, mark.column + 1) if mark else Span(file)
    return _finding(message, hint, span)


def _finding(message: str, hint: str, span: Span) -> Finding:
    return Finding("LSFM01", Severity.ERROR, f"this is not YAML: {message}", hint, span)
