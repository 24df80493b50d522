"""Use case: what interfaces look like, those of a stack and those that a plan changes.

Reads the tasks that a stack declares; the drawing itself is left to whoever has an editor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypedDict

from lsform.browser.editor import Picture
from lsform.config.checked import Checked
from lsform.config.interfaces import BUILT_IN, Rendered
from lsform.config.linting import declared_tasks
from lsform.config.tasks import Data
from lsform.core.address import Address
from lsform.core.values import Json
from lsform.engine.model import Change, FieldChange
from lsform.engine.planner import INTERFACE
from lsform.interface import gallery
from lsform.interface.samples import sample
from lsform.interface.tags import InterfaceError

Draw = Callable[[str, Mapping[str, Json]], Picture]
"""An interface and the data of a task -> what they look like."""
_NOTHING: Data = {}


class Sides(TypedDict, total=False):
    """Both sides of a change; `before` is missing of what is new."""

    before: Picture
    after: Picture


def given_data(stack: Checked) -> Mapping[str, Data]:
    """The data to show each interface with, by address: the first declared task, or the sample of its template."""
    projects = {Address.of("project", one.name): one for one in stack.configuration.manifests if one.kind == "Project"}
    read: dict[Path, list[Data]] = {}
    found: dict[str, Data] = {}
    for address, rendered in stack.compiled.interfaces.items():
        paths, _ = declared_tasks(stack.configuration, projects[address], read) if address in projects else ((), ())
        first = next((task for path in paths for task in read[path]), None)
        found[str(address)] = _sample_of_template(rendered) if first is None else first
    return found


def _sample_of_template(rendered: Rendered) -> Data:
    name = rendered.body.spec.template
    data = gallery.load(name).sample_task["data"] if name and rendered.source.filename == BUILT_IN else None
    return data if isinstance(data, dict) else _NOTHING


def shows(change: Change) -> bool:
    """Whether a change makes or changes an interface."""
    return any(field.path == INTERFACE for field in change.fields)


def pictures(changes: Iterable[Change], draw: Draw, given: Mapping[str, Data]) -> dict[str, Sides]:
    """What each interface that is made or changed looks like before and after, by address; both with the same data."""
    drawn: dict[str, Sides] = {}
    for change in changes:
        data = given.get(str(change.address), _NOTHING)
        for field in change.fields:
            if field.path == INTERFACE:
                drawn[str(change.address)] = _sides(field, data, draw)
    return drawn


def _sides(field: FieldChange, data: Data, draw: Draw) -> Sides:
    sides: Sides = {}
    if isinstance(field.before, str):
        with suppress(InterfaceError):  # a server may hold what no interface is any more
            sides["before"] = draw(field.before, sample(field.before, data))
    if isinstance(field.after, str):
        sides["after"] = draw(field.after, sample(field.after, data))
    return sides
