"""`lsform templates`: the built-in interfaces, and what each takes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import click
import yaml

from lsform.cli.common import as_json
from lsform.cli.options import Command, Group, Invocation
from lsform.core.values import Json
from lsform.interface import gallery
from lsform.interface.gallery import REQUIRED, Template, Variable

SHOWN_OF_MEDIA = 40  # characters of a data URI; the rest says nothing to a reader
_FORMAT = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="How it is written."
)


@click.group("templates", cls=Group, epilog="Example: lsform templates show object-detection")
def command() -> None:
    """Look at the built-in templates: a manifest takes one with `template: NAME`."""


@command.command("list", cls=Command, epilog="Example: lsform templates list")
@_FORMAT
@click.pass_obj
def list_(invocation: Invocation, *, form: str) -> None:
    """Print the name of every built-in template, and what it is for."""
    described: dict[str, Json] = {name: gallery.load(name).description for name in gallery.names()}
    if form == "json":
        invocation.console.data(as_json(list_document(described)))
        return
    width = max(map(len, described))
    invocation.console.data("".join(f"{name:{width}}  {text}\n" for name, text in described.items()))


def list_document(described: Mapping[str, Json]) -> dict[str, Json]:
    """Templates by name, in their order."""
    return {"templates": [{"name": name, "description": text} for name, text in described.items()]}


@command.command("show", cls=Command, epilog="Example: lsform templates show pose-estimation --format json")
@click.argument("name")
@_FORMAT
@click.pass_obj
def show(invocation: Invocation, *, name: str, form: str) -> None:
    """Print what the template NAME is for, its variables, a sample task and the interface of that task.

    As JSON there are also the template itself and the JSON Schema of its variables, and media are whole.
    """
    template = gallery.load(name)
    invocation.console.data(as_json(document(template)) if form == "json" else "\n".join(_lines(template)) + "\n")


def document(template: Template) -> dict[str, Json]:
    """A template with all that belongs to it."""
    return {
        "name": template.name,
        "description": template.description,
        "variables": template.schema,
        "sample_vars": template.sample_vars,
        "sample_task": template.sample_task,
        "interface": template.sample(),
        "source": template.source,
    }


def _lines(template: Template) -> Iterator[str]:
    yield f"{template.name}: {template.description}"
    yield "\nvariables:"
    for name, variable in template.variables.items():
        yield f"  {name}: {_values(variable)}"
        yield f"      {variable.description}"
    if template.sample_vars:
        yield "\nsample variables:"
        yield from _indented(_yaml(template.sample_vars))
    yield "\nsample task:"
    yield from _indented(_yaml(_without_media(template.sample_task)))
    yield "\ninterface of the sample:"
    yield from _indented(template.sample())


def _values(variable: Variable) -> str:
    """Its type, or all its values, and what it is when it is not given."""
    kind = " | ".join(variable.enum) or variable.type
    if variable.default is REQUIRED:
        return f"{kind}, required"
    return kind if variable.default is None else f"{kind} = {json.dumps(variable.default, ensure_ascii=False)}"


def _yaml(document: Json) -> str:
    return yaml.safe_dump(document, allow_unicode=True, default_flow_style=None, sort_keys=False, width=100)


def _indented(text: str) -> Iterator[str]:
    return (f"  {line}" for line in text.splitlines())


def _without_media(value: Json) -> Json:
    match value:
        case str() if value.startswith("data:") and len(value) > SHOWN_OF_MEDIA:
            return f"{value[:SHOWN_OF_MEDIA]}... ({len(value):,} characters)"
        case list():
            return [_without_media(item) for item in value]
        case dict():
            return {key: _without_media(item) for key, item in value.items()}
        case _:
            return value
