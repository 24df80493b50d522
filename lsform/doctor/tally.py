"""Tasks counted as they come by: what their annotations use, which are the same, what they lack. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lsform.core.values import Json, digest
from lsform.doctor.evidence import Sample
from lsform.interface.compatibility import UNDEFINED_KEY, Usage
from lsform.interface.model import LabelInterface

UNCOUNTED = frozenset({"relation", "pairwise"})  # results that Label Studio does not count
MOST_SHOWN = 100  # of tasks that are kept as examples


@dataclass(slots=True)
class Tally:
    """One project's tasks; `keys` are the data keys that its interface shows."""

    keys: Sequence[str]
    seen: int = 0
    annotated: int = 0
    results: Counter[str] = field(default_factory=Counter)
    labels: dict[str, Counter[str]] = field(default_factory=dict)
    data: dict[str, list[int]] = field(default_factory=dict)
    lacking: Counter[str] = field(default_factory=Counter)
    uncounted: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, interface: LabelInterface | None) -> Tally:
        shown = interface.objects() if interface is not None else ()
        return cls([*dict.fromkeys(one.data_key for one in shown if one.data_key)])

    def add(self, task: int, data: Mapping[str, Json], annotations: Iterable[Json], *, counted: int) -> None:
        """A task. `counted` is how many annotations the server believes that it has, skipped ones included."""
        self.seen += 1
        self.data.setdefault(digest(dict(data)), []).append(task)
        if UNDEFINED_KEY not in data:  # a bare value shows under any key
            self.lacking.update(key for key in self.keys if data.get(key) in (None, ""))
        found = [one for one in annotations if isinstance(one, dict)]
        self.annotated += bool(found)
        if found and not counted:
            self.uncounted.append(task)
        for annotation in found:
            results = annotation.get("result")
            for result in results if isinstance(results, list) else ():
                self._count(result)

    def _count(self, result: Json) -> None:
        """As Label Studio's summary counts (`ProjectSummary` of 1.23.2)."""
        if not isinstance(result, dict):
            return
        kind, name, target = result.get("type"), result.get("from_name"), result.get("to_name")
        if kind is None or kind in UNCOUNTED or name is None or target is None:
            return
        self.results[f"{name}|{target}|{kind}"] += 1
        counts = self.labels.setdefault(str(name), Counter())
        value = result.get("value")
        counts.update(_labels(str(kind), value) if isinstance(value, dict) else ())

    def sample(self, total: int) -> Sample:
        """What was counted, of so many tasks."""
        twins = sorted((ids[0], len(ids)) for ids in map(sorted, self.data.values()) if len(ids) > 1)
        usage = Usage(self.results, {name: one for name, one in self.labels.items() if one}, {}, frozenset())
        return Sample(self.seen, max(total, self.seen), self.annotated, usage, tuple(twins),
                      {key: self.lacking[key] for key in self.keys if self.lacking[key]},
                      tuple(sorted(self.uncounted)[:MOST_SHOWN]))  # fmt: skip


def _labels(kind: str, value: Mapping[str, Json]) -> Iterable[str]:
    given = value.get("labels" if kind == "videorectangle" else kind)
    if not isinstance(given, list) or kind == "text":
        return
    for label in given:
        yield from map(str, label) if kind == "taxonomy" and isinstance(label, list) else [str(label)]
