"""What kind of data each tag can show, by what the server imports and the editor makes of it. Pure."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lsform.interface.lint.subject import Node

Shape = Callable[["Node", object], str]
"""A tag and a value -> what is wrong with it, as in "is a number, not a list"; '' for nothing."""

URL = re.compile(r"https?://|/|s3://|gs://|azure-blob://")  # the server makes URLs of what is in a storage
# the server takes text alone for these, though the editor can show a list
_NO_LISTS = frozenset({"BitmaskLabels", "TimelineLabels", "VectorLabels"})
_LETTERS = ": the editor takes each letter for one"


def wants_more_than_text(node: Node, attribute: str) -> bool:
    """Whether an attribute shows a list or an object, so that nothing can be put before or after its key."""
    if attribute == "value":
        is_structured = node.name in ("List", "Paragraphs", "Table", "TimeSeries")
        return is_dynamic(node) or (is_structured and not is_remote(node) and not is_csv(node))
    return attribute in ("on", "valueList")


def is_dynamic(node: Node) -> bool:
    """Whether its `value` is a list of labels."""
    return node.name in ("Choices", "Taxonomy") or node.name.endswith("Labels")


def is_csv(node: Node) -> bool:
    """Whether a `Table` reads text as CSV."""
    return node.get("valueType").startswith("csv")


def is_json(text: str) -> bool:
    """Whether a `Table` can read the text."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def problem(node: Node, attribute: str, value: object) -> str:
    """What is wrong with a value of a task that is shown in this place; '' for nothing."""
    shape = _labels if attribute == "value" and is_dynamic(node) else _SHAPES.get((node.name, attribute))
    return shape(node, value) if shape else ""


def settings(node: Node) -> tuple[str, ...]:
    """What decides of a tag, besides its name and the attribute, what kind of data it shows."""
    return tuple(node.get(name) for name in ("valueType", "nameKey", "textKey", "timeColumn")) + _columns(node)


def kind(value: object) -> str:
    """The kind of a value of JSON, as messages name it."""
    return next((word for type_, word in _KINDS if isinstance(value, type_)), "nothing")


_KINDS = ((str, "text"), (bool, "true or false"), ((int, float), "a number"), (list, "a list"), (dict, "an object"))


def is_remote(node: Node) -> bool:
    """Whether it loads its data from a URL: TimeSeries do if nobody says otherwise."""
    return node.get("valueType") == "url" or (node.name == "TimeSeries" and not node.has("valueType"))


def _text(_node: Node, value: object) -> str:
    return "" if isinstance(value, str) else f"is {kind(value)}, not text"


def _url(_node: Node, value: object) -> str:
    if not isinstance(value, str):
        return f"is {kind(value)}, not a URL"
    return "" if URL.match(value) else "is no URL that `valueType` asks for"


def _file(_node: Node, value: object) -> str:
    if isinstance(value, str):
        return "" if value else "is empty"
    return f"is {kind(value)}, not a URL"


def _image(node: Node, value: object) -> str:
    return "" if isinstance(value, list) else _file(node, value)


def _plain(node: Node, value: object) -> str:
    if node.get("valueType") == "url":
        return _url(node, value)
    is_shown = not isinstance(value, (dict, type(None))) if node.name == "Text" else isinstance(value, str)
    return "" if is_shown else f"is {kind(value)}, not text"


def _phrases(node: Node, value: object) -> str:
    if node.get("valueType") == "url":
        return _url(node, value)
    if not isinstance(value, list):
        return f"is {kind(value)}, not a list of phrases" + _loaded(value)
    if not value or not isinstance(value[0], dict):
        return "is a list without a phrase" if not value else "is a list, but of no objects"
    keys = (node.get("nameKey") or "author", node.get("textKey") or "text")
    lacking = [f"`{key}`" for key in keys if key not in value[0]]
    return f"is a list of phrases without {' and '.join(lacking)}" if lacking else ""


def _loaded(value: object) -> str:
    return ', which `valueType="url"` would load' if isinstance(value, str) and URL.match(value) else ""


def _items(_node: Node, value: object) -> str:
    if not isinstance(value, list):
        return f"is {kind(value)}, not a list of items"
    if not all(isinstance(one, dict) and one.get("id") not in (None, "") for one in value):
        return "has items without an `id`, of which only one is shown"
    twice = [one for one, count in Counter(str(one["id"]) for one in value).items() if count > 1]
    return f"has several items with the `id` `{twice[0]}`, of which only one is shown" if twice else ""


def _table(node: Node, value: object) -> str:
    if is_csv(node) or "url" in node.get("valueType"):
        return _text(node, value)
    if isinstance(value, (list, dict)):
        return ""
    return "" if isinstance(value, str) and is_json(value) else f"is {kind(value)}, not a list, an object or JSON"


def _series(node: Node, value: object) -> str:
    if is_remote(node):
        return _file(node, value)
    if not isinstance(value, dict):
        return f"is {kind(value)}, not an object with a list for each column" + _loaded(value)
    wanted = [name.lower() for name in (node.get("timeColumn"), *_columns(node)) if name]  # so does the editor
    lacking = [f"`{name}`" for name in wanted if name not in value and not name.isdecimal()]
    return f"has no column {lacking[0]}, in small letters" if lacking else ""


def _columns(node: Node) -> tuple[str, ...]:
    return tuple(one.get("column") for one in node.below() if one.name == "Channel")


def _pages(_node: Node, value: object) -> str:
    if isinstance(value, list):
        return "" if value else "is a list without a page"
    return f"is {kind(value)}, not a list of URLs" + (_LETTERS if isinstance(value, str) else "")


def _repeated(_node: Node, value: object) -> str:
    if isinstance(value, list):
        return ""
    return f"is {kind(value)}, not a list" + (_LETTERS if isinstance(value, str) else "")


def _labels(node: Node, value: object) -> str:
    if value is None and node.name == "Taxonomy":
        return ""
    if not isinstance(value, list):
        return f"is {kind(value)}, not a list of labels" + (_LETTERS if isinstance(value, str) else "")
    if node.name in _NO_LISTS:
        return f"is a list, which the server does not import for `<{node.name}>`"
    wrong = next((one for one in value if not isinstance(one, dict) or not isinstance(one.get("value"), str)), None)
    return "" if wrong is None else "has a label that is no object with a text as `value`"


_SHAPES: Mapping[tuple[str, str], Shape] = {
    ("Audio", "value"): _file,
    ("AudioPlus", "value"): _file,
    ("Choice", "value"): _text,
    ("Header", "value"): _text,
    ("HyperText", "value"): _plain,
    ("Image", "value"): _image,
    ("Image", "valueList"): _pages,
    ("Label", "value"): _text,
    ("List", "value"): _items,
    ("Markdown", "value"): _text,
    ("Paragraphs", "value"): _phrases,
    ("Pdf", "value"): _file,
    ("Repeater", "on"): _repeated,
    ("Shortcut", "value"): _text,
    ("Table", "value"): _table,
    ("Text", "value"): _plain,
    ("TextArea", "value"): _text,
    ("TimeSeries", "value"): _series,
    ("Video", "value"): _file,
}
