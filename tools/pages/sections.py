"""A section of the page on JSON: whose it is, what each key is, and a document by the code that makes the real one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lsform.core.diagnostics import Severity
from lsform.core.values import Json
from tools.pages.markup import one_of, table

FINDING = {
    "code": "its [code](codes.md)",
    "severity": f"how bad it is: {one_of(Severity)}",
    "message": "what is wrong",
    "hint": "what to do about it, or empty",
    "file": "where; empty when it is about no file",
    "line": "counts from 1; 0 is unknown",
    "column": "counts from 1; 0 is unknown",
    "address": "of the resource, or empty",
}
ALL_OF_FINDING = {f"findings[].{key}": text for key, text in FINDING.items()}
FINDINGS = {
    "findings": "in the order of files and lines",
    **ALL_OF_FINDING,
    "summary": "how many there are of each severity",
    **{f"summary.{one.value}": "a number" for one in Severity},
}


@dataclass(frozen=True, slots=True)
class Section:
    """What some commands print.

    keys      path of a key -> what it is, in Markdown
    elsewhere keys that another section explains
    opened    keys whose content is named by users or by the data, and is not taken apart
    is_shown  whether the document is an example for people
    """

    title: str
    commands: tuple[str, ...]
    about: str
    keys: Mapping[str, str]
    document: Json
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    opened: frozenset[str] = frozenset()
    is_shown: bool = True

    def lines(self) -> Iterator[str]:
        """The section in Markdown."""
        found = set(_paths(self.document, self.opened))
        told = {*self.keys, *self.elsewhere}
        assert found == told, f"keys of {self.title} that differ: {sorted(found ^ told)}"
        yield from (f"## {self.title}", "", self.about, "")
        yield from table(("key", "is"), ((f"`{key}`", says) for key, says in self.keys.items()))
        if self.is_shown:
            yield from ("```json", json.dumps(self.document, indent=2, ensure_ascii=False), "```", "")


def _paths(value: Json, opened: frozenset[str], above: str = "") -> Iterator[str]:
    if above in opened:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            path = f"{above}.{key}" if above else key
            yield path
            yield from _paths(inner, opened, path)
    elif isinstance(value, list):
        for one in value:
            yield from _paths(one, opened, f"{above}[]")
