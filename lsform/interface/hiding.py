"""Which controls are shown at times only, so that what was labeled with them may be hidden. Pure.

What does not meet a condition on choices, the editor of 1.23.2 does not show, and drops when the annotation is saved;
so it does with what was said of a region that has not got the label. A condition that looks at no result hides nothing:
a selection comes and goes, and what is hidden meanwhile is saved all the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.interface.catalogue import catalogue
from lsform.interface.lint.subject import survey
from lsform.interface.lint.visibility import CONDITIONS, Condition
from lsform.interface.model import LabelInterface, is_control


def conditions(interface: LabelInterface) -> dict[str, str]:
    """Control -> what it is shown with, outermost condition first; controls that are always shown are left out."""
    subject = survey(interface, catalogue())
    hiding = {one.node: text for one in subject.conditions if (text := _text(one))}
    found = {}
    for node in subject.nodes if hiding else ():
        if is_control(node.tag) and (here := [hiding[one] for one in (node, *node.above()) if one in hiding]):
            found[node.get("name")] = " and ".join(reversed(here))
    return found


def _text(condition: Condition) -> str:
    """What of it hides results, in backticks; '' where nothing does."""
    details = [*_narrowing(condition)]
    if not details and not condition.is_of_choices:
        return ""
    names = ["visibleWhen", *details] if condition.kind in CONDITIONS else details
    return "`{}`".format(" ".join(f'{name}="{condition.node.get(name)}"' for name in names))


def _narrowing(condition: Condition) -> Iterator[str]:
    """The attributes that the editor looks at. A `TextArea` is always shown, and so loses nothing to a selection."""
    is_kept = condition.node.name == "TextArea" and not condition.is_of_choices
    for name in condition.reads:
        if condition.node.get(name) and (not is_kept or name in condition.own):
            yield name
