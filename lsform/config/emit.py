"""Manifests as text, in the style of the house: written by a program, read by `source`. Pure: values in, text out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast

import yaml

from lsform.config.manifest import API_VERSION
from lsform.config.scalars import tag_of
from lsform.core.values import Json

SHORT_LIST = 90  # characters: a list of plain values that is shorter stands on one line
_WIDEST = 1 << 20  # columns: lines are never folded, so that a change of a text is a change of few lines
_OFF = "\ue000"  # begins keys that are written as comments; Label Studio uses no such key

# What `references` would take for a reference, or for the escape of one.
_REFERENCE_LIKE = re.compile(r"\$\$\{|\$\{(?!\{)")
# What YAML takes for the end of a line, or does not show: it is escaped.
_UNUSUAL = re.compile("[\r\x85\u2028\u2029\ufeff]")


class Verbatim(str):
    """Text that goes into a manifest as it is, such as a reference; all other text means itself."""

    __slots__ = ()


def literal(text: str) -> str:
    """Text as a scalar that stands for it, whatever references it looks like."""
    return _REFERENCE_LIKE.sub(lambda found: f"${found[0]}", text)


def switched_off(key: str) -> str:
    """A key that is written as a comment, with its value on the same line."""
    return _OFF + key


def manifest(kind: str, name: str, spec: Mapping[str, Json]) -> str:
    """A document with a line for each key; ends with a newline."""
    head: dict[str, Json] = {"apiVersion": API_VERSION, "kind": kind, "metadata": _Flow(name=name)}
    text = yaml.dump(
        {**head, "spec": _told(dict(spec))},
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        default_flow_style=False,
        width=_WIDEST,
    )
    return _commented(str(text))


class _Flow(dict[str, Json]):
    """A mapping on one line, with all that is in it."""


def _told(value: Json, *, flow: bool = False) -> Json:
    """The value as it is written: texts that are no references escaped, what is switched off on one line."""
    match value:
        case Verbatim():
            return value
        case str():
            return literal(value)
        case list():
            return [_told(item, flow=flow) for item in value]
        case dict():
            told = {key: _told(item, flow=flow or key.startswith(_OFF)) for key, item in value.items()}
            return _Flow(told) if flow else told
        case _:
            return value


def _commented(text: str) -> str:
    return re.sub(rf"^( *){_OFF}", r"\1# ", text, flags=re.MULTILINE)


class _Dumper(yaml.SafeDumper):
    """Writes scalars as our own reader reads them, which is YAML 1.2, and long texts as blocks."""

    def resolve(self, kind: object, value: str, implicit: object) -> str:
        """What the reader would take a scalar without quotes for."""
        if kind is yaml.ScalarNode:
            return tag_of(value) if cast("tuple[bool, bool]", implicit)[0] else "tag:yaml.org,2002:str"
        return str(super().resolve(kind, value, implicit))  # type: ignore[no-untyped-call]

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002
        """Lists are indented below their key."""
        super().increase_indent(flow, False)  # noqa: FBT003

    def ignore_aliases(self, data: object) -> bool:
        """Everything is written out."""
        return True


def _text(dumper: _Dumper, text: str) -> yaml.Node:
    style = '"' if _UNUSUAL.search(text) else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style=style)


def _list(dumper: _Dumper, items: list[Json]) -> yaml.Node:
    flat = not any(isinstance(item, dict | list) or "\n" in str(item) for item in items)
    short = flat and sum(len(str(item)) + 2 for item in items) <= SHORT_LIST
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=short)


def _mapping(dumper: _Dumper, mapping: dict[str, Json]) -> yaml.Node:
    flow = isinstance(mapping, _Flow) or not mapping
    return dumper.represent_mapping("tag:yaml.org,2002:map", mapping, flow_style=flow)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(Verbatim, _text)
_Dumper.add_representer(list, _list)
_Dumper.add_representer(dict, _mapping)
_Dumper.add_representer(_Flow, _mapping)
