"""LSF806: text that tasks hold as a URL is loaded from there.

Without `valueType="url"` the editor shows the URL itself, and annotators label that. This is said where all tasks have
a file of a storage, of Label Studio or of text.

Bad:

    <View>
      <Text name="text" value="$text_url"/>
      <Choices name="mood" toName="text"><Choice value="Good"/></Choices>
    </View>

Good:

    <View>
      <Text name="text" value="$text_url" valueType="url"/>
      <Choices name="mood" toName="text"><Choice value="Good"/></Choices>
    </View>

Tasks:

    - text_url: https://example.com/1.txt
    - text_url: https://example.com/2.txt
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF806"
SEVERITY = Severity.WARNING
# URLs of pages may be what is labelled as text, those of files are not
_URL = r"(?:s3|gs|azure-blob)://\S+|/data/(?:upload|local-files)/\S+|https?://[^\s?#]+\.(?:{})(?:[?#]\S*)?"
_FILES: Mapping[str, re.Pattern[str]] = {
    "Text": re.compile(_URL.format("txt|md|log|csv|tsv|json")),
    "HyperText": re.compile(_URL.format("html?|xhtml|txt|md")),
}


def check(subject: Subject) -> Iterator[Mistake]:
    told: dict[tuple[str, str], bool] = {}
    for one in subject.bindings if subject.tasks else ():
        file = _FILES.get(one.node.name)
        if file is None or one.node.get("valueType") == "url" or one.node.has("resolver"):
            continue
        alike = (one.node.name, one.text)
        if alike not in told:
            told[alike] = _are_all(file, [value for _, value in subject.data.held(one)])
        if told[alike]:
            message = f"`{one.variables[0]}` holds URLs, and annotators see these instead of the text"
            yield Mistake(one.node, message, 'add `valueType="url"`', one.attribute)


def _are_all(file: re.Pattern[str], found: Collection[object]) -> bool:
    return bool(found) and all(isinstance(value, str) and file.fullmatch(value) for value in found)
