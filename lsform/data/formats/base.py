"""What a format is: a function that writes items into a folder, and what it is called. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from lsform.data.items import Item, Medium, Names, Problems
from lsform.data.output import Output
from lsform.data.shapes import Size
from lsform.data.split import Split
from lsform.interface.model import LabelInterface

Decoder = Callable[[Sequence[int]], object]  # a brush's run lengths -> red, green, blue and alpha of each pixel


@dataclass(frozen=True, slots=True)
class Context:
    """What a format works with.

    `problems` are what the format cannot hold, `notes` what is left out as a matter of course.
    `measure` tells the size of a picture that no region tells; `fetch` puts a medium into the folder, and is None
    when media are not asked for. `decode` is the codec of brush masks.
    """

    interface: LabelInterface
    output: Output
    split: Split
    decode: Decoder
    measure: Callable[[Medium], Size | None]
    problems: Problems = field(default_factory=Problems)
    notes: Problems = field(default_factory=Problems)
    names: Names = field(default_factory=Names)
    fetch: Callable[[Medium, str], None] | None = None

    def keep(self, item: Item, medium: Medium, folder: str) -> str:
        """The file name of a medium, which is fetched into this folder if that is asked for."""
        name = self.names.of(item, medium)
        if self.fetch is not None:
            self.fetch(medium, f"{folder}/{name}")
        return name


@dataclass(frozen=True, slots=True)
class Format:
    """One line of the table `FORMATS`."""

    name: str
    title: str
    write: Callable[[Iterable[Item], Context], None]


def beside(folder: str, part: str) -> str:
    """The folder of a part of the data: `labels/train`, or `labels` when nothing is split."""
    return f"{folder}/{part}" if part else folder
