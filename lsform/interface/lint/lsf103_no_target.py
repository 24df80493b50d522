"""LSF103: a control says by `toName` what it is about.

Without it the server refuses `Choices`, `Labels`, `TextArea` and `Number`. Of other controls the editor fails at those
that draw on images; the rest look as if they worked, and store nothing.

There is one exception. When an interface has a single object, and it is no `Text`, `HyperText` or `AudioPlus`, the
editor lets other controls point at that. This is a warning only: annotators can work, but exports leave the answers
out, and once there are annotations, the server refuses every change of the interface.

Bad:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="thing"><Label value="Car"/></RectangleLabels>
    </View>

Good:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="thing" toName="image"><Label value="Car"/></RectangleLabels>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from lsform.core.diagnostics import Severity
from lsform.interface.lint.fitting import fits
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Node, Subject

CODE = "LSF103"
SEVERITY = Severity.ERROR
_CHECKED = frozenset({"Choices", "Labels", "Number", "TextArea"})  # by the server


def check(subject: Subject) -> Iterator[Mistake]:
    # where nothing says `toName`, the editor takes the interface for one that is not set up yet
    is_set_up = any(control.get("toName") for control in subject.controls)
    for control, targets in subject.aims.targets.items():
        if control.get("toName"):
            continue
        message = f"`<{control.name}>` has no `toName`"
        if is_set_up and targets and control.name not in _CHECKED:
            message += ", and exports leave out what it stores"
            yield Mistake(control, message, _hint(control, subject), "toName", Severity.WARNING)
        else:
            yield Mistake(control, message, _hint(control, subject), "toName")


def _hint(control: Node, subject: Subject) -> str:
    named = (name for one in subject.objects if (name := one.get("name")) and fits(control, one))
    fitting = list(islice(named, 2))
    return f'add `toName="{fitting[0] if len(fitting) == 1 else "..."}"`'
