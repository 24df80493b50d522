"""The built-in templates: each is `templates/<name>.xml.j2` and `templates/<name>.yaml`. Reads only those files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Final

import yaml

from lsform.core.diagnostics import nearest
from lsform.core.values import Json
from lsform.interface.labels import label_specs
from lsform.interface.render import RenderError

_Check = Callable[[object], bool]

_FOLDER = files("lsform.interface").joinpath("templates")
_TEMPLATE, _DESCRIPTION = ".xml.j2", ".yaml"
_KEY = re.compile(r"[^\s$]+")


class Required(Enum):
    """The default of a variable that has none."""

    REQUIRED = "required"


REQUIRED: Final = Required.REQUIRED


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of a template. A default of None leaves the attribute out, so that Label Studio's own holds."""

    type: str
    description: str
    default: Json | Required = REQUIRED
    enum: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """A built-in template. `sample_task` is a task that shows it, with the default data keys."""

    name: str
    description: str
    source: str
    variables: Mapping[str, Variable]
    sample_task: dict[str, Json]


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


# What a value of each type must be, and the words for it; `labels` are read by `label_specs`.
_TYPES: Mapping[str, tuple[_Check, str]] = {
    "string": (lambda value: isinstance(value, str), "text"),
    "boolean": (lambda value: isinstance(value, bool), "`true` or `false`"),
    "integer": (_is_integer, "a whole number"),
    "number": (lambda value: _is_integer(value) or isinstance(value, float), "a number"),
    "key": (lambda value: isinstance(value, str) and bool(_KEY.fullmatch(value)), "a key of task data, without `$`"),
}
_LABELS = "labels"


@cache
def names() -> tuple[str, ...]:
    """Every built-in template, sorted."""
    found = (entry.name for entry in _FOLDER.iterdir())
    return tuple(sorted(name.removesuffix(_DESCRIPTION) for name in found if name.endswith(_DESCRIPTION)))


@cache
def load(name: str) -> Template:
    """A built-in template; raises RenderError, with the nearest name, when there is none."""
    if name not in names():
        hint = nearest(name, names()) or f"built in are {_listed(names())}; a file of yours starts with `./`"
        raise RenderError(f"there is no built-in template `{name}`", hint=hint)
    declared = yaml.safe_load(_FOLDER.joinpath(name + _DESCRIPTION).read_text("utf-8"))
    return Template(
        name=name,
        description=declared["description"],
        source=_FOLDER.joinpath(name + _TEMPLATE).read_text("utf-8"),
        variables={
            key: Variable(**{**fields, "enum": tuple(fields.get("enum", ()))})
            for key, fields in declared["variables"].items()
        },
        sample_task=declared["sample_task"],
    )


def checked_variables(template: Template, given: Mapping[str, object]) -> dict[str, object]:
    """The template's variables: those given, label sets among them, and defaults for the rest.

    Labels become tuples of LabelSpec. Raises RenderError with every unknown, missing and mistyped variable.
    """
    problems = [_unknown(name, template) for name in given if name not in template.variables]
    values: dict[str, object] = {}
    for name, variable in template.variables.items():
        try:
            values[name] = _checked(variable, given.get(name, variable.default))
        except ValueError as error:
            problems.append(f"`{name}` {error}")
    if problems:
        hint = f"variables of `{template.name}`: {_listed(template.variables)}"
        raise RenderError("; ".join(problems), hint=hint)
    return values


def _unknown(name: str, template: Template) -> str:
    advice = nearest(name, template.variables)
    return f"`{name}` is no variable of `{template.name}`" + (f", {advice}" if advice else "")


def _checked(variable: Variable, value: object) -> object:
    """The value as the template takes it; ValueError says what is wrong, but not the value, which may be secret."""
    if value is REQUIRED:
        raise ValueError(f"is missing: {variable.description}")
    if value is None and variable.default is None:
        return None
    if variable.type == _LABELS:
        return label_specs(value)
    fits, words = _TYPES[variable.type]
    if not fits(value):
        raise ValueError(f"should be {words}")
    if variable.enum and value not in variable.enum:
        raise ValueError(f"should be one of {_listed(variable.enum)}")
    return value


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
