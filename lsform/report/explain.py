"""Kinds and fields of manifests as text and JSON. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from lsform.config.explaining import Subject
from lsform.core.values import Json
from lsform.report.paint import Paint


def kinds_text(subjects: Sequence[Subject], paint: Paint) -> str:
    """One line a kind."""
    width = max(len(one.path) for one in subjects)
    lines = (f"{paint(one.path.ljust(width), 'bold')}  {one.description}" for one in subjects)
    return "\n".join([*lines, ""])


def subject_text(subject: Subject, paint: Paint) -> str:
    """What it is, then what may stand inside; ends with a newline."""
    return "\n".join([*_lines(subject, paint), ""])


def _lines(subject: Subject, paint: Paint) -> Iterator[str]:
    yield paint(subject.path, "bold")
    yield f"  type: {subject.type}"
    yield from (f"  {trait}" for trait in traits(subject))
    if subject.description:
        yield ""
        yield f"  {subject.description}"
    fields = subject.fields
    if fields:
        yield ""
        yield paint("Fields:", "bold")
        width = max(len(one.name) for one in fields)
        for one in fields:
            needed = [note for note in (_needed(one), _only_for(one)) if note]
            notes = f" ({'; '.join(needed)})" if needed else ""
            yield f"  {one.name.ljust(width)}  {one.type}{notes}"
            if one.description:
                yield f"  {'':{width}}    {one.description}"


def traits(subject: Subject) -> Iterator[str]:
    """What is to be known of a field besides its type: `default: 0.1`."""
    if needed := _needed(subject):
        yield needed
    if only := _only_for(subject):
        yield only
    if subject.allowed:
        yield f"allowed: {', '.join(_value(one) for one in subject.allowed)}"
    if subject.bounds:
        yield f"limits: {', '.join(subject.bounds)}"
    if subject.defaults:
        yield f"default: {' or '.join(_value(one) for one in subject.defaults)}"


def _needed(subject: Subject) -> str:
    if subject.required:
        return "required"
    others = " and ".join(f"`{name}`" for name in subject.unless)
    return f"required without {others}" if others else ""


def _only_for(subject: Subject) -> str:
    return f"only for {', '.join(subject.only_for)}" if subject.only_for else ""


def _value(value: Json) -> str:
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)


def subject_json(subject: Subject) -> dict[str, Json]:
    """The same for machines, all the way down."""
    return {
        "path": subject.path,
        "type": subject.type,
        "description": subject.description,
        "required": subject.required,
        "required_without": [*subject.unless],
        "only_for": [*subject.only_for],
        "allowed": [*subject.allowed],
        "limits": [*subject.bounds],
        "default": subject.defaults[0] if subject.defaults else None,
        "fields": [subject_json(one) for one in subject.fields],
    }
