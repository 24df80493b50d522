"""LSF504: colours are colours of CSS.

With other text the editor does not open; mostly the `#` is missing. For labels and shortcuts it reads the colour once
more, and fails at what CSS has but that reader has not: `transparent`, `RGB(1, 2, 3)` or `rgb(1 2 3)`.

Bad:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="thing" toName="image"><Label value="Car" background="d4380d"/></RectangleLabels>
    </View>

Good:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="thing" toName="image"><Label value="Car" background="#d4380d"/></RectangleLabels>
    </View>
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.css_colors import is_color, rgb
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject
from lsform.interface.lint.values import wrong

CODE = "LSF504"
SEVERITY = Severity.ERROR
_NUMBER, _PERCENT = r"-?\d+", r"-?\d+(?:\.\d+)?%"
_KINDS = (("rgb", _NUMBER, _NUMBER), ("rgb", _PERCENT, _PERCENT), ("hsl", r"-?\d+(?:\.\d+)?", _PERCENT))
# what chroma-js takes besides names: no space at the ends, no capitals
_READ = re.compile(
    "|".join(
        rf"{name}(?:\({three}\)|a\({three},\s*(?:[01]|[01]?\.\d+)\))"
        for name, first, other in _KINDS
        for three in [rf"\s*{first},\s*{other}\s*,\s*{other}\s*"]
    )
    + "|#[0-9A-Fa-f]+",
    re.ASCII,
)


def check(subject: Subject) -> Iterator[Mistake]:
    yield from wrong(subject, "color")
    for node in subject.of("Label", "Shortcut"):
        color = node.get("background")
        if color and not _is_read(color) and is_color(color):
            message = f"the editor cannot show a `<{node.name}>` in `{color}`, though CSS has that"
            yield Mistake(node, message, "write it as `#d4380d`, `rgb(212, 56, 13)` or `green`", "background")


def _is_read(color: str) -> bool:
    return _READ.fullmatch(color) is not None or (color.isalpha() and rgb(color) is not None)
