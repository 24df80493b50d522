"""Where an interface shows what tasks hold, and what server and editor look for in a task's data. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from lsform.core.values import Json

if TYPE_CHECKING:
    from lsform.interface.lint.subject import Node, Task

UNDEFINED = "$undefined$"  # key of what was imported from plain text: the server renames it to the first key it knows
EVERY = "{{idx}}"  # a Repeater's number, whatever its `indexFlag` is
MISSING: Final = object()

# Attributes that the editor looks up, by the tags that have them; `value` is any tag's but for those whose it is not.
_BOUND: Mapping[str, tuple[str, ...]] = {
    "Image": ("value", "valueList"),
    "Paragraphs": ("value", "audioUrl"),
    "Repeater": ("on",),
    "Taxonomy": ("value", "apiUrl"),
    "Video": ("value", "frameRate", "defaultPlaybackSpeed", "minPlaybackSpeed"),
    **dict.fromkeys(("Collapse", "Dialog", "Panel", "Relation", "Style"), ()),
}
_VALUE = ("value",)
_VARIABLE = re.compile(r"\$([\w\[\].{}]+)", re.ASCII)  # the editor's, whose letters are those of ASCII
_FIRST = re.compile(r"\$(\w+)")  # the server's, in other text
_STEP = re.compile(r"[^.\[\]]+")


@dataclass(frozen=True)
class Binding:
    """An attribute that shows data. `text` is its value, with `{{idx}}` for the number of any Repeater around it."""

    node: Node
    attribute: str
    text: str

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """What the editor looks up, without the `$`."""
        return tuple(_VARIABLE.findall(self.text))

    @property
    def is_whole(self) -> bool:
        """Whether the text is one variable; else the editor puts the values into it, as text."""
        return self.text == f"${self.variables[0]}" if self.variables else False

    @property
    def server_key(self) -> str:
        """What the server looks up in each task that it imports; '' when it does not look."""
        if self.attribute != "value" or not self.node.get("name"):
            return ""
        if self.text[0] == "$":
            return self.text[1:]
        found = _FIRST.search(self.text)
        return found[1] if found else ""

    @property
    def is_torn(self) -> bool:
        """Whether server and editor look for different keys."""
        return bool(self.server_key) and self.text[0] == "$" and not self.is_whole

    @property
    def is_needed(self) -> bool:
        """Whether nothing of the tag is right without the data."""
        return bool(self.server_key) or self.attribute in ("valueList", "on")


def bindings(nodes: Iterable[Node]) -> Iterator[Binding]:
    """In the order of the text; of attributes that hold a `$`, and of tags that are known."""
    for node in nodes:
        if node.info is None:
            continue
        for attribute in _BOUND.get(node.name, _VALUE):
            text = node.get(attribute)
            if "$" in text and attribute.lower() in node.info.attributes:
                yield Binding(node, attribute, _numbered(node, text))


def _numbered(node: Node, text: str) -> str:
    for around in node.above():
        flag = around.get("indexFlag")
        if flag:
            text = text.replace(flag, EVERY)
    return text


def values(variable: str, data: Json) -> Iterator[object]:
    """What a task holds under `a.b[0].c`: one value, of each item under `a[{{idx}}]`; MISSING for what is not there."""
    return _values(data, steps(variable))


def steps(variable: str) -> tuple[str, ...]:
    """`a.b[0].c` as the keys and numbers on the way; `{{idx}}` is EVERY."""
    return tuple(_STEP.findall(variable))


def _values(value: Json, steps: tuple[str, ...]) -> Iterator[object]:
    if not steps:
        yield value
        return
    step, *rest = steps
    if step == EVERY:
        for one in value if isinstance(value, list) else ():
            yield from _values(one, tuple(rest))
    elif isinstance(value, Mapping) and step in value:
        yield from _values(value[step], tuple(rest))
    elif isinstance(value, list) and step.isdecimal() and int(step[:9]) < len(value):  # no list has more
        yield from _values(value[int(step)], tuple(rest))
    else:
        yield MISSING


@dataclass(frozen=True, slots=True)
class Data:
    """The declared tasks as the server will hold them. What a variable finds is looked up once, however often it is."""

    tasks: tuple[dict[str, Json], ...]
    _found: dict[str, tuple[tuple[int, object], ...]] = field(default_factory=dict)
    _lacking: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def found(self, variable: str) -> tuple[tuple[int, object], ...]:
        """What a variable finds, or MISSING, with the number of the task, from 1."""
        if variable not in self._found:
            pairs = ((number, one) for number, task in enumerate(self.tasks, 1) for one in values(variable, task))
            self._found[variable] = tuple(pairs)
        return self._found[variable]

    def lacking(self, variable: str) -> tuple[int, ...]:
        """The numbers of the tasks in which a variable finds nothing, or nothing of an item of a list."""
        if variable not in self._lacking:
            lacking = dict.fromkeys(number for number, one in self.found(variable) if one is MISSING)
            self._lacking[variable] = tuple(lacking)
        return self._lacking[variable]

    def held(self, binding: Binding) -> Iterator[tuple[int, object]]:
        """What tasks hold for a binding that is one variable, with their numbers; nothing for others."""
        if binding.is_whole:
            yield from ((number, one) for number, one in self.found(binding.variables[0]) if one is not MISSING)


def imported(tasks: Iterable[Task], found: Iterable[Binding]) -> Data:
    """The tasks, with a name for what plain text has none for."""
    first = next((key for one in found if (key := one.server_key)), UNDEFINED)
    return Data(tuple({first if key == UNDEFINED else key: one for key, one in task.items()} for task in tasks))


def has_variable(text: str) -> bool:
    """Whether server or editor look for anything; a `$` alone is text."""
    return _FIRST.search(text) is not None


def repeated(binding: Binding, variable: str) -> str:
    """The list that a Repeater around the tag goes through and the variable is of; '' for none."""
    base = variable.partition("[")[0]
    return base if any(one.get("on") == f"${base}" for one in binding.node.above()) else ""
