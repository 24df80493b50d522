"""LSF704: where one label of a control has a hotkey, all have.

The others get `1`, `2`, `3` and so on from the editor, by their order: a label that is added above them moves their
keys, and annotators, who have them in their fingers, choose the wrong ones.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <Labels name="part" toName="text"><Label value="Person" hotkey="p"/><Label value="Place"/></Labels>
    </View>

Good:

    <View>
      <Text name="text" value="$text"/>
      <Labels name="part" toName="text"><Label value="Person" hotkey="p"/><Label value="Place" hotkey="l"/></Labels>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF704"
SEVERITY = Severity.INFO


def check(subject: Subject) -> Iterator[Mistake]:
    keys = subject.keys
    labels = (owner for owner in keys.owners if owner.is_label and not owner.keyed.uncertain)
    for _, group in groupby(labels, lambda owner: id(owner.keyed.control)):
        found = tuple(group)
        bare = [owner for owner in found if not owner.is_declared]
        if bare and len(bare) < len(found):
            who = f"`{bare[0].name}` and {len(bare) - 1} more have" if len(bare) > 1 else f"`{bare[0].name}` has"
            yield Mistake(bare[0].node, f"{who} no hotkey, and others have", keys.advice(bare[0]))
