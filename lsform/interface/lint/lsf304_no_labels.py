"""LSF304: a control of labels has some.

Without any there is nothing to choose. They may also come with the task (`value="$options"`) or from elsewhere
(`apiUrl`), and `allowEmpty="true"` makes one without a name. `Labels` and `Choices` are refused by the server when they
have none that it sees: right in them or in a `View`, not in a `Repeater`.

Bad:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="thing" toName="image"/>
    </View>

Good:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="thing" toName="image"><Label value="Car"/><Label value="Bus"/></RectangleLabels>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Node, Subject

CODE = "LSF304"
SEVERITY = Severity.ERROR
_ELSEWHERE = ("apiUrl", "sharedStore", "value")  # a value that is none is a matter of LSF801
_CHECKED = ("Choices", "Labels")


def check(subject: Subject) -> Iterator[Mistake]:
    unclear = {
        around for unknown in subject.unknown for around in unknown.above()
    }  # it may have been meant for a label
    for control in subject.controls:
        kind = _kind(control)
        if not kind or control in unclear or _has_others(control):
            continue
        if not subject.labels(control) and not _may_be_empty(control):
            hint = f'add a `<{kind} value="..."/>`, or take them from the task: `value="$..."`'
            yield Mistake(control, f"`<{control.name}>` has no `<{kind}>`", hint)
        elif _is_refused(control):
            message = f"the server sees no `<{kind}>` in `<{control.name}>`, and refuses it"
            yield Mistake(control, message, f"add a `<{kind}>`, or put what is there into a `<View>`")


def _kind(control: Node) -> str:
    """What its labels are; '' when it has none by its nature."""
    taken = (control.info.children if control.info else None) or frozenset()
    return next((kind for kind in ("Label", "Choice") if kind in taken), "")


def _has_others(control: Node) -> bool:
    """Whether labels come from elsewhere."""
    return any(map(control.has, _ELSEWHERE)) or bool(control.tag.text)


def _may_be_empty(control: Node) -> bool:
    # annotators add items to a Taxonomy of the old kind
    return control.is_true("allowEmpty") or control.is_true("legacy")


def _is_refused(control: Node) -> bool:
    """Whether the server looks for labels in it, which it does in nothing but `View`s, and finds none."""
    is_checked = control.name in _CHECKED and all(one.name == "View" for one in control.above())
    return is_checked and not any(one.name == "View" or one.is_label for one in control.children)
