"""What is said of values that an attribute does not take: the same for every type, but for the hint. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from lsform.core.diagnostics import Severity, nearest
from lsform.interface.catalogue import Kind
from lsform.interface.css_colors import is_color
from lsform.interface.lint.attributes import Written
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

SHOWN = 40  # characters of a value in a message
BOOLEANS = ("true", "false")


def wrong(subject: Subject, *kinds: Kind) -> Iterator[Mistake]:
    """The values of these kinds that are wrong."""
    return (mistake(one) for one in subject.attributes.wrong if one.attribute.type.kind in kinds)


def mistake(written: Written) -> Mistake:
    """A wrong value; a warning where the editor does not look at it."""
    value, type_ = written.value, written.attribute.type
    shown = f"`{value if len(value) <= SHOWN else value[: SHOWN - 3] + '...'}`" if value else "empty"
    # whatever the type is, the editor has made a boolean of these words before it looks
    severity = Severity.ERROR if type_.enforced or value in BOOLEANS else Severity.WARNING
    message = f"`{written.attribute.name}` is {shown}, but {written.problem}"
    return Mistake(written.node, message, _HINTS[type_.kind](written), written.name, severity)


def _none(_written: Written) -> str:
    return ""


def _boolean(written: Written) -> str:
    word = written.value.strip().lower()
    if word in ("true", "yes", "on", "1"):
        return "write `true`"
    return "write `false`" if word in ("false", "no", "off", "0") else ""


def _color(written: Written) -> str:
    return f"write `#{written.value}`" if is_color(f"#{written.value}") else ""


def _range(written: Written) -> str:
    percent = written.value.strip().removesuffix("%").rstrip()
    is_percent = percent.isascii() and percent.isdigit() and len(percent) <= 3 and 1 < int(percent) <= 100
    return f"write `{int(percent) / 100:g}`" if is_percent else ""


def _enum(written: Written) -> str:
    return nearest(written.value.strip().lower(), written.attribute.type.values)


_HINTS: Mapping[Kind, Callable[[Written], str]] = {
    "any": _none,
    "text": _none,
    "number": _none,
    "boolean": _boolean,
    "color": _color,
    "range": _range,
    "enum": _enum,
}
