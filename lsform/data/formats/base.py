"""What a format is: functions that write items into a folder, and what it is called. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from msgspec import Struct

from lsform.core.values import Json
from lsform.data.items import Item, Medium, Names, Problems, file_name
from lsform.data.output import Output
from lsform.data.shapes import Size
from lsform.data.split import Split
from lsform.interface.model import LabelInterface

Decoder = Callable[[Sequence[int]], object]  # a brush's run lengths -> red, green, blue and alpha of each pixel
Measure = Callable[[Medium], Size | None]


def unmeasured(_medium: Medium) -> Size | None:
    """Of pictures that nobody looks at."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What one task is converted with, whatever the others are.

    `problems` are what the format cannot hold, `notes` what is left out as a matter of course.
    `measure` tells the size of a picture that no region tells. `decode` is the codec of brush masks.
    """

    interface: LabelInterface
    decode: Decoder
    measure: Measure = unmeasured
    problems: Problems = field(default_factory=Problems)
    notes: Problems = field(default_factory=Problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context(Kit):
    """What a format writes with. `fetch` puts a medium into the folder, and is None when media are not asked for."""

    output: Output
    split: Split
    names: Names = field(default_factory=Names)
    fetch: Callable[[Medium, str], None] | None = None

    def keep(self, part: str, medium: Medium, folder: str, *, wish: str = "") -> str:
        """The file name of a medium, which is fetched into this folder if that is asked for."""
        name = self.names.of(part, medium, wish or file_name(medium.url))
        if self.fetch is not None:
            self.fetch(medium, f"{folder}/{name}")
        return name


@dataclass(frozen=True, slots=True)
class Format:
    """One line of the table `FORMATS`."""

    name: str
    title: str
    write: Callable[[Iterable[Item], Context], None]


class Sheet(Struct, frozen=True, gc=False, array_like=True):
    """What a format says of one picture, but for what depends on all those before it: its name and its numbers.

    `wish` is the name that its file had; `lines` are in the words of the format.
    """

    medium: Medium
    part: str
    wish: str
    size: Size | None
    lines: Sequence[str]


Draw: TypeAlias = Callable[[Item], Iterable[Sheet]]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A line of the table `FORMATS`, too: a format that draws each task by itself, which several processes may do."""

    name: str
    title: str
    drawing: Callable[[Kit], Draw]
    write: Callable[[Iterable[Sheet], Context], None]


def as_line(value: Json) -> str:
    """JSON of one line, Unicode kept; of texts alone, `quoted` makes the same in less time."""
    return _LINE.encode(value)


_LINE = json.JSONEncoder(ensure_ascii=False)  # made once: it is asked for each picture and what is on it
quoted = json.encoder.encode_basestring


def beside(folder: str, part: str) -> str:
    """The folder of a part of the data: `labels/train`, or `labels` when nothing is split."""
    return f"{folder}/{part}" if part else folder
