"""LSF106: there are no spaces around the names of a list.

`toName` is split at its commas, and nothing else: `left, right` points at `left` and at ` right`, which does not exist.
The server refuses it.

Bad:

    <View>
      <Text name="left" value="$left"/>
      <Text name="right" value="$right"/>
      <Pairwise name="better" toName="left, right"/>
    </View>

Good:

    <View>
      <Text name="left" value="$left"/>
      <Text name="right" value="$right"/>
      <Pairwise name="better" toName="left,right"/>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF106"
SEVERITY = Severity.ERROR


def check(subject: Subject) -> Iterator[Mistake]:
    named = subject.named
    for node in (*subject.controls, *subject.of("Filter")):
        names = node.list_of("toName")
        if any(name not in named and name.strip() in named and name != name.strip() for name in names):
            right = ",".join(name.strip() for name in names)
            yield Mistake(node, "`toName` has spaces around its names", f'write `toName="{right}"`', "toName")
