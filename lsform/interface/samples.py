"""A task that shows what an interface looks like: from the data that there is, and made up where there is none.

Law: it can be shown without asking anybody: all files in it are ours, wherever those of the given data lie. Reads the
media of the built-in templates and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from math import sin
from urllib.parse import quote

from lsform.core.values import Json
from lsform.interface.catalogue import catalogue
from lsform.interface.gallery import data_uri, media_uri
from lsform.interface.lint.bindings import EVERY, Binding, bindings, steps
from lsform.interface.lint.shapes import is_csv, is_dynamic, is_remote, problem
from lsform.interface.lint.subject import Node, survey
from lsform.interface.model import parse

ORIGIN = "http://localhost"  # of the page that shows the editor; to browsers as safe as HTTPS
ECHO = "lsform/"  # below ORIGIN, an address that answers with its own rest
REPEATED = 2  # items of a list that nobody gave
MOST = 100  # items of a list that an interface may ask for by number
_TEXT = "The harbour bridge is closed from Monday on. The ferry runs every ten minutes."
_HTML = "<h2>Harbour bridge</h2><p>Closed from <b>Monday</b> on: the ferry runs every ten minutes.</p>"
_PHRASES = (("Guest", "My room has no hot water."), ("Desk", "I am sorry. Since when?"), ("Guest", "Since noon."))
_ROW: dict[str, Json] = {"merchant": "Corner Shop", "amount": 6.6, "currency": "EUR"}
_CSV = "merchant,amount,currency\nCorner Shop,6.6,EUR\nHarbour Cafe,4.2,EUR\n"
_BEGIN, _STEP, _MOMENTS = datetime(2026, 1, 1), timedelta(minutes=1), 60  # of a time series


def sample(xml: str, given: Mapping[str, Json]) -> dict[str, Json]:
    """The `data` of a task for an interface: what is given, made complete and fit to be shown.

    Raises InterfaceError where the text is no interface.
    """
    made: Json = dict(given)
    for one in bindings(survey(parse(xml), catalogue()).nodes):
        for variable in one.variables:
            made = _with(made, steps(variable), partial(_fit, one))
    assert isinstance(made, dict)
    return made


def _with(value: Json, way: Sequence[str], fit: Callable[[Json], Json]) -> Json:
    """The value with what is at the end of the way made fit; what is missing on the way is made, too."""
    if not way:
        return fit(value)
    step, rest = way[0], way[1:]
    items = list(value) if isinstance(value, list) else []
    if step == EVERY:
        return [_with(one, rest, fit) for one in items or [None] * REPEATED]
    if step.isdecimal() and not isinstance(value, dict):
        number = min(int(step[:9]), MOST)
        items += [None] * (number + 1 - len(items))
        items[number] = _with(items[number], rest, fit)
        return items
    fields = dict(value) if isinstance(value, dict) else {}
    return {**fields, step: _with(fields.get(step), rest, fit)}


def _fit(binding: Binding, value: Json) -> Json:
    """What is shown in a place: the value where it can be."""
    node, attribute = binding.node, binding.attribute
    if not binding.is_whole:
        return value if isinstance(value, (str, int, float)) else "Sample"
    if value is None or problem(node, attribute, value):
        return _made_up(node, attribute)
    is_ours = not _is_file(node, attribute) or (isinstance(value, str) and value.startswith("data:"))
    return value if is_ours else _made_up(node, attribute)


def _is_file(node: Node, attribute: str) -> bool:
    """Whether the place shows what lies elsewhere."""
    return (node.name, attribute) in _FILES or (attribute == "value" and is_remote(node))


def _made_up(node: Node, attribute: str) -> Json:
    place = (node.name, attribute)
    if attribute == "value" and is_dynamic(node):
        return [{"value": label} for label in ("First", "Second", "Third")]
    if place in _FILES:
        files: list[Json] = [media_uri(name) for name in _FILES[place]]
        return files if attribute == "valueList" else files[0]
    made = _SHOWN[place](node) if place in _SHOWN else "Sample"
    is_address = attribute == "value" and node.name != "TimeSeries" and is_remote(node)
    return _address(made) if is_address else made


def _address(content: Json) -> str:
    """An address of ours for what is loaded from addresses alone: the content is in it."""
    text = content if isinstance(content, str) else json.dumps(content)
    return f"{ORIGIN}/{ECHO}{quote(text, safe='')}"


def _phrases(node: Node) -> Json:
    keys = (node.get("nameKey") or "author", node.get("textKey") or "text")
    phrases: list[Json] = [dict(zip(keys, phrase, strict=True)) for phrase in _PHRASES]
    return phrases


def _items(_node: Node) -> Json:
    titles = {"bridge": "Harbour bridge closes", "ferry": "More ferries", "fair": "Spring fair"}
    return [{"id": id_, "title": title, "body": _TEXT} for id_, title in titles.items()]


def _table(node: Node) -> Json:
    return _CSV if is_csv(node) else dict(_ROW)


def _series(node: Node) -> Json:
    """A wave for each channel, as a file or as lists."""
    time, channels = node.get("timeColumn"), [one.get("column") for one in node.below() if one.name == "Channel"]
    moments: list[Json] = [_moment(number, node.get("timeFormat")) for number in range(_MOMENTS)]
    columns = {time: moments} if time else {}
    for place, name in enumerate(channels):
        columns[name] = [round(sin(number / 6 + place), 3) for number in range(_MOMENTS)]
    if not is_remote(node):
        return {name.lower(): column for name, column in columns.items()}  # the editor looks for small letters
    rows = [list(columns), *zip(*columns.values(), strict=True)]
    separator = node.get("sep") or ","
    return data_uri("text/csv", "".join(separator.join(map(str, row)) + "\n" for row in rows))


def _moment(number: int, form: str) -> Json:
    return (_BEGIN + number * _STEP).strftime(form) if form else number


# the places of files, and which of ours stand for them
_FILES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("Audio", "value"): ("voices.wav",),
    ("AudioPlus", "value"): ("voices.wav",),
    ("Image", "value"): ("photo.svg",),
    ("Image", "valueList"): ("page-1.svg", "page-2.svg"),
    ("Paragraphs", "audioUrl"): ("voices.wav",),
    ("Pdf", "value"): ("letter.pdf",),
    ("Video", "value"): ("clip.webm",),
}
_SHOWN: Mapping[tuple[str, str], Callable[[Node], Json]] = {
    ("HyperText", "value"): lambda _: _HTML,
    ("List", "value"): _items,
    ("Markdown", "value"): lambda _: _TEXT,
    ("Paragraphs", "value"): _phrases,
    ("Repeater", "on"): lambda _: [{} for _ in range(REPEATED)],
    ("Table", "value"): _table,
    ("Text", "value"): lambda _: _TEXT,
    ("TimeSeries", "value"): _series,
    ("Video", "frameRate"): lambda _: 10,
}
