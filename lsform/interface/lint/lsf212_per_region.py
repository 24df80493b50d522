"""LSF212: `perRegion` asks about regions that something makes.

The question is shown while a region of its object is selected. When no control makes regions on that object, it is
never shown.

Bad:

    <View>
      <Image name="image" value="$image"/>
      <Choices name="color" toName="image" perRegion="true"><Choice value="Red"/></Choices>
    </View>

Good:

    <View>
      <Image name="image" value="$image"/>
      <Rectangle name="box" toName="image"/>
      <Choices name="color" toName="image" perRegion="true"><Choice value="Red"/></Choices>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.fitting import makes_regions
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF212"
SEVERITY = Severity.WARNING
_HINT = "remove `perRegion`, or add a control that makes regions there"


def check(subject: Subject) -> Iterator[Mistake]:
    for target, controls in subject.aims.controls.items():
        if not target.is_object or target.is_control:  # what is both, as `Chat`, makes regions itself
            continue
        asked = [one for one in controls if one.is_true("perRegion") and one.info and one.info.per_region]
        if asked and not any(map(makes_regions, controls)):
            message = f"nothing makes regions on `{target.get('name')}`, so this is never shown"
            yield from (Mistake(one, message, _HINT, "perRegion") for one in asked if subject.is_settled)
