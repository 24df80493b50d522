"""LSF803: the keys that an interface shows are in the tasks.

A task that lacks one cannot be imported, but comes in by a storage, where nobody looks; the editor then shows an empty
object. A header, a label or a player that is alone in missing its key is left empty; that is said when no task has it.

Bad:

    <View>
      <Image name="image" value="$img_url"/>
      <Choices name="kind" toName="image"><Choice value="Car"/></Choices>
    </View>

Good:

    <View>
      <Image name="image" value="$image_url"/>
      <Choices name="kind" toName="image"><Choice value="Car"/></Choices>
    </View>

Tasks:

    - image_url: https://example.com/1.jpg
    - image_url: https://example.com/2.jpg
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lsform.core.diagnostics import Severity, nearest
from lsform.interface.lint.bindings import Binding, Data, repeated
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF803"
SEVERITY = Severity.ERROR


def check(subject: Subject) -> Iterator[Mistake]:
    count = len(subject.tasks)
    for one in subject.bindings if count else ():
        if one.is_torn:
            continue
        for place, variable in enumerate(dict.fromkeys(one.variables)):
            lacking = _lacking(subject.data, one, variable)
            is_needed = one.is_needed and place == 0
            if lacking and (is_needed or len(lacking) == count):
                keys = {key: None for number in lacking for key in subject.data.tasks[number - 1]}
                hint = nearest(variable, keys) or (f"keys are {_some(list(keys))}" if keys else "")
                severity = SEVERITY if is_needed else Severity.WARNING
                yield Mistake(one.node, _message(variable, lacking, count), hint, one.attribute, severity)


def _lacking(data: Data, one: Binding, variable: str) -> Sequence[int]:
    """The numbers of the tasks that it is to blame for: where a list is not there, a Repeater is."""
    lacking = data.lacking(variable)
    if lacking and (base := repeated(one, variable)):
        without = frozenset(data.lacking(base))
        return [number for number in lacking if number not in without]
    return lacking


def _message(variable: str, lacking: Sequence[int], count: int) -> str:
    if len(lacking) == count:
        return f"no task has a key `{variable}`"
    which = f"task {lacking[0]} has" if len(lacking) == 1 else f"{len(lacking)} tasks, first task {lacking[0]}, have"
    return f"{which} no key `{variable}`"


def _some(keys: list[str], most: int = 5) -> str:
    return ", ".join(f"`{key}`" for key in keys[:most]) + (" ..." if len(keys) > most else "")
