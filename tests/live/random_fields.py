"""Random values of the fields of a kind: what its conformance example names, and whatever its types allow besides.

A type that says what all its values are is drawn from; of others (an address, a secret, JSON) only the example knows
which ones there are. So a new kind or field is covered as soon as it has its example, which the suite demands.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel, PlainValidator

from lsform.config.checking import check
from lsform.config.view_findings import CHECKED
from lsform.core.diagnostics import Span
from lsform.core.values import Json
from lsform.interface.gallery import load, names
from lsform.resources import ResourceKind, kind_of
from lsform.resources.view import VIEW
from tests.conformance.examples import TEXTS, Body, example_of
from tests.conformance.worlds import MemoryWorld, filled

Strategy = st.SearchStrategy[Json]
LARGEST_INT = 2**31 - 1  # of a column of the server's database
NULL = "\\x00"  # as `repr` has it: no manifest may hold it
FREE_TEXT = st.text(min_size=3, max_size=12)  # what is longer, and where it ends, examples try


def field_values(kind: ResourceKind) -> Mapping[str, Strategy]:
    """Key -> its values, of all keys that can be declared of a kind and do not go without saying."""
    return _field_values(kind.name, kind.variant)


@cache
def _field_values(name: str, variant: str) -> Mapping[str, Strategy]:
    kind = kind_of(name, variant)
    example = example_of(kind)
    return {
        key: _values(kind, key, example.values[key]) for key in sorted(example.values) if key not in example.implied
    }


def _values(kind: ResourceKind, key: str, named: Sequence[Json]) -> Strategy:
    ways = [st.sampled_from(named)]
    if TEXTS[0] in named:
        ways.append(FREE_TEXT)
    if key == "interface":
        ways.append(st.sampled_from([{"template": one, "vars": load(one).sample_vars} for one in names()]))
    field = kind.spec.model_fields.get(key)
    typed = _of(field.annotation, field.metadata, _words(named)) if field is not None else None
    if typed is not None and "${" not in str(named):  # what the world decides, its type does not tell
        ways.append(typed)
    return st.one_of(ways).filter(lambda value: is_valid(kind, {**example_of(kind).declared(key), key: value}, key))


def is_valid(kind: ResourceKind, body: Body, key: str = "") -> bool:
    """Whether lsform takes a declaration, or this key of it, as it stands."""
    if key == "interface":
        return True
    if NULL in repr(body):
        return False
    if kind is VIEW and key in CHECKED and [*CHECKED[key](body.get(key))]:
        return False
    known = {name: value for name, value in filled(MemoryWorld(), body).items() if name != "interface"}
    _, refused = check(kind.spec, known, lambda path: Span(str(path[0]) if path else ""))
    return not any(one.span.file in (key, "") or not key for one in refused)


def _words(values: Json | Sequence[Json]) -> dict[str, list[Json]]:
    """Key -> what stands under it, anywhere within values of an example."""
    found: dict[str, list[Json]] = {}

    def look(value: Json | Sequence[Json]) -> None:
        if isinstance(value, Mapping):
            for key, item in value.items():
                found.setdefault(key, []).append(item)
                look(item)
        elif isinstance(value, list | tuple):
            for item in value:
                look(item)

    look(values)
    return found


def _of(annotation: Any, metadata: Iterable[object], words: Mapping[str, list[Json]]) -> Strategy | None:
    """The values of a type; None where it does not say what they are."""
    if any(isinstance(one, PlainValidator) for one in metadata):
        return None
    arguments = get_args(annotation)
    match get_origin(annotation):
        case origin if origin is Annotated:
            return _of(arguments[0], [*metadata, *arguments[1:]], words)
        case origin if origin in (Union, UnionType):
            parts = [_of(one, metadata, words) for one in arguments if one is not type(None)]
            return None if None in parts else st.one_of(part for part in parts if part is not None)
        case origin if origin is Literal:
            return st.sampled_from(arguments)
        case origin if origin is list:
            is_text = str in (arguments[0], *get_args(arguments[0])[:1])  # a pattern takes more than there is
            items = None if is_text else _of(arguments[0], (), words)
            return st.lists(items, max_size=4) if items is not None else None  # type: ignore[return-value]
        case _:
            return _of_class(annotation, _bounds(metadata), words)


def _of_class(annotation: type, bounds: Mapping[str, Any], words: Mapping[str, list[Json]]) -> Strategy | None:
    if annotation is bool:
        return st.booleans()
    if annotation is int and bounds:
        return st.integers(bounds.get("ge", 0), bounds.get("le", LARGEST_INT))
    if annotation is float and bounds:
        return st.floats(bounds.get("ge", bounds.get("gt")), bounds.get("le", sys.float_info.max))
    if annotation is str and "pattern" in bounds:
        return st.from_regex(bounds["pattern"])
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _of_model(annotation, words)
    return None


def _of_model(model: type[BaseModel], words: Mapping[str, list[Json]]) -> Strategy | None:
    """A mapping; of a key whose type says too little, or whose pattern takes more than there is, what examples say."""
    fields: dict[bool, dict[str, Strategy]] = {True: {}, False: {}}
    for name, field in model.model_fields.items():
        closed = field.annotation is not str
        found = _of(field.annotation, field.metadata, words) if closed else None
        if found is None and name in words:
            found = st.sampled_from(words[name])
        if found is not None:
            fields[field.is_required()][name] = found
        elif field.is_required():
            return None
    return st.fixed_dictionaries(fields[True], optional=fields[False])  # type: ignore[return-value]


def _bounds(metadata: Iterable[object]) -> dict[str, Any]:
    """What annotations say of a value, by name."""
    return dict(_said(metadata))


def _said(metadata: Iterable[object]) -> Iterator[tuple[str, Any]]:
    for one in metadata:
        yield from _said(getattr(one, "metadata", ()))
        for name in ("ge", "gt", "le", "lt", "pattern"):
            if (value := getattr(one, name, None)) is not None:
                yield name, value
