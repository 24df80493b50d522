"""LSF801: an object says by its value which key of a task it shows, and so does all that lists what a task holds.

A `value` without a `$` is taken as it stands. That is fine for fixed text and for the URL of a file that all tasks
share; other objects show nothing. A Repeater, the pages of an image and dynamic labels are worse: they take the word
for a list of its letters. Text, images and HTML without a value are refused by the server.

Bad:

    <View>
      <Image name="image" value="image"/>
      <Choices name="kind" toName="image"><Choice value="Car"/></Choices>
    </View>

Good:

    <View>
      <Image name="image" value="$image"/>
      <Choices name="kind" toName="image"><Choice value="Car"/></Choices>
    </View>
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.bindings import has_variable
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.shapes import is_csv, is_dynamic, is_json
from lsform.interface.lint.subject import Node, Subject

CODE = "LSF801"
SEVERITY = Severity.ERROR
_URL = re.compile(r"[/:]")  # in a word that is no key: a path, or what begins with `https:`
_FILES = frozenset({"Audio", "AudioPlus", "Image", "Pdf", "TimeSeries", "Video"})
_TEXTS = frozenset({"HyperText", "Text"})
_CHECKED = _TEXTS | {"Image"}  # the server asks these for a value, where only `View`s are around them


def check(subject: Subject) -> Iterator[Mistake]:
    keys = frozenset(key for task in subject.tasks for key in task)
    for node in subject.objects:
        if node.info and subject.catalogue.offers(node.info):
            yield from _object(node, keys)
    for control in subject.controls:
        if is_dynamic(control):
            yield from _letters(control, "value", "labels")
    for repeater in subject.of("Repeater"):
        yield from _letters(repeater, "on", "repeats")


def _object(node: Node, keys: frozenset[str]) -> Iterator[Mistake]:
    value = node.get("value")
    if node.get("valueList"):
        yield from _letters(node, "valueList", "pages")
    elif not value:
        if not _is_written_inside(node):
            hint = f'add one, such as `value="${node.name.lower()}"`'
            yield Mistake(node, f"`<{node.name}>` has no value, and shows nothing", hint, "value")
    elif not has_variable(value) and not _has_markup(node) and _shows_nothing(node, value, keys):
        message = f"`{value}` is no key of a task without a `$`, and `<{node.name}>` shows nothing"
        if node.name in _TEXTS:
            message = f"`<{node.name}>` shows the word `{value}`, not what tasks have under this key"
        yield Mistake(node, message, _hint(value), "value")


def _is_written_inside(node: Node) -> bool:
    """Whether what it shows stands between its tags, and the server does not ask for a value."""
    is_text = bool(node.tag.text.strip()) and not node.tag.children
    is_checked = node.name in _CHECKED and all(one.name == "View" for one in node.above())
    return (_has_markup(node) or is_text) and not is_checked


def _has_markup(node: Node) -> bool:
    """Whether tags of HTML stand in it, which are shown whatever its value says."""
    return node.name == "HyperText" and bool(node.tag.children)


def _shows_nothing(node: Node, value: str, keys: frozenset[str]) -> bool:
    """Whether fixed text is of no use for a tag; `keys` are those of the tasks."""
    is_url = _URL.search(value) is not None
    if node.name in _TEXTS:
        return value == node.get("name") or value in keys
    if node.name in _FILES:
        return not is_url or (node.name == "TimeSeries" and node.get("valueType") == "json")
    if node.name == "Table":
        return not is_csv(node) and not is_json(value)
    return not (is_url and node.get("valueType") == "url")


def _letters(node: Node, attribute: str, made: str) -> Iterator[Mistake]:
    value = node.get(attribute)
    if value and not has_variable(value):
        message = f"`{value}` is no key of a task without a `$`, but {len(value)} letters: so many {made}"
        yield Mistake(node, message, _hint(value), attribute)


def _hint(value: str) -> str:
    return f"write `${value}`" if value.isidentifier() else "write `$` and the key"
