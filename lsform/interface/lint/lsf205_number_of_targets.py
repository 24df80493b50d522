"""LSF205: a `Pairwise` points at two objects, any other control at one.

With another number of names, or twice the same, the editor shows an error instead of letting annotators compare. Any
other control with a list of names is shown, fails when annotators use it, and stores nothing.

Bad:

    <View>
      <Text name="answer" value="$answer"/>
      <Pairwise name="better" toName="answer"/>
    </View>

Bad:

    <View>
      <Image name="left" value="$left"/>
      <Image name="right" value="$right"/>
      <Rating name="likeness" toName="left,right"/>
    </View>

Good:

    <View>
      <Text name="answer1" value="$answer1"/>
      <Text name="answer2" value="$answer2"/>
      <Pairwise name="better" toName="answer1,answer2"/>
      <Rating name="likeness" toName="answer1"/>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Node, Subject

CODE = "LSF205"
SEVERITY = Severity.ERROR


def check(subject: Subject) -> Iterator[Mistake]:
    for control in subject.aims.targets:
        names = [name for name in control.list_of("toName") if name.strip()]
        if control.name == "Pairwise":
            yield from _of_pair(control, names)
        elif len(names) > 1 and control.get("toName") not in subject.named:
            message = f"a `<{control.name}>` can point at one object only, not at {len(names)}"
            yield Mistake(control, message, f'choose one: `toName="{names[0].strip()}"`', "toName")


def _of_pair(control: Node, names: list[str]) -> Iterator[Mistake]:
    if names and len(names) != 2:
        message = f"a `<Pairwise>` compares two objects, not {len(names)}"
        yield Mistake(control, message, "name two objects, with a comma between them", "toName")
    elif names and names[0] == names[1]:
        yield Mistake(control, f"`{names[0]}` is compared with itself", "name two objects", "toName")
