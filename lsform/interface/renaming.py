"""Which labels that are lost seem to be there under another name, so that an `alias` would keep them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsform.interface.compatibility import Loss, LossKind
from lsform.interface.model import Label, LabelInterface


def renames(lost: Iterable[Loss], before: LabelInterface, after: LabelInterface) -> Iterator[tuple[str, str]]:
    """What annotations hold for such a label, and the label that it has become.

    That is the same label where its `alias` alone is another, one of the same class id, or the only new one of a
    control that loses only one.
    """
    subjects = {one.subject for one in lost if one.kind is LossKind.LABEL_REMOVED}
    for control in after.controls():
        known = before.labels(control.name)
        gone = {one.stored: one for one in known if f"{control.name}/{one.stored}" in subjects}
        held = {one.stored for one in known}
        new = [one for one in control.labels if one.stored not in held]
        for old in gone.values():
            if (found := _become(old, new, is_alone=len(gone) == 1)) is not None:
                yield old.stored, found.value


def _become(old: Label, new: list[Label], *, is_alone: bool) -> Label | None:
    same = [one for one in new if one.path == old.path]
    free = [one for one in new if not one.tag.get("alias")]
    number = old.tag.get("category")
    numbered = [one for one in free if number and one.tag.get("category") == number]
    only = new if is_alone and len(new) == 1 and free else []
    return next(iter(same or numbered or only), None)
