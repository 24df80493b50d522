"""LSF209: an image with a bitmask has `smoothing="false"`.

`Bitmask` and `BitmaskLabels` mark single pixels, and a smoothed image does not show these. The docs ask for the
attribute. Label Studio 1.23 does without: it does not smooth an image that has a bitmask, whatever the attribute says.
So this is a remark, and a warning where the interface asks for smoothing in vain.

Bad:

    <View>
      <Image name="image" value="$image"/>
      <BitmaskLabels name="cloud" toName="image"><Label value="Cloud"/></BitmaskLabels>
    </View>

Good:

    <View>
      <Image name="image" value="$image" smoothing="false"/>
      <BitmaskLabels name="cloud" toName="image"><Label value="Cloud"/></BitmaskLabels>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF209"
SEVERITY = Severity.INFO


def check(subject: Subject) -> Iterator[Mistake]:
    for control in subject.of("Bitmask", "BitmaskLabels"):
        for target in subject.aims.targets.get(control, ()):
            if target.name == "Image" and target.get("smoothing") != "false":
                severity = Severity.WARNING if target.is_true("smoothing") else SEVERITY
                message = f"`{control.get('name')}` marks single pixels, which smoothing would blur"
                yield Mistake(target, message, 'write `smoothing="false"`', "smoothing", severity)
