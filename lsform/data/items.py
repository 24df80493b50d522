"""Tasks as formats get them: what was chosen of their annotations, what they show, which part they are in. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeGuard
from urllib.parse import parse_qs, unquote, urlsplit

from msgspec import Struct

from lsform.core.values import Json, digest
from lsform.data.choosing import Annotation, Policy, chosen
from lsform.data.raw import RawAnnotation, RawTask, Record
from lsform.data.regions import Malformed, Region, read_results
from lsform.data.shapes import Size
from lsform.data.split import WHOLE, Split
from lsform.interface.model import LabelInterface

_UNSAFE = re.compile(r"[^\w.\-]+")
LONGEST_NAME = 100  # characters of a stem: file systems take 255 bytes


class Item(Struct, frozen=True, gc=False):
    """One task: the annotations that count, each of which may be empty, its part of the split, and all else of it.

    `record` is empty where nobody asks for it.
    """

    id: int
    data: Mapping[str, Json]
    annotations: tuple[Annotation, ...]
    part: str
    record: Record

    def regions(self) -> Sequence[Region]:
        if len(self.annotations) == 1:
            return self.annotations[0].reading.regions
        return [region for annotation in self.annotations for region in annotation.reading.regions]


class Medium(Struct, frozen=True, gc=False, array_like=True):
    """What a task shows by one object: the object's name, the place in a list of several, and the address."""

    task: int
    target: str
    place: int | None
    url: str


def item_of(task: RawTask, policy: Policy, split: Split, record: Record) -> Item:
    """A task of an export; raises Malformed when it is none."""
    data, identity = task.data, task.id
    if not isinstance(data, dict) or not is_id(identity):
        raise Malformed("a task has no `id` or no `data`: is this an export in the format JSON?")
    try:
        annotations = [_annotation(one) for one in task.annotations if one.was_cancelled is not True]
    except Malformed as error:
        raise Malformed(f"task {identity}, {error}") from None
    part = split.part_of(digest(data)) if split.shares else WHOLE
    return Item(identity, data, chosen(annotations, policy), part, record)


def is_id(found: object) -> TypeGuard[int]:
    """A whole number as databases have them."""
    return type(found) is int and -SQL_NUMBERS <= found < SQL_NUMBERS


SQL_NUMBERS = 1 << 63


def _annotation(given: RawAnnotation) -> Annotation:
    number, by = given.id, given.completed_by
    if number is None:
        number = 0
    elif not is_id(number):
        raise Malformed(f"an annotation has an `id` that is no whole number: `{number}`")
    if isinstance(by, dict):
        by = by.get("id")
    try:
        reading = read_results(given.result)
    except Malformed as error:
        raise Malformed(f"annotation {number}: {error}") from None
    return Annotation(
        id=number,
        annotator=by if is_id(by) else None,
        created_at=str(given.created_at or ""),
        updated_at=str(given.updated_at or given.created_at or ""),
        ground_truth=given.ground_truth is True,
        reading=reading,
    )


class Shown(NamedTuple):
    """An object of the interface that shows media: its name, and the key of task data that they are under."""

    name: str
    key: str


def media(item: Item, shown: tuple[Shown, ...]) -> Iterator[Medium]:
    """What a task shows by these objects, several in a list one by one."""
    for name, key in shown:
        found = item.data.get(key)
        if isinstance(found, str) and found:
            yield Medium(item.id, name, None, found)
        elif isinstance(found, list):
            yield from (Medium(item.id, name, index, url) for index, url in enumerate(found) if isinstance(url, str))


def objects(interface: LabelInterface, *kinds: str) -> tuple[Shown, ...]:
    """The objects of an interface that are of one of these tags."""
    return tuple(Shown(one.name, one.data_key) for one in interface.objects() if one.tag.name.lower() in kinds)


def on_medium(regions: Iterable[Region], medium: Medium) -> list[Region]:
    """Those that lie on it."""
    target, place = medium.target, medium.place
    if place is None:
        return [region for region in regions if region.target == target]
    return [region for region in regions if region.target == target and (region.item or 0) == place]


def size_of(regions: Iterable[Region]) -> Size | None:
    """The size of the picture, as its regions tell it."""
    for region in regions:
        if region.size is not None:
            return region.size
    return None


def file_name(url: str) -> str:
    """The name of the file behind an address, made fit for every file system; `medium` when it has none."""
    plain = PLAIN.fullmatch(url)
    return plain[1] if plain else fit_name(url)


def fit_name(url: str) -> str:
    """The same of any address, taken apart."""
    if url.startswith("data:"):
        kind = url[5:].partition(";")[0].partition("/")[2]
        return f"medium.{_UNSAFE.sub('_', kind) or 'bin'}"
    parts = urlsplit(url)
    local = parse_qs(parts.query).get("d", [""])[0] if parts.query else ""  # of files on Label Studio's own disk
    steps = unquote(local or parts.path).split("/")
    stem, ending = parted(next((one for one in reversed(steps) if one not in ("", ".")), ""))
    safe = _UNSAFE.sub("_", stem).strip(".")[:LONGEST_NAME] or "medium"
    return f"{safe}.{_UNSAFE.sub('_', ending)}" if ending else safe


# Most addresses end in a name that can stay as it is; to see that takes a tenth of the time of taking one apart.
PLAIN = re.compile(
    r"(?!data:)(?:\w[\w+\-]*://[\w.\-:]+)?/(?:[\w.\-][\w.\-/]*/)?"
    rf"((?:[\w\-][\w.\-]{{0,{LONGEST_NAME - 2}}})?[\w\-]\.\w+)",
    re.ASCII,
)


def parted(name: str) -> tuple[str, str]:
    """The stem and the ending of a file's name; '' for the ending when it has none."""
    stem, dot, ending = name.rpartition(".")
    return (stem, ending) if dot else (name, "")


@dataclass(slots=True)
class Names:
    """Gives each medium a file name of its own: the first keeps its own, a namesake gets the id of its task."""

    taken: set[str] = field(default_factory=set)

    def of(self, part: str, medium: Medium, wish: str) -> str:
        """Files are told apart by stems, since labels lie beside pictures under the same stem; case does not count."""
        stem, ending = parted(wish)
        if self._is_free(part, stem):
            return wish
        for free in (f"{stem}-{medium.task}", f"{stem}-{medium.task}-{medium.target}-{medium.place or 0}"):
            if self._is_free(part, free):
                return f"{free}.{ending}" if ending else free
        raise ValueError(f"task {medium.task} shows more media of one name than there are names for")

    def _is_free(self, part: str, stem: str) -> bool:
        """Whether nobody had it; from now on somebody has."""
        before = len(self.taken)
        self.taken.add(f"{part}/{stem}".lower())
        return len(self.taken) > before


@dataclass(slots=True)
class Problems:
    """What a format cannot hold: reason -> how often, and where first."""

    counts: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)

    def add(self, reason: str, item: Item) -> None:
        self.counts[reason] += 1
        self.first.setdefault(reason, f"task {item.id}")

    def handed_over(self) -> Problems:
        """These; none are left here."""
        given = Problems(self.counts, self.first)
        self.counts, self.first = Counter(), {}
        return given

    def take(self, later: Problems) -> None:
        """Those of tasks that come after these."""
        self.counts.update(later.counts)
        self.first = {**later.first, **self.first}
