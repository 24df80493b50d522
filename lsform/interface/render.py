"""A template, or plain XML, into an interface. Reads files of the stack that a template includes, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError

from lsform.core.diagnostics import nearest
from lsform.core.errors import LsformError
from lsform.core.values import Secret
from lsform.interface.label_keys import filled
from lsform.interface.labels import LabelSpec
from lsform.interface.model import InterfaceError, parse
from lsform.interface.sandbox import PLAIN, Reading, bounded, compiled


class RenderError(LsformError):
    """A template that cannot be rendered. `line` counts from 1 in `filename`; 0 is unknown, as Jinja's columns are."""

    def __init__(self, message: str, *, hint: str = "", filename: str = "", line: int = 0, column: int = 0) -> None:
        super().__init__(message, hint=hint)
        self.filename = filename
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class TemplateSource:
    """Where an interface comes from. `filename` is for messages; `folder`, the stack's, is all that includes may read.

    Text that is no template is only checked.
    """

    text: str
    filename: str
    folder: Path | None = None
    is_template: bool = True


def render(
    source: TemplateSource,
    *,
    variables: Mapping[str, object],
    label_sets: Mapping[str, Sequence[LabelSpec]],
    reading: Reading = PLAIN,
) -> str:
    """The interface's XML. A label set is a variable too; giving one name two values is an error.

    Raises RenderError (the template) or InterfaceError (what came out is no interface; when a template gave it, the
    message quotes the line, and the place is unknown).
    """
    text = rendered(source, variables=variables, label_sets=label_sets, reading=reading)
    try:
        parse(text)
    except InterfaceError as error:
        raise (_quoting(error, text) if source.is_template else error) from None
    return text


def rendered(
    source: TemplateSource,
    *,
    variables: Mapping[str, object],
    label_sets: Mapping[str, Sequence[LabelSpec]],
    reading: Reading = PLAIN,
) -> str:
    """What the template gives, be it an interface or not; raises RenderError."""
    if not source.is_template:
        return source.text
    context = _context(source, variables, label_sets)
    try:
        template = compiled(source.text, source.filename, source.folder, reading)
        text = "".join(bounded(template.generate(context))).strip()
    except _FAULTS as error:
        raise _translated(error, source, context) from error
    return filled(text)


def _context(
    source: TemplateSource, variables: Mapping[str, object], label_sets: Mapping[str, Sequence[LabelSpec]]
) -> dict[str, object]:
    for name, value in variables.items():
        if _has_secret(value):
            message = f"`{name}` is a secret, and an interface is shown to everybody"
            raise RenderError(message, hint="take it out of `vars`", filename=source.filename)
        if name in label_sets and value != tuple(label_sets[name]):
            hint = "keep it in `vars` or in `label_sets`"
            raise RenderError(f"`{name}` is given twice", hint=hint, filename=source.filename)
    return {**variables, **{name: tuple(labels) for name, labels in label_sets.items()}}


def _has_secret(value: object) -> bool:
    match value:
        case Mapping():
            return any(_has_secret(item) for item in value.values())
        case list() | tuple():
            return any(_has_secret(item) for item in value)
        case _:
            return isinstance(value, Secret)


def _quoting(error: InterfaceError, text: str) -> InterfaceError:
    lines = text.splitlines()
    if not 0 < error.line <= len(lines):
        return error
    message = f"{error.message}, in line {error.line} of what the template gives: `{lines[error.line - 1].strip()}`"
    return InterfaceError(error.code, message, hint=error.hint, rendered=(error.line, error.column))


# What the expressions of a template can end in, besides Jinja's own errors: it is Python underneath.
_FAULTS = (
    TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError, OSError
)  # fmt: skip
_QUOTED = re.compile(r"'([^']*)'")
_UNDEFINED = re.compile(r"`(\w+)` is undefined")
_NO_FIELD = re.compile(r"a label has no attribute `(\w+)`")
_LABEL = "`lsform.interface.labels.LabelSpec object`"
_FIELDS = tuple(field.name for field in fields(LabelSpec))


def _translated(error: Exception, source: TemplateSource, known: Mapping[str, object]) -> RenderError:
    if isinstance(error, TemplateSyntaxError):
        filename = error.filename or source.filename
        return RenderError(_worded(error), filename=filename, line=error.lineno)
    filename, line = _place(error, source)
    if isinstance(error, TemplateNotFound):
        message, hint = f"there is no template `{error.name}`", "its path counts from the stack's directory"
    else:
        message = _worded(error)
        hint = _advice(message, known)
    return RenderError(message, hint=hint, filename=filename, line=line)


def _worded(error: Exception) -> str:
    message = error.message if isinstance(error, TemplateSyntaxError) else str(error)
    return _QUOTED.sub(r"`\1`", message or type(error).__name__).replace(_LABEL, "a label").rstrip(".")


def _place(error: Exception, source: TemplateSource) -> tuple[str, int]:
    """File and line of the innermost template; Jinja leaves a frame of its own kind in the traceback for each."""
    place = (source.filename, 0)
    trace = error.__traceback__
    while trace is not None:
        if "__jinja_exception__" in trace.tb_frame.f_globals:
            place = (trace.tb_frame.f_code.co_filename, trace.tb_lineno)
        trace = trace.tb_next
    return place


def _advice(message: str, known: Mapping[str, object]) -> str:
    for pattern, names in ((_UNDEFINED, tuple(known)), (_NO_FIELD, _FIELDS)):
        if found := pattern.search(message):
            return nearest(found[1], names) or (
                f"known are {', '.join(f'`{name}`' for name in names)}" if names else ""
            )
    return ""
