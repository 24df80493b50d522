"""LSF210: a `Taxonomy` with `labeling="true"` points at a `Text` or a `HyperText`.

It labels parts of text. On other objects annotators can choose an item, but no region takes it, and nothing is stored.
Without `labeling` a taxonomy judges any object as a whole, and with `perRegion` the regions of other controls.

Bad:

    <View>
      <Image name="image" value="$image"/>
      <Taxonomy name="kind" toName="image" labeling="true"><Choice value="Animal"/></Taxonomy>
    </View>

Good:

    <View>
      <Text name="text" value="$text"/>
      <Taxonomy name="kind" toName="text" labeling="true"><Choice value="Animal"/></Taxonomy>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.fitting import is_labeling
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF210"
SEVERITY = Severity.ERROR
_LABELED = ("HyperText", "Text")


def check(subject: Subject) -> Iterator[Mistake]:
    for control in subject.of("Taxonomy"):
        for target in subject.aims.targets.get(control, ()) if is_labeling(control) else ():
            if target.is_object and target.name not in _LABELED:
                message = f"a `<Taxonomy>` labels no parts of a `<{target.name}>`"
                yield Mistake(control, message, "remove `labeling`", "labeling")
