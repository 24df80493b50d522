"""LSF109: `sync` joins at least two objects.

`sync` is the name of a group, or that of another object that has a `sync`, too. Objects of one group play in step; an
object that is alone in its group plays alone.

Bad:

    <View>
      <Audio name="audio" value="$audio" sync="talk"/>
      <Paragraphs name="talk" value="$talk"/>
      <ParagraphLabels name="part" toName="talk"><Label value="Question"/></ParagraphLabels>
    </View>

Good:

    <View>
      <Audio name="audio" value="$audio" sync="talk"/>
      <Paragraphs name="talk" value="$talk" sync="audio"/>
      <ParagraphLabels name="part" toName="talk"><Label value="Question"/></ParagraphLabels>
    </View>
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.hints import other_name
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import UNKNOWN, Subject

CODE = "LSF109"
SEVERITY = Severity.WARNING


def check(subject: Subject) -> Iterator[Mistake]:
    players = [one for one in subject.objects if one.info and one.info.attribute("sync")]
    members = [one for one in players if one.get("sync")]
    if any(UNKNOWN in one.get("sync") + one.get("name") for one in members):
        return
    groups = Counter(one.get("sync") for one in members)
    names, playable = ({one.get("name") for one in some} for some in (members, players))
    for node in members:
        name, group = node.get("name"), node.get("sync")
        is_joined = groups[group] > 1 or (name != group and (group in names or name in groups))
        if not is_joined and node.within("Repeater") is None:
            if name != group and group in playable:
                hint = f'give `{group}` one, too: `sync="{name}"`'
            else:
                hint = other_name(group, (one for one in players if one is not node))
            yield Mistake(node, f"no other object has a `sync` with `{group}`", hint, "sync")
