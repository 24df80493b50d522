"""Group C: controls and objects that do not go together. What a template lacks is added to it."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from tests.mutations.broken import Broken, Mutation, added, first

LABEL = '<Label value="more"/>'


def shown(root: etree._Element, tag: str) -> str:
    """The name of the first object of a tag."""
    found = first(root, f".//{tag}[@name][@value]")
    return str((added(root, f'<{tag} name="more" value="$more"/>') if found is None else found).get("name"))


def pointing_at(tag: str, control: str) -> Mutation:
    """Adds a control that points at an object of a tag; `{}` stands for the name of that."""

    def mutation(root: etree._Element) -> Broken | None:
        return Broken(added(root, control.format(shown(root, tag))))

    return mutation


def alone_on(tag: str, control: str) -> Mutation:
    """Adds a control and an object of a tag for it alone."""

    def mutation(root: etree._Element) -> Broken | None:
        added(root, f'<{tag} name="alone" value="$alone"/>')
        return Broken(added(root, control))

    return mutation


def pair_of_one(root: etree._Element) -> Broken | None:
    pair = first(root, ".//Pairwise")
    if pair is None:
        return pointing_at("Text", '<Rating name="twice" toName="{0},{0}"/>')(root)
    pair.set("toName", str(pair.get("toName")).split(",")[0])
    return Broken(pair)


def smooth_bitmask(root: etree._Element) -> Broken | None:
    name = shown(root, "Image")
    added(root, f'<BitmaskLabels name="mask" toName="{name}">{LABEL}</BitmaskLabels>')
    image = first(root, f'.//Image[@name="{name}"]')
    return None if image is None else Broken(image)


def item_and_region(root: etree._Element) -> Broken | None:
    control = first(root, ".//Choices[@toName] | .//TextArea[@toName] | .//Rating[@toName]")
    if control is None:
        return pointing_at("Image", '<Rating name="both" toName="{}" perItem="true" perRegion="true"/>')(root)
    control.set("perItem", "true")
    control.set("perRegion", "true")
    return Broken(control)


MUTATIONS: Mapping[str, Mutation] = {
    "LSF201": pointing_at("Text", f'<RectangleLabels name="box" toName="{{}}">{LABEL}</RectangleLabels>'),
    "LSF202": pointing_at("Text", f'<EllipseLabels name="cell" toName="{{}}">{LABEL}</EllipseLabels>'),
    "LSF203": pointing_at("Text", f'<HyperTextLabels name="part" toName="{{}}">{LABEL}</HyperTextLabels>'),
    "LSF204": pointing_at("Text", '<Ranker name="order" toName="{}"/>'),
    "LSF205": pair_of_one,
    "LSF206": alone_on("Image", f'<Labels name="thing" toName="alone">{LABEL}</Labels>'),
    "LSF207": pointing_at("Paragraphs", f'<Labels name="part" toName="{{}}">{LABEL}</Labels>'),
    "LSF208": alone_on("Image", '<Magicwand name="wand" toName="alone"/>'),
    "LSF209": smooth_bitmask,
    "LSF210": pointing_at("Image", '<Taxonomy name="kind" toName="{}" labeling="true"><Choice value="a"/></Taxonomy>'),
    "LSF211": pointing_at("Text", '<Rating name="each" toName="{}" perItem="true"/>'),
    "LSF212": alone_on("Paragraphs", '<Rating name="each" toName="alone" perRegion="true"/>'),
    "LSF213": item_and_region,
}
