"""LSF907: files have different names where an export names its own after them.

YOLO and Pascal VOC have one file a task, which is called as its media, up to the dot. Where the media are local or in
a storage that the converter does not reach, the folder is no part of the name: of two tasks with `1.jpg`, the first is
overwritten. What is at one URL twice is so in any case.

Bad:

    <View>
      <Image name="image" value="$file"/>
      <RectangleLabels name="thing" toName="image" canRotate="false"><Label value="Car"/></RectangleLabels>
    </View>

Good:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="thing" toName="image" canRotate="false"><Label value="Car"/></RectangleLabels>
    </View>

Tasks:

    - {file: "s3://photos/monday/1.jpg", image: "s3://photos/monday-1.jpg"}
    - {file: "s3://photos/tuesday/1.jpg", image: "s3://photos/tuesday-1.jpg"}

Exports:

    [YOLO]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.exports import declared, listed, shown
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF907"
SEVERITY = Severity.WARNING
_WEB = ("http://", "https://")  # of these the converter puts a hash of the URL before the name


def check(subject: Subject) -> Iterator[Mistake]:
    formats = [name for name, one in declared(subject).items() if one.stem]
    if not formats or not subject.tasks:
        return
    labelled = {one for control in subject.controls for one in shown(subject, control)}
    told: dict[str, str] = {}
    for one in subject.bindings:
        if one.node in labelled and one.attribute == "value":
            if one.text not in told:
                told[one.text] = next(_same(subject.data.held(one)), "")
            if told[one.text]:
                message = f"{told[one.text]}, and make one file in {listed(formats)}"
                yield Mistake(one.node, message, "give every file a name of its own", one.attribute)


def _same(media: Iterable[tuple[int, object]]) -> Iterator[str]:
    seen: dict[str, int] = {}
    for number, value in media:
        name = _stem(value) if isinstance(value, str) else ""
        if name and seen.setdefault(name, number) != number:
            yield f"tasks {seen[name]} and {number} both have `{name}`"


def _stem(url: str) -> str:
    """What the file of labels is called but for its ending; for files in the web, what makes that name."""
    if url.startswith(_WEB):
        return url
    name = url.rpartition("/")[2].rpartition("?d=")[2]  # a file of a local storage may have no folder
    return name.rpartition(".")[0] or name
