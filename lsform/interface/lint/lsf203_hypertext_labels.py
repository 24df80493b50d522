"""LSF203: `HyperTextLabels` point at a `HyperText`.

The editor shows `ERR_TAG_UNSUPPORTED` instead of the task when they point at something else. A `Text` takes `Labels`.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <HyperTextLabels name="person" toName="text"><Label value="Name"/></HyperTextLabels>
    </View>

Good:

    <View>
      <HyperText name="page" value="$page"/>
      <HyperTextLabels name="person" toName="page"><Label value="Name"/></HyperTextLabels>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.fitting import misfit, misfits
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF203"
SEVERITY = Severity.ERROR


def check(subject: Subject) -> Iterator[Mistake]:
    if subject.of("HyperTextLabels"):
        yield from (misfit(control, one) for control, one in misfits(subject) if control.name == "HyperTextLabels")
