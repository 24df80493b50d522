"""LSF107: a name is one that Label Studio can keep apart.

Letters, digits, `_` and `-` are always right. Most other characters do no harm, but these do:

- The editor cuts a name at an `@`, and then stores nothing of that control or of controls of that object.
- `toName` is split at commas, so nothing can point at an object with a comma in its name.
- The server takes `1` for a number, and refuses `Choices`, `Labels`, `Number` and `TextArea` that are named so, or
  point at what is named so.
- Once there are annotations, changes of an interface with a `|` or with half a pair of brackets in a name make the
  server fail: it splits its records at `|`, and takes names for patterns. This is a warning.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="topic@v2" toName="text"><Choice value="Sport"/></Choices>
    </View>

Good:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="topic-v2" toName="text"><Choice value="Sport"/></Choices>
    </View>
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Node, Subject

CODE = "LSF107"
SEVERITY = Severity.ERROR
_HINT = "make it of letters, digits, `_` and `-`"
_NUMBER = re.compile(r"\s*[+-]?(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?\s*")
_CHECKED = frozenset({"Choices", "Labels", "Number", "TextArea"})  # by the server


def check(subject: Subject) -> Iterator[Mistake]:
    for name, nodes in subject.named.items():
        for node in nodes:
            if node.is_control or node.is_object:
                yield from _mistakes(node, name, subject)


def _mistakes(node: Node, name: str, subject: Subject) -> Iterator[Mistake]:
    if "@" in name:
        yield Mistake(node, f"the editor cuts the name `{name}` at the `@`, and stores no result", _HINT, "name")
    elif "," in name and node.is_object:
        yield Mistake(node, f"nothing can point at `{name}`: `toName` is split at commas", _HINT, "name")
    elif _NUMBER.fullmatch(name) and any(map(_is_checked, (node, *subject.aims.controls.get(node, ())))):
        yield Mistake(node, f"the server takes the name `{name}` for a number", _HINT, "name")
    elif "|" in name or any(name.count(left) != name.count(right) for left, right in ("()", "[]")):
        message = f"the server will fail at changes of an interface with the name `{name}`"
        yield Mistake(node, message, _HINT, "name", Severity.WARNING)


def _is_checked(node: Node) -> bool:
    return node.name in _CHECKED and all(one.name == "View" for one in node.above())
