"""LSF202: a control that makes regions points at an object that it can make them on.

Of most controls nobody checks it: the editor shows an `EllipseLabels` of a `Text` as if it worked, and annotators can
choose labels, but make no region, or one that no reader of results expects.

Bad:

    <View>
      <Image name="image" value="$image"/>
      <TimelineLabels name="scene" toName="image"><Label value="Goal"/></TimelineLabels>
    </View>

Good:

    <View>
      <Video name="video" value="$video"/>
      <TimelineLabels name="scene" toName="video"><Label value="Goal"/></TimelineLabels>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.fitting import misfit, misfits
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF202"
SEVERITY = Severity.ERROR


def check(subject: Subject) -> Iterator[Mistake]:
    for control, target in misfits(subject):
        is_silent = control.info and control.info.region and not control.info.objects_enforced
        if is_silent and (control.name, target.name) != ("Labels", "Paragraphs"):  # LSF207
            yield misfit(control, target)
