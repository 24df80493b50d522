"""LSF204: a `Ranker` points at a `List`.

It has nothing to sort in other objects, and the page stays empty: `Cannot convert undefined or null to object`.

Bad:

    <View>
      <Text name="answers" value="$answers"/>
      <Ranker name="rank" toName="answers"/>
    </View>

Good:

    <View>
      <List name="answers" value="$answers"/>
      <Ranker name="rank" toName="answers"/>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.fitting import misfit, misfits
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF204"
SEVERITY = Severity.ERROR


def check(subject: Subject) -> Iterator[Mistake]:
    if subject.of("Ranker"):
        yield from (misfit(control, one) for control, one in misfits(subject) if control.name == "Ranker")
