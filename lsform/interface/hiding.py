"""Which controls are shown at times only, so that what was labeled with them may be hidden. Pure.

What does not meet a condition on choices, the editor of 1.23.2 does not show, and drops when the annotation is saved.
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.interface.model import LabelInterface, is_control
from lsform.interface.tags import Tag

REGION, NO_REGION = "region-selected", "no-region-selected"
DETAILS = ("whenTagName", "whenLabelValue", "whenChoiceValue")
WHEN = ("visibleWhen", *DETAILS)
# What looks at no result: a selection comes and goes, and what is hidden meanwhile is saved all the same.
PASSING = frozenset({REGION, NO_REGION})


def conditions(interface: LabelInterface) -> dict[str, str]:
    """Control -> what it is shown with, outermost condition first; controls that are always shown are left out."""
    return dict(_conditions(interface.root, ()))


def _conditions(tag: Tag, above: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    here = (*above, own) if (own := _condition(tag)) else above
    if here and is_control(tag):
        yield tag.get("name"), " and ".join(here)
    for child in tag.children:
        yield from _conditions(child, here)


def _condition(tag: Tag) -> str:
    """As it stands in the interface, in backticks; '' where it hides no results."""
    own = {name: tag.get(name) for name in WHEN if tag.get(name)}
    is_passing = {*own} == {"visibleWhen"} and own["visibleWhen"] in PASSING
    return "" if not own or is_passing else "`{}`".format(" ".join(f'{name}="{value}"' for name, value in own.items()))
