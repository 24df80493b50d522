"""LSF905: where text is exported to CoNLL, one `<Labels>` marks it.

CoNLL has one column of classes. The converter writes those of one control, which is the first with a mark in each
annotation, and leaves the others out.

Bad:

    <View>
      <Text name="text" value="$text" granularity="word"/>
      <Labels name="who" toName="text"><Label value="Person"/></Labels>
      <Labels name="where" toName="text"><Label value="Place"/></Labels>
    </View>

Good:

    <View>
      <Text name="text" value="$text" granularity="word"/>
      <Labels name="entity" toName="text"><Label value="Person"/><Label value="Place"/></Labels>
    </View>

Exports:

    [CONLL2003]
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.exports import used
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF905"
SEVERITY = Severity.WARNING


def check(subject: Subject) -> Iterator[Mistake]:
    if "CONLL2003" not in subject.exports:
        return
    controls = used(subject, "Labels", "Text")
    for control in controls[1:]:
        message = f"`CONLL2003` holds the marks of one `<Labels>`, and there is `{controls[0].get('name')}` already"
        yield Mistake(control, message, "put all labels into one `<Labels>`")
