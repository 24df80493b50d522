"""LSF211: `perItem` asks about the items of an `Image` with a `valueList`.

No other object has items. There the editor does not find an answer again: choosing another one adds a second, and the
first stays, so that annotations hold both. On an `Image` that shows a single one, `perItem` does nothing: a warning.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="kind" toName="text" perItem="true"><Choice value="Letter"/><Choice value="Bill"/></Choices>
    </View>

Good:

    <View>
      <Image name="pages" valueList="$pages"/>
      <Choices name="kind" toName="pages" perItem="true"><Choice value="Letter"/><Choice value="Bill"/></Choices>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF211"
SEVERITY = Severity.ERROR


def check(subject: Subject) -> Iterator[Mistake]:
    for control, targets in subject.aims.targets.items():
        is_asked = control.is_true("perItem") and control.info and control.info.per_item
        for target in targets if is_asked and not control.is_true("perRegion") else ():
            if target.name == "Image":
                if not target.has("valueList"):
                    message = f"`{target.get('name')}` shows a single image, so `perItem` does nothing"
                    yield Mistake(control, message, "remove `perItem`", "perItem", Severity.WARNING)
            elif target.is_object and not target.is_control:
                message = f"a `<{target.name}>` has no items to ask about"
                yield Mistake(control, message, "remove `perItem`", "perItem")
