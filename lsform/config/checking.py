"""Pydantic's verdicts as findings: each at its place in the YAML, in words, with a remedy. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from lsform.config.source import Path
from lsform.core.diagnostics import Finding, Severity, Span, nearest

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound=BaseModel)
Locate = Callable[[Path], Span]

# Keys that people bring from the API, the UI or newer versions, and what to write instead.
ELSEWHERE = {
    "label_config": "the interface is declared under `interface`",
    "start_training_on_annotation_update": "write `min_annotations_to_start_training`: 1 is true, 0 is false",
    "organization": "the token decides it",
    "workspace": "it needs Label Studio Enterprise",
    "id": "server ids never stand in manifests",
}


def check(
    model: type[Model], value: object, locate: Locate, *, address: str = ""
) -> tuple[Model | None, list[Finding]]:
    """The value as a model, or every mistake in it. Messages never quote the value: it may be a secret."""
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False, include_context=True)
        return None, [_finding(model, value, one, locate, address) for one in details]


def _finding(model: type[BaseModel], value: object, error: ErrorDetails, locate: Locate, address: str) -> Finding:
    path = tuple(_written(value, error["loc"]))
    key = str(error["loc"][-1]) if error["loc"] else ""
    code, message, hint = "LSFM04", _message(error), ""
    if error["type"] == "extra_forbidden":
        code, message = "LSFM03", f"unknown key `{key}`"
        known = _keys_at(model, error["loc"])
        hint = ELSEWHERE.get(key) or nearest(key, known) or f"known here: {', '.join(f'`{one}`' for one in known)}"
    elif error["type"] == "missing":
        message, hint = f"`{key}` is missing", f"add `{key}:` here"
    elif path and error["loc"][-1] == "[key]":
        message = f"`{path[-1]}` cannot be a name here"
        hint = "use letters, digits, `_`, `.` and `-`, beginning with a letter or digit"
    elif path and isinstance(path[-1], str):
        message = f"`{path[-1]}` {message}"
    return Finding(code, Severity.ERROR, message, hint or _HINTS.get(error["type"], ""), locate(path), address)


_HINTS = {
    "string_type": "put it in quotes",
    "bool_parsing": "write `true` or `false`",
    "bool_type": "write `true` or `false`",
    "int_from_float": "write a whole number",
}


def _message(error: ErrorDetails) -> str:
    text = error["msg"].removeprefix("Value error, ")
    return text.replace("Input should", "should", 1) if text.startswith("Input should") else text[:1].lower() + text[1:]


def _written(value: object, location: tuple[str | int, ...]) -> Iterator[str | int]:
    """The part of a location that stands in the YAML: pydantic names branches of a union, too."""
    for step in location:
        match value, step:
            case Mapping(), str() if step in value:
                value = value[step]
            case list(), int() if step < len(value):
                value = value[step]
            case _:
                continue
        yield step


def _keys_at(model: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    models = {model}
    for step in location[:-1]:
        inner = {found for one in models for found in _models_in(_field(one, step))}
        models = inner or models
    return sorted({field.alias or name for one in models for name, field in one.model_fields.items()})


def _field(model: type[BaseModel], name: str | int) -> object:
    for key, field in model.model_fields.items():
        if name in (key, field.alias):
            return field.annotation
    return None


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
