"""Group J: what annotations are exported to."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from lsform.core.values import Json
from tests.mutations.broken import Broken, Mutation, added, first


def found_or_added(root: etree._Element, kind: str, target: str, labels: str) -> etree._Element:
    """The first control of a kind, on an object of its own where there is none."""
    control = first(root, f".//{kind}[Label]")
    if control is None or root.find(f".//{target}[@name='{control.get('toName')}']") is None:
        added(root, f'<{target} name="more" value="$more"/>')
        control = added(root, f'<{kind} name="marks" toName="more">{labels}</{kind}>')
    return control


def boxes(root: etree._Element) -> etree._Element:
    return found_or_added(root, "RectangleLabels", "Image", '<Label value="Here"/><Label value="There"/>')


def words(root: etree._Element) -> etree._Element:
    return found_or_added(root, "Labels", "Text", '<Label value="Name"/>')


def object_of(root: etree._Element, control: etree._Element) -> etree._Element:
    tag = first(root, f".//*[@name='{control.get('toName')}']")
    assert tag is not None
    return tag


def numbers_from_one(root: etree._Element) -> Broken:
    labels = boxes(root).findall(".//Label")
    for number, label in enumerate(labels, 1):
        label.set("category", str(number))
    return Broken(labels[0], exports=("YOLO",))


def keypoint_without_index(root: etree._Element) -> Broken:
    keypoints = found_or_added(root, "KeyPointLabels", "Image", '<Label value="Head"/>')
    return Broken(keypoints.findall(".//Label")[0], exports=("COCO",))


def ellipse(root: etree._Element) -> Broken:
    image = boxes(root).get("toName")
    return Broken(added(root, f'<EllipseLabels name="ovals" toName="{image}"><Label value="O"/></EllipseLabels>'),
                  exports=("VOC",))  # fmt: skip


def rotation(root: etree._Element) -> Broken:
    control = boxes(root)
    control.attrib.pop("canRotate", None)
    return Broken(control, exports=("YOLO",))


def second_labels(root: etree._Element) -> Broken:
    target = words(root).get("toName")
    return Broken(added(root, f'<Labels name="others" toName="{target}"><Label value="Other"/></Labels>'),
                  exports=("CONLL2003",))  # fmt: skip


def letters(root: etree._Element) -> Broken:
    text = object_of(root, words(root))
    text.attrib.pop("granularity", None)
    return Broken(text, exports=("CONLL2003",))


def same_names(root: etree._Element) -> Broken:
    image = object_of(root, boxes(root))
    image.attrib.pop("valueList", None)
    image.set("value", "$more")
    urls: tuple[Json, ...] = ("s3://bucket/a/1.jpg", "s3://bucket/b/1.jpg")
    return Broken(image, tuple({"more": url} for url in urls), ("YOLO",))


MUTATIONS: Mapping[str, Mutation] = {
    "LSF901": numbers_from_one,
    "LSF902": keypoint_without_index,
    "LSF903": ellipse,
    "LSF904": rotation,
    "LSF905": second_labels,
    "LSF906": letters,
    "LSF907": same_names,
}
