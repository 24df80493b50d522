"""From tasks to a folder in one of the formats: chosen, split, converted, summed up and put in place whole. Files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from lsform.core.errors import LsformError
from lsform.core.values import Json, digest
from lsform.data.choosing import Policy
from lsform.data.formats import Context, Drawn, Format
from lsform.data.formats.base import Decoder, unmeasured
from lsform.data.items import Item, Medium, item_of
from lsform.data.output import Output, finish, output
from lsform.data.regions import Malformed, Record
from lsform.data.shapes import Size
from lsform.data.split import Split
from lsform.interface.model import LabelInterface
from lsform.interface.tags import write

MOST_SHOWN = 10  # reasons why a format cannot hold something
Fetch = Callable[[Output, Medium, str], None]


class Unsupported(LsformError):
    """The format cannot hold everything, and nobody said that it may be left out."""


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


@dataclass(frozen=True, slots=True)
class Media:
    """How media are reached: `fetch` puts one into the folder, `measure` tells the size of a picture."""

    decode: Decoder
    fetch: Fetch | None = None
    measure: Callable[[Medium], Size | None] = unmeasured


@dataclass(slots=True)
class Tally:
    """What went by. `parts` counts tasks by part of the split."""

    tasks: int = 0
    unlabeled: int = 0
    annotations: int = 0
    regions: int = 0
    parts: dict[str, int] = field(default_factory=dict)


def export(
    tasks: Iterable[Record],
    interface: LabelInterface,
    wanted: Wanted,
    place: Path,
    *,
    media: Media,
    facts: Mapping[str, Json],
    progress: Callable[[int], None],
) -> dict[str, Json]:
    """Write a folder and return what its `manifest.json` says; `facts` are put into it, too.

    Raises Unsupported when the format cannot hold a region, LsformError for tasks that are none; nothing is there then.
    """
    tally = Tally()
    with output(place) as made:
        fetch = partial(media.fetch, made) if media.fetch is not None else None
        context = Context(
            interface=interface,
            decode=media.decode,
            measure=media.measure,
            output=made,
            split=wanted.split,
            fetch=fetch,
        )
        items = _items(tasks, wanted, tally, progress)
        try:
            match wanted.form:
                case Format() as form:
                    form.write(items, context)
                case Drawn() as form:
                    draw = form.drawing(context)
                    form.write((sheet for item in items for sheet in draw(item)), context)
        except Malformed as error:
            raise LsformError(str(error), hint="mend the annotation in Label Studio, or delete it") from None
        if context.problems.counts and not wanted.skip:
            raise _unsupported(wanted.form, context)
        return finish(made, {**facts, **_summary(interface, wanted, tally, context)})


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


def _items(tasks: Iterable[Record], wanted: Wanted, tally: Tally, progress: Callable[[int], None]) -> Iterator[Item]:
    for number, task in enumerate(tasks, start=1):
        progress(number)
        item = item_of(task, wanted.policy, wanted.split)
        if not item.annotations and not wanted.unlabeled:
            tally.unlabeled += 1
            continue
        tally.tasks += 1
        tally.annotations += len(item.annotations)
        tally.regions += sum(len(annotation.reading.regions) for annotation in item.annotations)
        tally.parts[item.part] = tally.parts.get(item.part, 0) + 1
        yield item


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
