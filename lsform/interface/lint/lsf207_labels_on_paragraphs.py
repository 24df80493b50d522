"""LSF207: parts of `Paragraphs` are labeled by `ParagraphLabels`.

Of plain `Labels` the editor shows the buttons, but a selected phrase becomes no region, and nothing is stored.

Bad:

    <View>
      <Paragraphs name="talk" value="$talk"/>
      <Labels name="part" toName="talk"><Label value="Question"/></Labels>
    </View>

Good:

    <View>
      <Paragraphs name="talk" value="$talk"/>
      <ParagraphLabels name="part" toName="talk"><Label value="Question"/></ParagraphLabels>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF207"
SEVERITY = Severity.ERROR


def check(subject: Subject) -> Iterator[Mistake]:
    for target in subject.of("Paragraphs"):
        for control in subject.aims.controls.get(target, ()):
            if control.name == "Labels":
                message = "`<Labels>` make no regions in `<Paragraphs>`"
                yield Mistake(control, message, "write `ParagraphLabels` instead of `Labels`", "toName")
