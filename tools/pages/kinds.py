"""All kinds of manifest with their fields: what `lsform explain` says, at once."""

from __future__ import annotations

from collections.abc import Iterator

from lsform.config.explaining import Subject, kinds, subject
from lsform.report.explain import traits
from tools.pages.markup import prose, table

OPENING = """\
# Kinds

Made by `python -m tools.make_pages` from what `lsform explain` and the [JSON Schemas](../../schemas) say. How
kinds go together is told in [manifests](../manifests.md). Names that you choose yourself, such as those of storages,
stand in none of these paths; a field that is left out is left to the server, unless it has a default.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([OPENING, *_contents(), *(line for one in kinds() for line in _section(one, "##"))])


def _contents() -> Iterator[str]:
    rows = ((f"[`{one.path}`](#{one.path.lower()})", prose(one.description)) for one in kinds())
    yield from table(("kind", "is"), rows)
    yield from ("A manifest has `apiVersion: lsform/v1`, its `kind`, `spec` with the fields below, and `metadata`:", "")
    yield from _fields(subject("Project.metadata"))


def _section(one: Subject, marks: str) -> Iterator[str]:
    yield from (f"{marks} {one.path}", "", prose(one.description), "")
    yield from _fields(one)
    for inner in one.fields:
        if inner.fields:
            yield from _section(inner, "###")


def _fields(one: Subject) -> Iterator[str]:
    yield from table(
        ("field", "type", "meaning"), ((_name(field), field.type, _meaning(field)) for field in one.fields)
    )


def _name(field: Subject) -> str:
    return f"[`{field.name}`](#{field.path.lower().replace('.', '')})" if field.fields else f"`{field.name}`"


def _meaning(field: Subject) -> str:
    return " ".join([prose(field.description), *(f"*{prose(trait)}.*" for trait in traits(field))])
