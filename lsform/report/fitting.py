"""Fits what there is to say into a number of characters, and says what was left out. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

APART = 2  # characters between two items, at most
NOTE = 500  # kept for the title of a section and for what it says of its cuts
WHOLE = "`lsform plan` shows the whole."


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to say, in `forms` from the richest to the barest. `label` is what it is counted as when it is cut.

    `name` is what is left of it where there is room for no form; without one it is said in a form or not at all.
    """

    label: str
    forms: tuple[str, ...]
    name: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        return (*self.forms, self.name) if self.name else self.forms


@dataclass(frozen=True, slots=True)
class Section:
    """Things to say below one title. `reserve` characters of it are not given to the sections before it.

    `listed`: each of its items is named as long as there is any room at all, whatever others have reserved.
    """

    title: str
    items: Sequence[Item]
    reserve: int = NOTE
    listed: bool = False

    @property
    def kept(self) -> int:
        """Characters that no other section may take."""
        return min(self.reserve, NOTE + sum(len(item.texts[0]) + APART for item in self.items))


def fitted(sections: Sequence[Section], room: int) -> str:
    """The sections as rich as there is room, the first ones first."""
    texts = []
    said = [section for section in sections if section.items]
    for number, section in enumerate(said):
        later = said[number + 1 :]
        fair = room - sum(one.kept for one in later)
        text = _section(section, room - NOTE * len(later) if section.listed else fair, fair)
        texts.append(text)
        room -= len(text)
    return "".join(texts)


def _section(section: Section, room: int, fair: int) -> str:
    """Items are named within `room`, and what is said of them beyond that is within `fair`."""
    chosen = _chosen(section.items, room - NOTE, fair - NOTE)
    said = [(item, form) for item, form in zip(section.items, chosen, strict=False)]
    text = f"\n#### {section.title} ({len(section.items):,})\n\n"
    text += "".join(f"{item.forms[form]}\n" for item, form in said if form < len(item.forms))
    if bare := sum(1 for item, form in said if 0 < form < len(item.forms)):
        text += f"\nWithout details for want of room: {bare:,}. {WHOLE}\n"
    if names := [item.name for item, form in said if form == len(item.forms)]:
        text += f"\nBy name only for want of room: {', '.join(names)}. {WHOLE}\n"
    if cut := section.items[len(chosen) :]:
        text += f"\n**Not listed for want of room: {_totals(cut)}.** {WHOLE}\n"
    return text


def _chosen(items: Sequence[Item], room: int, fair: int) -> list[int]:
    """Which of its texts each item gets that there is room for: the tightest for all, then richer ones in order."""
    chosen: list[int] = []
    for item in items:
        size = len(item.texts[-1]) + APART
        if size > room:
            break
        room, fair = room - size, fair - size
        chosen.append(len(item.texts) - 1)
    for text in reversed(range(max((len(item.texts) for item in items), default=1) - 1)):
        for at, item in enumerate(items[: len(chosen)]):
            more = len(item.texts[text]) - len(item.texts[chosen[at]])
            if text < chosen[at] and more <= fair:
                fair -= more
                chosen[at] = text
    return chosen


def _totals(items: Iterable[Item]) -> str:
    """`7 delete, 2 replace`, in the order of their first one."""
    return ", ".join(f"{number:,} {label}" for label, number in Counter(item.label for item in items).items())
