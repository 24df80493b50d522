"""LSF006: every tag is in the edition of Label Studio that the interface is for.

The docs describe tags of Enterprise next to the others, and the Community edition even comes with templates that use
them. There they are unknown tags: the server takes the interface, and the editor shows an error instead of the task.

Bad:

    <View>
      <Pdf name="pdf" value="$pdf"/>
      <OcrLabels name="field" toName="pdf"><Label value="Date"/><Label value="Total"/></OcrLabels>
    </View>

Good:

    <View>
      <Image name="page" valueList="$pages"/>
      <RectangleLabels name="field" toName="page"><Label value="Date"/><Label value="Total"/></RectangleLabels>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF006"
SEVERITY = Severity.ERROR
_REASONS = {
    "enterprise": "Label Studio Enterprise only",
    "unknown": "the docs, but in no released edition",
}


def check(subject: Subject) -> Iterator[Mistake]:
    for node in subject.nodes:
        if node.info is not None and not subject.catalogue.offers(node.info):
            yield Mistake(node, f"`<{node.name}>` is in {_REASONS[node.info.edition]}", "use other tags")
