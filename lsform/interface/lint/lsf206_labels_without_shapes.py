"""LSF206: `Labels` of an image or a video have something that makes regions, and a `VideoRectangle` has labels.

On an `Image` or a `Video`, `Labels` only name the regions that other controls draw; without one of these, annotators
can choose a label and do nothing with it. A `VideoRectangle` draws without labels, but nothing says what is in its
boxes, which is a warning. (`Rectangle`, `Polygon` and their like on images are meant for that, too.)

Bad:

    <View>
      <Image name="image" value="$image"/>
      <Labels name="thing" toName="image"><Label value="Car"/></Labels>
    </View>

Bad:

    <View>
      <Video name="video" value="$video"/>
      <VideoRectangle name="box" toName="video"/>
    </View>

Good:

    <View>
      <Image name="image" value="$image"/>
      <Labels name="thing" toName="image"><Label value="Car"/></Labels>
      <Rectangle name="box" toName="image"/>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.fitting import makes_regions, says_what
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF206"
SEVERITY = Severity.ERROR
_SHAPES = {"Image": "Rectangle", "Video": "VideoRectangle"}


def check(subject: Subject) -> Iterator[Mistake]:
    for target in subject.of(*_SHAPES):
        controls = subject.aims.controls.get(target, ())
        labels = [one for one in controls if one.name == "Labels"]
        if labels and not any(makes_regions(one) and one.name != "Labels" for one in controls):
            message = f"nothing makes regions on `{target.get('name')}` that could have these labels"
            hint = f'add `<{_SHAPES[target.name]} name="..." toName="{target.get("name")}"/>`'
            yield from (Mistake(one, message, hint, "toName") for one in labels if subject.is_settled)
        boxes = [one for one in controls if one.name == "VideoRectangle"]
        if boxes and not any(map(says_what, controls)):
            message = f"nothing says what the boxes on `{target.get('name')}` are"
            hint = f'add `<Labels name="..." toName="{target.get("name")}">`'
            yield from (Mistake(one, message, hint, "toName", Severity.WARNING) for one in boxes if subject.is_settled)
