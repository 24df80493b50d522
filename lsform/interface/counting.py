"""What results use, counted one after the other, as Label Studio's summary of a project counts. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lsform.core.values import Json
from lsform.interface.compatibility import Usage

UNCOUNTED = frozenset({"relation", "pairwise"})  # results that Label Studio does not count


@dataclass(slots=True)
class Count:
    """Results by `control|object|type`, and labels by control: `ProjectSummary` of 1.23.2 without its mistakes."""

    results: Counter[str] = field(default_factory=Counter)
    labels: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, results: Json) -> None:
        """The results of an annotation or of a draft; what is no list of them has none."""
        for result in results if isinstance(results, list) else ():
            if isinstance(result, dict):
                self._count(result)

    def _count(self, result: Mapping[str, Json]) -> None:
        kind, name, target = result.get("type"), result.get("from_name"), result.get("to_name")
        if kind is None or kind in UNCOUNTED or name is None or target is None:
            return
        self.results[f"{name}|{target}|{kind}"] += 1
        counts = self.labels.setdefault(str(name), Counter())
        value = result.get("value")
        counts.update(_labels(str(kind), value) if isinstance(value, dict) else ())

    def usage(self, drafts: Mapping[str, Mapping[str, int]], data_keys: frozenset[str]) -> Usage:
        """What was counted, as annotations; controls without labels are left out, as the server does in the end."""
        return Usage(self.results, {name: one for name, one in self.labels.items() if one}, drafts, data_keys)


def _labels(kind: str, value: Mapping[str, Json]) -> Iterable[str]:
    given = value.get("labels" if kind == "videorectangle" else kind)
    if not isinstance(given, list) or kind == "text":
        return
    for label in given:
        yield from map(str, label) if kind == "taxonomy" and isinstance(label, list) else [str(label)]
