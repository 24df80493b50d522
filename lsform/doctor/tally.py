"""Tasks counted as they come by: what their annotations use, which are the same, what they lack. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lsform.core.values import Json, digest
from lsform.doctor.evidence import Sample
from lsform.interface.compatibility import UNDEFINED_KEY
from lsform.interface.counting import Count
from lsform.interface.model import LabelInterface

MOST_SHOWN = 100  # of tasks that are kept as examples


@dataclass(slots=True)
class Tally:
    """One project's tasks; `keys` are the data keys that its interface shows."""

    keys: Sequence[str]
    seen: int = 0
    annotated: int = 0
    work: Count = field(default_factory=Count)
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
            self.work.add(annotation.get("result"))

    def sample(self, total: int) -> Sample:
        """What was counted, of so many tasks."""
        twins = sorted((ids[0], len(ids)) for ids in map(sorted, self.data.values()) if len(ids) > 1)
        usage = self.work.usage({}, frozenset())
        return Sample(self.seen, max(total, self.seen), self.annotated, usage, tuple(twins),
                      {key: self.lacking[key] for key in self.keys if self.lacking[key]},
                      tuple(sorted(self.uncounted)[:MOST_SHOWN]))  # fmt: skip
