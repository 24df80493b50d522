"""Keyboard shortcuts of an interface as text and as JSON. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lsform.core.values import Json
from lsform.interface.hotkeys import Shortcut, Source
from lsform.report.paint import Paint

NO_KEY = "-"
NOTES = {Source.DECLARED: "", Source.AUTOMATIC: " (the editor's choice)", Source.EDITOR: ""}
NOTES_WITHOUT_KEY = {**NOTES, Source.DECLARED: " (no keyboard has its key)", Source.AUTOMATIC: " (depends on the task)"}


def as_text(shortcuts: Sequence[Shortcut], paint: Paint) -> str:
    """For people: the keys of labels and controls, then those of the editor."""
    own = [one for one in shortcuts if one.source is not Source.EDITOR]
    rest = [one for one in shortcuts if one.source is Source.EDITOR]
    parts = [
        "\n".join([paint(title, "bold"), *_rows(listed)])
        for title, listed in (("labels and controls", own), ("the editor itself", rest))
        if listed
    ]
    return "\n\n".join(parts) + "\n"


def _rows(shortcuts: Sequence[Shortcut]) -> Iterator[str]:
    keys = max(len(one.key) for one in shortcuts)
    controls = max(len(one.control) for one in shortcuts)
    for one in shortcuts:
        control = f"{one.control:<{controls}}  " if controls else ""
        note = (NOTES if one.key else NOTES_WITHOUT_KEY)[one.source]
        yield f"  {one.key or NO_KEY:<{keys}}  {control}{one.does}{note}"


def as_json(shortcuts: Sequence[Shortcut]) -> Json:
    """For machines; `key` is null where there is none, and `control` in the editor itself."""
    return {
        "shortcuts": [
            {"key": one.key or None, "does": one.does, "control": one.control or None, "source": one.source.value}
            for one in shortcuts
        ]
    }
