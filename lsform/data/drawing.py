"""What an export is to hold, and what one process makes of some of its tasks: any other would make the same. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import repeat
from typing import NamedTuple

from lsform.data.choosing import Policy
from lsform.data.formats import Drawn, Format
from lsform.data.formats.base import Decoder, Kit, Measure, Sheet, unmeasured
from lsform.data.items import Item, Problems, item_of
from lsform.data.raw import RawTask, Record
from lsform.data.split import Split
from lsform.interface.model import LabelInterface


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be exported, and how.

    `unlabeled`: tasks without an annotation that counts come along. `skip`: what the format cannot hold is left out.
    """

    form: Format | Drawn
    policy: Policy = Policy.LATEST
    split: Split = field(default_factory=lambda: Split({}))
    unlabeled: bool = False
    skip: bool = False


@dataclass(slots=True)
class Tally:
    """What went by. `parts` counts tasks by part of the split."""

    tasks: int = 0
    unlabeled: int = 0
    annotations: int = 0
    regions: int = 0
    parts: dict[str, int] = field(default_factory=dict)

    @property
    def seen(self) -> int:
        return self.tasks + self.unlabeled

    def count(self, item: Item) -> None:
        self.tasks += 1
        self.annotations += len(item.annotations)
        for annotation in item.annotations:
            self.regions += len(annotation.reading.regions)
        self.parts[item.part] = self.parts.get(item.part, 0) + 1

    def take(self, other: Tally) -> None:
        self.tasks += other.tasks
        self.unlabeled += other.unlabeled
        self.annotations += other.annotations
        self.regions += other.regions
        for part, count in other.parts.items():
            self.parts[part] = self.parts.get(part, 0) + count


def items(tasks: Iterable[tuple[RawTask, Record]], wanted: Wanted, tally: Tally) -> Iterator[Item]:
    """What is wanted of the tasks; raises Malformed for one that is none."""
    for task, record in tasks:
        item = item_of(task, wanted.policy, wanted.split, record)
        if item.annotations or wanted.unlabeled:
            tally.count(item)
            yield item
        else:
            tally.unlabeled += 1


class Stretch(NamedTuple):
    """What is drawn of some tasks that follow each other, and what there is to say of them."""

    sheets: list[Sheet]
    tally: Tally
    problems: Problems
    notes: Problems


@dataclass(frozen=True, slots=True)
class Order:
    """All that a process has to know to draw; can be pickled."""

    form: Drawn
    wanted: Wanted
    interface: LabelInterface
    decode: Decoder

    def drawing(self, measure: Measure = unmeasured) -> Callable[[Iterable[RawTask]], Stretch]:
        """What draws some tasks; it raises Malformed."""
        kit = Kit(interface=self.interface, decode=self.decode, measure=measure)
        draw = self.form.drawing(kit)

        def stretch(tasks: Iterable[RawTask]) -> Stretch:
            tally = Tally()
            try:
                # one step after the other for all of them: a processor that changes between steps is slower by a third
                found = [*items(zip(tasks, repeat(NOTHING)), self.wanted, tally)]
                sheets = [sheet for item in found for sheet in draw(item)]
            finally:
                problems, notes = kit.problems.handed_over(), kit.notes.handed_over()
            return Stretch(sheets, tally, problems, notes)

        return stretch


NOTHING: Record = {}  # is asked for of a task that is drawn but what counts of every task
