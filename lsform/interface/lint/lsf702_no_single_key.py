"""LSF702: a hotkey is one key that a keyboard has, with `ctrl`, `alt` or `shift` before it.

Of a comma list this editor makes several keys, but when it gives keys to other labels it does not see them, and gives
them once more; some versions do not open a task any more. Signs that need shift on most keyboards are no keys, so the
label has none: `shift+1` is one, `!` is not. Of a word only the first letter counts, unless it is the name of a key as
`space` and `f2` are, and a modifier that the editor does not know does not count: `insert` is `i`, and `cmd+x` is `x`.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <Labels name="kind" toName="text"><Label value="Person" hotkey="p,n"/><Label value="Place" hotkey="l"/></Labels>
    </View>

Bad:

    <View>
      <Text name="text" value="$text"/>
      <Labels name="kind" toName="text"><Label value="Person" hotkey="!"/><Label value="Place" hotkey="l"/></Labels>
    </View>

Good:

    <View>
      <Text name="text" value="$text"/>
      <Labels name="kind" toName="text"><Label value="Who" hotkey="Shift+1"/><Label value="Place" hotkey="l"/></Labels>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.hotkeys import is_plain
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF702"
SEVERITY = Severity.WARNING


def check(subject: Subject) -> Iterator[Mistake]:
    keys = subject.keys
    for owner in keys.owners:
        written = owner.keyed.hotkey
        if not written or is_plain(written):
            continue
        if not owner.keys:
            yield Mistake(owner.node, f"no keyboard has the key `{written}`", keys.advice(owner), "hotkey")
        elif len(owner.keys) > 1:
            message = f"`{written}` is a list, and a hotkey is one key"
            yield Mistake(owner.node, message, f"keep `{owner.keys[0]}`", "hotkey")
        else:
            message = f"the editor takes `{written}` for `{owner.keys[0]}`"
            yield Mistake(owner.node, message, f'write `hotkey="{owner.keys[0]}"`, or another key', "hotkey")
