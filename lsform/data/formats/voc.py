"""Pascal VOC: an XML file a picture, boxes in whole pixels (http://host.robots.ox.ac.uk/pascal/VOC/). Files.

A turned box is written as the smallest upright box round it; corners are rounded, not cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lxml import etree

from lsform.data.classes import class_map
from lsform.data.formats.base import Context, beside
from lsform.data.formats.images import CLASSES, Picture, image_objects, labeled, pictures, within
from lsform.data.formats.yolo import NO_SIZE, OUTSIDE
from lsform.data.items import Item
from lsform.data.shapes import Box, Size

CHANNELS = 3  # of every picture: nobody reads it, and the schema wants it


def write(items: Iterable[Item], context: Context) -> None:
    """`Annotations/` beside `JPEGImages/`, and lists of the names of each part in `ImageSets/Main/`."""
    classes = class_map(context.interface, CLASSES)
    shown = image_objects(context.interface)
    sets: dict[str, list[str]] = {part or "all": [] for part in context.split.parts}
    for item in items:
        for picture in pictures(item, shown, context):
            name = context.keep("", picture.medium, "JPEGImages")
            if picture.size is None:
                context.problems.add(NO_SIZE, item)
                continue
            stem = name.rpartition(".")[0] or name
            sets[item.part or "all"].append(stem)
            tree = _tree(picture, picture.size, name, context, classes.names, classes.numbers)
            text = etree.tostring(tree, encoding="utf-8", pretty_print=True)
            context.output.write(f"Annotations/{stem}.xml", text)
    for part, names in sets.items():
        context.output.write(f"{beside('ImageSets', 'Main')}/{part}.txt", "".join(f"{name}\n" for name in names))


def _tree(
    picture: Picture, size: Size, name: str, context: Context, names: tuple[str, ...], numbers: Mapping[str, int]
) -> etree._Element:
    root = etree.Element("annotation")
    _add(root, "folder", "JPEGImages")
    _add(root, "filename", name)
    _add(etree.SubElement(root, "source"), "database", "Label Studio")
    dimensions = etree.SubElement(root, "size")
    for key, value in (("width", size.width), ("height", size.height), ("depth", CHANNELS)):
        _add(dimensions, key, value)
    _add(root, "segmented", 0)
    for region, number in labeled(picture, context, (Box,), numbers):
        assert isinstance(region.shape, Box)
        whole = region.shape.bounds
        box = within(whole, size)
        if box is None:
            context.problems.add(OUTSIDE, picture.item)
            continue
        _object(root, names[number], box, truncated=box != whole)
    return root


def _object(root: etree._Element, name: str, box: Box, *, truncated: bool) -> None:
    element = etree.SubElement(root, "object")
    for key, value in (("name", name), ("pose", "Unspecified"), ("truncated", int(truncated)), ("difficult", 0)):
        _add(element, key, value)
    corners = etree.SubElement(element, "bndbox")
    right, below = box.x + box.width, box.y + box.height
    for key, place in (("xmin", box.x), ("ymin", box.y), ("xmax", right), ("ymax", below)):
        _add(corners, key, round(place))


def _add(parent: etree._Element, name: str, value: str | int) -> None:
    etree.SubElement(parent, name).text = str(value)
