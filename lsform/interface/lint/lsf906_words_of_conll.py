"""LSF906: where text is exported to CoNLL, annotators mark whole words.

CoNLL has a class for every word. Without `granularity`, annotators can mark a part of one, and the converter gives the
class to the whole word; in a language that is written without spaces, to a whole sentence.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <Labels name="entity" toName="text"><Label value="Person"/></Labels>
    </View>

Good:

    <View>
      <Text name="text" value="$text" granularity="word"/>
      <Labels name="entity" toName="text"><Label value="Person"/></Labels>
    </View>

Exports:

    [CONLL2003]
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.exports import shown, used
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF906"
SEVERITY = Severity.WARNING


def check(subject: Subject) -> Iterator[Mistake]:
    if "CONLL2003" not in subject.exports:
        return
    marked = (text for control in used(subject, "Labels", "Text") for text in shown(subject, control))
    for text in dict.fromkeys(marked):
        if text.name == "Text" and text.get("granularity") in ("", "symbol"):
            message = "annotators can mark a part of a word, and `CONLL2003` gives its class to the whole"
            yield Mistake(text, message, 'add `granularity="word"`', "granularity")
