"""From tasks to a folder in one of the formats: chosen, split, converted, summed up and put in place whole. Files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from lsform.core.collector import no_full_collections
from lsform.core.errors import LsformError
from lsform.core.values import Json, digest
from lsform.data.drawing import Order, Stretch, Tally, Wanted, items
from lsform.data.formats import Context, Drawn, Format
from lsform.data.formats.base import Decoder, Measure, Sheet, unmeasured
from lsform.data.helpers import Helper, count_for, drawn, helpers
from lsform.data.items import Medium
from lsform.data.output import Output, finish, output
from lsform.data.raw import RawTask, Record, raw
from lsform.data.reading import Odd, Tasks
from lsform.data.regions import Malformed
from lsform.interface.model import LabelInterface
from lsform.interface.tags import write

MOST_SHOWN = 10  # reasons why a format cannot hold something
Fetch = Callable[[Output, Medium, str], None]


class Unsupported(LsformError):
    """The format cannot hold everything, and nobody said that it may be left out."""


@dataclass(frozen=True, slots=True)
class Media:
    """How media are reached: `fetch` puts one into the folder, `measure` tells the size of a picture."""

    decode: Decoder
    fetch: Fetch | None = None
    measure: Measure = unmeasured

    @property
    def are_here(self) -> bool:
        """Nobody has to be asked for them."""
        return self.fetch is None and self.measure is unmeasured


def export(
    tasks: Tasks,
    interface: LabelInterface,
    wanted: Wanted,
    place: Path,
    *,
    media: Media,
    facts: Mapping[str, Json],
    progress: Callable[[int], None],
    helping: Callable[[int], int] = count_for,
) -> dict[str, Json]:
    """Write a folder and return what its `manifest.json` says; `facts` are put into it, too.

    `helping` tells how many helpers an export of so many bytes gets; one that asks the server for media gets none.
    Raises Unsupported when the format cannot hold a region, LsformError for tasks that are none; nothing is there then.
    """
    with no_full_collections(), output(place) as made:
        context = Context(
            interface=interface,
            decode=media.decode,
            measure=media.measure,
            output=made,
            split=wanted.split,
            fetch=partial(media.fetch, made) if media.fetch is not None else None,
        )
        run = _Run(wanted, context, progress)
        try:
            run.write(tasks, helping(tasks.size) if media.are_here else 0)
        except Malformed as error:
            raise LsformError(str(error), hint="mend the annotation in Label Studio, or delete it") from None
        if context.problems.counts and not wanted.skip:
            raise _unsupported(wanted.form, context)
        return finish(made, {**facts, **_summary(interface, wanted, run.tally, context)})


@dataclass(frozen=True, slots=True)
class _Run:
    """An export under way."""

    wanted: Wanted
    context: Context
    progress: Callable[[int], None]
    tally: Tally = field(default_factory=Tally)

    def write(self, tasks: Tasks, helping: int) -> None:
        match self.wanted.form:
            case Format() as form:
                form.write(items(self._watched(tasks), self.wanted, self.tally), self.context)
            case Drawn() as form:
                order = Order(form, self.wanted, self.context.interface, self.context.decode)
                with helpers(order, helping) as crew:
                    form.write(self._sheets(tasks, order, crew), self.context)

    def _watched(self, tasks: Iterable[Record]) -> Iterator[tuple[RawTask, Record]]:
        for number, task in enumerate(tasks, start=1):
            self.progress(number)
            yield raw(task), task

    def _sheets(self, tasks: Tasks, order: Order, crew: tuple[Helper, ...]) -> Iterator[Sheet]:
        for stretch in self._stretches(tasks, order, crew):
            before = self.tally.seen
            self.tally.take(stretch.tally)
            self.context.problems.take(stretch.problems)
            self.context.notes.take(stretch.notes)
            for number, sheet in enumerate(stretch.sheets, start=before):
                self.progress(min(number, self.tally.seen))  # most tasks are a sheet each, and each may be fetched
                yield sheet
            self.progress(self.tally.seen)

    def _stretches(self, tasks: Tasks, order: Order, crew: tuple[Helper, ...]) -> Iterator[Stretch]:
        """What is odd is left to this process, which reads with care."""
        draw = order.drawing(self.context.measure)
        try:
            yield from drawn(tasks.texts(), crew, draw)
        except Odd:
            yield from (draw([raw(task)]) for task in tasks.after(self.tally.seen))


def _summary(interface: LabelInterface, wanted: Wanted, tally: Tally, context: Context) -> dict[str, Json]:
    return {
        "format": wanted.form.name,
        "annotations": wanted.policy.value,
        "split": {**wanted.split.shares},
        "interface": digest(write(interface.root)),
        "counts": {
            "tasks": tally.tasks,
            "annotations": tally.annotations,
            "regions": tally.regions,
            "left_out_unlabeled": tally.unlabeled,
            "parts": {**dict(sorted(tally.parts.items()))},
        },
        "dropped": {**dict(sorted(context.problems.counts.items()))},
        "not_in_format": {**dict(sorted(context.notes.counts.items()))},
    }


def _unsupported(form: Format | Drawn, context: Context) -> Unsupported:
    counts = context.problems.counts
    said = [
        f"{count} x {reason} (first in {context.problems.first[reason]})"
        for reason, count in counts.most_common(MOST_SHOWN)
    ]
    return Unsupported(
        f"`{form.name}` cannot hold {counts.total()} things: {'; '.join(said)}",
        hint="`--skip-unsupported` leaves them out and counts them in `manifest.json`; another format may hold them",
    )
