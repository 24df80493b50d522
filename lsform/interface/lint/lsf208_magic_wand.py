"""LSF208: a `Magicwand` has labels to paint with.

It makes masks, as a brush does, for labels of `Labels` or `BrushLabels` of the same image; without them nothing says
what a mask shows. The wand reads pixels, so images of other hosts need CORS there; `crossOrigin` on the `Image` does
not matter, since the editor takes `none` for `anonymous`.

Bad:

    <View>
      <Image name="image" value="$image"/>
      <Magicwand name="wand" toName="image"/>
    </View>

Good:

    <View>
      <Image name="image" value="$image"/>
      <BrushLabels name="cloud" toName="image"><Label value="Cloud"/></BrushLabels>
      <Magicwand name="wand" toName="image"/>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.fitting import says_what
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF208"
SEVERITY = Severity.WARNING


def check(subject: Subject) -> Iterator[Mistake]:
    for target in subject.of("Image") if subject.of("Magicwand") else ():
        controls = subject.aims.controls.get(target, ())
        wands = [one for one in controls if one.name == "Magicwand"]
        if wands and not any(map(says_what, controls)):
            message = f"nothing says what the masks on `{target.get('name')}` show"
            hint = f'add `<BrushLabels name="..." toName="{target.get("name")}">`'
            yield from (Mistake(one, message, hint, "toName") for one in wands if subject.is_settled)
