"""LSF802: a value that begins with `$` is the name of one key, which has letters of ASCII, digits and `_`.

The server takes all that follows the `$` for the key that every task must have. The editor takes letters, digits and
`_`, and lets the rest stand as text: of `$text and $note` it shows both, but no task can be imported; of `$image-url`
it shows what `image` holds, and `-url`. What has other text before the `$` is fine where text is shown, but no list.

Bad:

    <View>
      <Text name="text" value="$text and $note"/>
      <Choices name="mood" toName="text"><Choice value="Good"/></Choices>
    </View>

Good:

    <View>
      <Text name="text" value="Text: $text, note: $note"/>
      <Choices name="mood" toName="text"><Choice value="Good"/></Choices>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.bindings import Binding
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.shapes import wants_more_than_text
from lsform.interface.lint.subject import Subject

CODE = "LSF802"
SEVERITY = Severity.ERROR


def check(subject: Subject) -> Iterator[Mistake]:
    for one in subject.bindings:
        if one.is_torn:
            seen = f"for `{one.variables[0]}`" if one.variables else "for none"
            message = f"the server looks for a key `{one.server_key}` in tasks, and the editor {seen}"
            yield Mistake(one.node, message, _hint(one), one.attribute)
        elif not one.is_whole and wants_more_than_text(one.node, one.attribute):
            message = f"`{one.attribute}` of `<{one.node.name}>` is one `$key` alone: with other text it is no list"
            yield Mistake(one.node, message, attribute=one.attribute)


def _hint(one: Binding) -> str:
    if len(one.variables) > 1 or " " in one.text:
        return "begin with other text, as in `Text: $text`, or show each key by a tag of its own"
    return "name the key with letters of ASCII, digits and `_`"
