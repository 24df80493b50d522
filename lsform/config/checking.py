"""Pydantic's verdicts as findings: each at its place in the YAML, in words, with a remedy. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from lsform.config.source import Document, Path
from lsform.core.diagnostics import Finding, Severity, Span, nearest
from lsform.core.values import Confidential, Secret
from lsform.resources.base import Spec
from lsform.resources.docs import descriptions
from lsform.resources.enterprise import instead_of, needs_enterprise

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound=BaseModel)
Locate = Callable[[Path], Span]
FieldOf = tuple[type[BaseModel], str]  # a model and the name of its field

# Keys that people bring from the API, the UI or newer versions, and what to write instead.
ELSEWHERE = {
    "label_config": "the interface is declared under `interface`",
    "start_training_on_annotation_update": "write `min_annotations_to_start_training`: 1 is true, 0 is false",
    "organization": "the token decides it",
    "id": "server ids never stand in manifests",
}
# Pydantic's type of error -> what should stand there; `{}` are values of its context.
_WRONG_TYPE = {
    "string_type": "should be text",
    "bool_type": "should be `true` or `false`",
    "bool_parsing": "should be `true` or `false`",
    "int_type": "should be a whole number",
    "int_parsing": "should be a whole number",
    "int_from_float": "should be a whole number",
    "float_type": "should be a number",
    "float_parsing": "should be a number",
    "list_type": "should be a list",
    "dict_type": "should be a mapping",
    "model_type": "should be a mapping",
    "model_attributes_type": "should be a mapping",
}
_WORDS = {
    **_WRONG_TYPE,
    "greater_than_equal": "should be at least {ge}",
    "less_than_equal": "should be at most {le}",
    "string_too_short": "should not be empty",
    "string_pattern_mismatch": "should match `{pattern}`",
}
_CHOICES = ("literal_error", "enum")
_REMEDIES = {
    "list_type": "write `[a, b]`, or a line `- a` for each",
    "dict_type": "write `key: value`, each on a line below it",
    "model_type": "write `key: value`, each on a line below it",
}
ENTERPRISE_ONLY = "LSFM19"
_A_KEY = "[key]"  # how pydantic says that it speaks of the key itself


def check(
    model: type[Model], value: object, locate: Locate, *, address: str = ""
) -> tuple[Model | None, list[Finding]]:
    """The value as a model, or every mistake in it. Messages never quote the value: it may be a secret.

    What is confidential becomes a secret here, and so is refused wherever it would be shown. With mistakes the model is
    made of what is right, for others to look for further mistakes, or None.
    """
    value = _concealed(value)
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        details = _plain(value, error.errors(include_url=False, include_input=False, include_context=True))
    findings = [_finding(model, value, one, locate, address) for one in details]
    rest = _without(value, [_path(value, one) for one in details])
    try:
        return model.model_validate(rest), findings
    except ValidationError:
        return None, findings


def _concealed(value: object) -> object:
    match value:
        case Confidential():
            return Secret(str(value), value.source)
        case dict():
            return {key: _concealed(item) for key, item in value.items()}
        case list():
            return [_concealed(item) for item in value]
        case _:
            return value


def located(document: Document, *around: str | int) -> Locate:
    """Where the parts of a part of a document stand."""
    return lambda path: document.span((*around, *path))


def _plain(value: object, details: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """Without what a union says of its other branches: a mapping with a mistake is not "no text" as well."""
    told = [_path(value, one) for one in details if one["type"] not in _WRONG_TYPE]
    kept: dict[Path | int, ErrorDetails] = {}
    for number, one in enumerate(details):
        path = _path(value, one)
        if one["type"] not in _WRONG_TYPE:
            kept[number] = one
        elif not any(other[: len(path)] == path for other in told):
            kept.setdefault(path, one)
    return [*kept.values()]


def _finding(model: type[BaseModel], value: object, error: ErrorDetails, locate: Locate, address: str) -> Finding:
    path, key = _path(value, error), str(error["loc"][-1]) if error["loc"] else ""
    code = "LSFM04"
    if error["type"] == "extra_forbidden":
        code, message, hint = unknown_key(key, _walked(model, error["loc"][:-1])[1])
    elif error["type"] == "enterprise":
        code, message, hint = ENTERPRISE_ONLY, needs_enterprise(error["msg"]), instead_of(error["msg"])
    elif error["type"] == "missing":
        message, hint = f"`{key}` is missing", f"add `{key}:` here"
    elif key == _A_KEY:
        message = f"`{path[-1]}` cannot be a name here" if path[-1] else "a name is empty"
        hint = "use letters, digits, `_` and `-`, beginning with a letter or digit"
    else:
        message, hint = _sentence(path, _message(error)), _hint(model, value, error)
    return Finding(code, Severity.ERROR, message, hint, locate(path), address)


def _sentence(path: Path, message: str) -> str:
    """The message with the part that it speaks of as its subject."""
    match path:
        case (*_, str(key)):
            return f"`{key}` {message}"
        case (*above, int(index)):
            named = next((f" of `{step}`" for step in reversed(above) if isinstance(step, str)), "")
            return f"item {index + 1}{named} {message}"
        case _:
            return f"`spec` {message}" if message.startswith("should") else message


def _message(error: ErrorDetails) -> str:
    if error["type"] in _CHOICES:
        return f"should be one of {', '.join(f'`{one}`' for one in _choices(error))}"
    words = _WORDS.get(error["type"])
    if words is not None:
        return words.format(**error.get("ctx", {}))
    text = error["msg"].removeprefix("Value error, ")
    return text[:1].lower() + text[1:]


def _choices(error: ErrorDetails) -> list[str]:
    return re.findall(r"'([^']*)'", str(error.get("ctx", {}).get("expected")))


def _hint(model: type[BaseModel], value: object, error: ErrorDetails) -> str:
    found = value
    for step in _path(value, error):
        found = found[step] if isinstance(found, Mapping | list) else None  # type: ignore[index]
    if error["type"] == "string_type" and isinstance(found, bool | int | float):
        return "put it in quotes"
    if isinstance(found, Secret):
        return f"the secret `{found.source}` can only stand in a field that is never shown"
    if error["type"] in _CHOICES and isinstance(found, str) and (near := nearest(found, _choices(error))):
        return near
    fields, _ = _walked(model, error["loc"])
    described = next((text for one, name in reversed(fields) if (text := descriptions(one).get(name))), "")
    text = described.partition("\n")[0].removesuffix(".")
    return _REMEDIES.get(error["type"]) or text[:1].lower() + text[1:]


def unknown_key(key: str, models: Iterable[type[BaseModel]]) -> tuple[str, str, str]:
    """Code, message and hint for a key that none of these models has."""
    models = [*models]
    if any(issubclass(one, Spec) and key in one.enterprise for one in models):
        return (
            ENTERPRISE_ONLY,
            needs_enterprise(key),
            "Label Studio Community would drop it without a word: take it out",
        )
    known = sorted({field.alias or name for one in models for name, field in one.model_fields.items()})
    listed = f"known here: {', '.join(f'`{one}`' for one in known)}"
    return "LSFM03", f"unknown key `{key}`", ELSEWHERE.get(key) or nearest(key, known) or listed


def _path(value: object, error: ErrorDetails) -> Path:
    """The part of an error's location that stands in the YAML: pydantic names branches of a union, too."""

    def steps(value: object) -> Iterator[str | int]:
        for step in error["loc"]:
            match value, step:
                case Mapping(), str() if step in value:
                    value = value[step]
                case list(), int() if step < len(value):
                    value = value[step]
                case _:
                    continue
            yield step

    return tuple(steps(value))


def _without(value: object, paths: Sequence[Path]) -> object:
    """A copy without the parts at these paths."""
    gone = {path[0] for path in paths if len(path) == 1}

    def kept(step: str | int, item: object) -> object:
        return _without(item, [path[1:] for path in paths if len(path) > 1 and path[0] == step])

    match value:
        case Mapping():
            return {key: kept(key, item) for key, item in value.items() if key not in gone}
        case list():
            return [kept(index, item) for index, item in enumerate(value) if index not in gone]
        case _:
            return value


def _walked(model: type[BaseModel], location: tuple[str | int, ...]) -> tuple[list[FieldOf], set[type[BaseModel]]]:
    """The fields that a location leads through, and the models that it ends in."""
    fields: list[FieldOf] = []
    models = {model}
    for step in location:
        found = [
            (one, name) for one in models for name, field in one.model_fields.items() if step in (name, field.alias)
        ]
        fields += found
        models = {inner for one, name in found for inner in _models_in(one.model_fields[name].annotation)} or models
    return fields, models


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
