"""LSF201: a control that draws on images points at an `Image`.

The editor shows `ERR_TAG_UNSUPPORTED` instead of the task when `RectangleLabels`, `PolygonLabels`, `KeyPointLabels`,
`BrushLabels`, `BitmaskLabels`, `VectorLabels`, `Polygon` or `Vector` point at something else, a `Video` or a `Pdf`
included. The server takes them.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <RectangleLabels name="person" toName="text"><Label value="Name"/></RectangleLabels>
    </View>

Good:

    <View>
      <Text name="text" value="$text"/>
      <Labels name="person" toName="text"><Label value="Name"/></Labels>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.fitting import misfit, misfits
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF201"
SEVERITY = Severity.ERROR


def check(subject: Subject) -> Iterator[Mistake]:
    for control, target in misfits(subject):
        if control.info and control.info.objects_enforced and control.name != "HyperTextLabels":
            yield misfit(control, target)
