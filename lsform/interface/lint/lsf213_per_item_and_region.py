"""LSF213: a question is asked per item or per region.

With both `perItem` and `perRegion` the editor shows an error instead of the task. `perRegion` alone works for images
with several items, too.

Bad:

    <View>
      <Image name="pages" valueList="$pages"/>
      <RectangleLabels name="box" toName="pages"><Label value="Stamp"/></RectangleLabels>
      <TextArea name="note" toName="pages" perItem="true" perRegion="true"/>
    </View>

Good:

    <View>
      <Image name="pages" valueList="$pages"/>
      <RectangleLabels name="box" toName="pages"><Label value="Stamp"/></RectangleLabels>
      <TextArea name="note" toName="pages" perRegion="true"/>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF213"
SEVERITY = Severity.ERROR


def check(subject: Subject) -> Iterator[Mistake]:
    for control in subject.controls:
        if control.is_true("perItem") and control.is_true("perRegion"):
            yield Mistake(control, "`perItem` and `perRegion` exclude each other", "keep one of the two", "perItem")
