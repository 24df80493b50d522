"""LSF505: opacities are numbers from 0 to 1.

With another one the editor does not open; mostly it is meant in percent.

Bad:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="thing" toName="image" opacity="60"><Label value="Car"/></RectangleLabels>
    </View>

Good:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="thing" toName="image" opacity="0.6"><Label value="Car"/></RectangleLabels>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject
from lsform.interface.lint.values import wrong

CODE = "LSF505"
SEVERITY = Severity.ERROR


def check(subject: Subject) -> Iterator[Mistake]:
    return wrong(subject, "range")
