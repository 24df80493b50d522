"""LSF508: attributes are those that the editor has, not only the docs.

The docs of some tags still have attributes that this version of the editor drops without a word.

Bad:

    <View>
      <Image name="image" value="$image"/>
      <Brush name="stain" toName="image" maxUsages="3"/>
      <Labels name="kind" toName="image"><Label value="Ink"/><Label value="Oil"/></Labels>
    </View>

Good:

    <View>
      <Image name="image" value="$image"/>
      <Brush name="stain" toName="image"/>
      <Labels name="kind" toName="image" maxUsages="3"><Label value="Ink"/><Label value="Oil"/></Labels>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.attributes import DEAD
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF508"
SEVERITY = Severity.WARNING
_HINTS = {"Brush": "it belongs to the `<Labels>` beside it", "Filter": "style a `<View>` around it"}


def check(subject: Subject) -> Iterator[Mistake]:
    for node, name in subject.attributes.unknown:
        if name.lower() in DEAD.get(node.name, ()):
            message = f"`{name}` of `<{node.name}>` is in the docs, but the editor does not have it"
            yield Mistake(node, message, _HINTS[node.name], name)
