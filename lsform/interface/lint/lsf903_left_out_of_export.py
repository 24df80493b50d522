"""LSF903: the formats that annotations are exported to have room for what annotators make.

Label Studio converts to any format that it is asked for, and leaves out what does not fit without a word: ellipses,
brushes and videos become empty label files in YOLO. Where nothing fits, the export is empty. Most formats read one key
of a task, at the top of its data; where there are several to choose from, the converter takes any, and where its value
is a list of pages, it fails or puts the marks of all pages together.

Bad:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="box" toName="image" canRotate="false"><Label value="Car"/></RectangleLabels>
      <EllipseLabels name="round" toName="image"><Label value="Wheel"/></EllipseLabels>
    </View>

Good:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="box" toName="image" canRotate="false"><Label value="Car"/></RectangleLabels>
      <PolygonLabels name="round" toName="image"><Label value="Wheel"/></PolygonLabels>
    </View>

Exports:

    [YOLO]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lsform.core.diagnostics import Severity
from lsform.interface.lint.exports import Format, declared, listed, shown
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Node, Subject

CODE = "LSF903"
SEVERITY = Severity.WARNING
_ELSE = "export to `JSON` as well, which holds everything"
# a `Labels` there marks nothing by itself, and a wand paints for the brush beside it
_HELPERS = {"Labels": "Image", "Magicwand": "Image"}

Work = tuple[Node, tuple[Node, ...]]
"""A control, and the objects that it works on."""


def check(subject: Subject) -> Iterator[Mistake]:
    formats = declared(subject)
    if all(one.controls is None for one in formats.values()):
        return
    work = [(control, shown(subject, control)) for control in subject.controls]
    yield from _source(work, formats)
    makers = [(one, on) for one, on in work if not any(object_.name == _HELPERS.get(one.name) for object_ in on)]
    empty = [name for name, one in formats.items() if not any(one.keeps(*maker) for maker in makers)]
    if makers and empty:
        message = f"all that annotators make here is left out of {listed(empty)}"
        yield Mistake(subject.root, message, _ELSE, severity=Severity.ERROR)
    for control, on in makers:
        yield from _left_out(control, on, {name: one for name, one in formats.items() if name not in empty})


def _left_out(control: Node, on: Iterable[Node], formats: Mapping[str, Format]) -> Iterator[Mistake]:
    """An answer may be left out of one format when another has it; a mark that is not in a data set spoils it."""
    without = [name for name, one in formats.items() if not one.keeps(control, on)]
    is_mark = control.info is not None and control.info.region
    if without and (is_mark or len(without) == len(formats)):
        made = f"what `<{control.name}>` {'marks' if is_mark else 'asks'} is left out of {listed(without)}"
        yield Mistake(control, made, _ELSE, severity=SEVERITY if is_mark else Severity.INFO)


def _source(work: Iterable[Work], formats: Mapping[str, Format]) -> Iterator[Mistake]:
    """What converters cannot read of a task, though its marks would fit."""
    readers = [name for name, one in formats.items() if one.key]
    keys: dict[str, Node] = {}
    for node in (one for _, on in work for one in on):
        keys.setdefault((node.get("value") or node.get("valueList")).lstrip("$"), node)
    keys.pop("", None)
    first, second = (*keys, "", "")[:2]
    if not first or not readers:
        return
    node, flat = keys[first], [name for name, one in formats.items() if not one.pages]
    if second:
        message = f"an export to {listed(readers)} reads one key, and there are results for `{first}` and `{second}`"
        yield _wrong(keys[second], "value", message, "let all controls point at one object")
    elif node.get("valueList") and flat:
        yield _wrong(node, "valueList", f"a task with several pages does not fit into {listed(flat)}", _ELSE)
    elif "." in first or "[" in first:
        message = f"an export to {listed(readers)} looks for a key called `{first}`, and fails"
        yield _wrong(node, "value", message, "keep what is exported at the top of the data")
    elif "CONLL2003" in readers and node.get("valueType") == "url":
        message = "`CONLL2003` would hold the URL of the text, not its words"
        yield _wrong(node, "valueType", message, "keep the text itself in the data")


def _wrong(node: Node, attribute: str, message: str, hint: str) -> Mistake:
    return Mistake(node, message, hint, attribute, Severity.ERROR)
