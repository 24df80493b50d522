"""Jinja as lsform allows it. Reads the files of one folder that a template includes, and nothing else.

What a template can do to the machine is bounded: `range` (by Jinja), products of text and powers, and the size of
the result. A long loop that prints nothing is not: a template is trusted as much as the rest of its stack.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import FunctionLoader, StrictUndefined, Template, Undefined, pass_context
from jinja2.exceptions import SecurityError, TemplateRuntimeError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from lsform.interface.labels import LabelSpec
from lsform.interface.stand_in import StandIn

MAX_CHARACTERS = 1_000_000  # of a result: some 20,000 labels, far more than an editor can show
_MAIN = "<template>"
_ATTRIBUTE = re.compile(r"[A-Za-z_:][\w:.-]*")
_WHITE_SPACE = re.compile(r"[\t\n\r]")


def _as_it_is(text: str, _filename: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Reading:
    """How templates are read. `prepare`: the text of one and the name of its file -> the text to take instead.

    `undefined`: what a variable is that nobody gave.
    """

    prepare: Callable[[str, str], str] = _as_it_is
    undefined: type[Undefined] = StrictUndefined


PLAIN = Reading()


@lru_cache(maxsize=64)  # a stack renders a handful of templates, each for many projects
def compiled(text: str, filename: str, folder: Path | None, reading: Reading = PLAIN) -> Template:
    """The template, which may include files of `folder`; raises jinja2.TemplateSyntaxError."""

    def load(name: str) -> tuple[str, str, None] | None:
        found = (text, filename) if name == _MAIN else _included(name, folder)
        return found and (reading.prepare(*found), found[1], None)

    environment = _Sandbox(
        loader=FunctionLoader(load),
        undefined=reading.undefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printed,
        cache_size=0,  # included files are read anew for each rendering: they may have changed
    )
    environment.filters["xmlattr"] = _attributes
    del environment.filters["random"], environment.globals["lipsum"]  # the same input gives the same bytes
    return environment.get_template(_MAIN)


def bounded(chunks: Iterable[str]) -> Iterator[str]:
    """The same pieces of text; raises SecurityError once they are longer than MAX_CHARACTERS."""
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > MAX_CHARACTERS:
            raise SecurityError(f"the result is longer than {MAX_CHARACTERS:,} characters")
        yield chunk


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, in which one short expression cannot use up the memory either."""

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        if operator == "**" or not (isinstance(left, (int, float)) and isinstance(right, (int, float))):
            raise SecurityError(f"`{operator}` is not for templates; only numbers are multiplied")
        return super().call_binop(context, operator, left, right)


def _included(name: str, folder: Path | None) -> tuple[str, str] | None:
    """Text and name of a file in the folder; links are followed before the place is judged."""
    if folder is None:
        return None
    root = folder.resolve()
    path = (root / name).resolve()
    if not path.is_relative_to(root):
        raise SecurityError(f"`{name}` is outside the stack's directory")
    return (path.read_text("utf-8"), path.relative_to(root).as_posix()) if path.is_file() else None


@pass_context  # keeps Jinja from turning constants into text first, which would hide what they are
def _printed(_: Context, value: object) -> object:
    """A value as XML. What has no text of its own is an error: Python's repr is never what was meant."""
    match value:
        case Undefined() | Markup():
            return value  # Jinja says what is undefined
        case None:
            raise TemplateRuntimeError("null has no text: print it inside `{% if %}`, or give it a `default`")
        case LabelSpec():
            raise TemplateRuntimeError("a label has no text: print its `value`, or `as_label | xmlattr`")
        case str() | int() | float():
            return _escaped(value)
        case _:
            raise TemplateRuntimeError(f"a {type(value).__name__} has no text: loop over it")


def _escaped(value: str | float) -> Markup:
    """Text that an XML parser reads back as it was: in attributes, bare line ends and tabs would become spaces."""
    text = str(value).lower() if isinstance(value, bool) else value
    return Markup(_WHITE_SPACE.sub(lambda found: f"&#{ord(found[0])};", escape(text)))


def _attributes(values: Mapping[str, object]) -> Markup:
    """The filter `xmlattr`: as Jinja's own, nulls left out, but with XML's booleans: ` canRotate="true" rows="4"`."""
    if isinstance(values, StandIn):
        return _attribute("value", values)  # the least that a label has
    return Markup("".join([_attribute(name, value) for name, value in values.items() if value is not None]))


def _attribute(name: str, value: object) -> Markup:
    if isinstance(value, StandIn):
        value = str(value)
    if isinstance(value, Undefined):
        return Markup(value)  # which raises: Jinja says what is undefined
    if not _ATTRIBUTE.fullmatch(name) or not isinstance(value, (str, int, float)):
        raise TemplateRuntimeError(f"`{name}` cannot be an attribute with a {type(value).__name__} as its value")
    return Markup(f' {name}="{_escaped(value)}"')  # both are safe: the name is checked, the value escaped
