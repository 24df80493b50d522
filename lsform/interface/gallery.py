"""The built-in templates: each is `templates/<name>.xml.j2` and `templates/<name>.yaml`. Reads only those files.

What their sample tasks show lies in `templates/media`, and comes as data URIs: a sample needs no server of files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Final
from urllib.parse import quote

import yaml

from lsform.core.diagnostics import nearest
from lsform.core.values import Json
from lsform.interface.labels import label_specs
from lsform.interface.render import RenderError, TemplateSource, render

_FOLDER = files("lsform.interface").joinpath("templates")
_TEMPLATE, _DESCRIPTION = ".xml.j2", ".yaml"
_MEDIA = "media/"
_MEDIA_TYPES = {
    "csv": "text/csv",
    "pdf": "application/pdf",
    "svg": "image/svg+xml",
    "wav": "audio/wav",
    "webm": "video/webm",
}
_KEY = re.compile(r"[^\s$]+")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # without libyaml: ten times slower


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

    @property
    def schema(self) -> dict[str, Json]:
        """The JSON Schema of its values."""
        kind = _TYPES[self.type].schema
        null: list[Json] = [None] if self.default is None else []
        made: dict[str, Json] = {"description": self.description, **kind}
        if null:
            made["type"] = [kind["type"], "null"]
        if self.enum:
            made["enum"] = [*self.enum, *null]
        if self.default is not REQUIRED:
            made["default"] = self.default
        return made


@dataclass(frozen=True, slots=True)
class Template:
    """A built-in template. `sample_task` shows it, with the default data keys and with `sample_vars`, which has a value
    for each variable that is required.
    """

    name: str
    description: str
    source: str
    variables: Mapping[str, Variable]
    sample_vars: dict[str, Json]
    sample_task: dict[str, Json]

    @property
    def schema(self) -> dict[str, Json]:
        """The JSON Schema of its variables."""
        return {
            "type": "object",
            "properties": {name: variable.schema for name, variable in self.variables.items()},
            "required": [name for name, variable in self.variables.items() if variable.default is REQUIRED],
            "additionalProperties": False,
        }

    def sample(self) -> str:
        """The interface of the sample task."""
        variables = checked_variables(self, self.sample_vars)
        return render(TemplateSource(self.source, self.name), variables=variables, label_sets={})


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


@dataclass(frozen=True, slots=True)
class _Type:
    """What a value of a type must be: the check, the words for it, and the JSON Schema."""

    fits: Callable[[object], bool]
    words: str
    schema: Mapping[str, Json]


_LABELS = "labels"
_TYPES: Mapping[str, _Type] = {
    "string": _Type(lambda value: isinstance(value, str), "text", {"type": "string"}),
    "strings": _Type(_is_list_of_texts, "a list of texts", {"type": "array", "items": {"type": "string"}}),
    "boolean": _Type(lambda value: isinstance(value, bool), "`true` or `false`", {"type": "boolean"}),
    "integer": _Type(_is_integer, "a whole number", {"type": "integer"}),
    "number": _Type(lambda value: _is_integer(value) or isinstance(value, float), "a number", {"type": "number"}),
    "key": _Type(
        lambda value: isinstance(value, str) and bool(_KEY.fullmatch(value)),
        "a key of task data, without `$`",
        {"type": "string", "pattern": f"^{_KEY.pattern}$"},
    ),
    # these are read by `label_specs`, which says more
    _LABELS: _Type(lambda _: True, "labels", {"type": "array", "items": {"type": ["string", "number", "object"]}}),
}


@cache
def names() -> tuple[str, ...]:
    """Every built-in template, sorted."""
    found = (entry.name for entry in _FOLDER.iterdir())
    return tuple(sorted(name.removesuffix(_DESCRIPTION) for name in found if name.endswith(_DESCRIPTION)))


@cache
def load(name: str) -> Template:
    """A built-in template; raises RenderError, with the nearest name, when there is none."""
    if name not in names():
        hint = nearest(name, names()) or "`lsform templates list` shows them; a file of yours starts with `./`"
        raise RenderError(f"there is no built-in template `{name}`", hint=hint)
    declared = yaml.load(_FOLDER.joinpath(name + _DESCRIPTION).read_text("utf-8"), _Loader)
    return Template(
        name=name,
        description=declared["description"],
        source=_FOLDER.joinpath(name + _TEMPLATE).read_text("utf-8"),
        variables={
            key: Variable(**{**fields, "enum": tuple(fields.get("enum", ()))})
            for key, fields in declared["variables"].items()
        },
        sample_vars=declared.get("sample_vars", {}),
        sample_task={key: _inlined(value) for key, value in declared["sample_task"].items()},
    )


def _inlined(value: Json) -> Json:
    """The value with the media that it names in their place."""
    match value:
        case str() if value.startswith(_MEDIA):
            return media_uri(value.removeprefix(_MEDIA))
        case list():
            return [_inlined(item) for item in value]
        case dict():
            return {key: _inlined(item) for key, item in value.items()}
        case _:
            return value


def media(name: str) -> bytes:
    """A file of `templates/media`."""
    return _FOLDER.joinpath(_MEDIA + name).read_bytes()


def media_uri(name: str) -> str:
    """The same as a data URI."""
    return data_uri(_MEDIA_TYPES[name.rpartition(".")[2]], media(name))


def data_uri(media_type: str, content: str | bytes) -> str:
    """Not base64: the editor's audio player adds `?lsref=1` to every address, which base64 does not survive."""
    return f"data:{media_type},{quote(content)}"


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
    kind = _TYPES[variable.type]
    if not kind.fits(value):
        raise ValueError(f"should be {kind.words}")
    if variable.enum and value not in variable.enum:
        raise ValueError(f"should be one of {_listed(variable.enum)}")
    return value


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
