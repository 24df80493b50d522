"""LSF703: a hotkey is none of the editor's own.

A press does both: it chooses the label, and with `v` on an image it takes the tool that moves regions, so that nothing
can be drawn. What is taken depends on the interface: `ctrl+enter` submits everywhere, `u` unselects a region where
there are any, `b` and `e` are brush and eraser where there is a brush. `lsform render ADDRESS --hotkeys` shows them
all. Labels without a hotkey get one from the editor, which does not look at its own: after eleven of them there is `e`.

Bad:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="thing" toName="image">
        <Label value="Van" hotkey="v"/><Label value="Bus" hotkey="b"/>
      </RectangleLabels>
    </View>

Good:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="thing" toName="image">
        <Label value="Van" hotkey="n"/><Label value="Bus" hotkey="b"/>
      </RectangleLabels>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF703"
SEVERITY = Severity.WARNING


def check(subject: Subject) -> Iterator[Mistake]:
    keys = subject.keys
    for owner in keys.owners:
        key = next((one for one in owner.keys if one in keys.editor), None)
        if key is None:
            continue
        if owner.is_declared:
            message = f"`{key}` is a key of the editor itself: {keys.editor[key]}"
        else:
            message = (
                f"`{owner.name}` has no hotkey, and the editor gives it `{key}`, a key of its own: {keys.editor[key]}"
            )
        yield Mistake(owner.node, message, keys.advice(owner), "hotkey")
