"""The interfaces that the installed `label-studio` comes with, its official templates, and what they use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import yaml
from lxml import etree


def official_templates() -> Mapping[str, etree._Element]:
    """The interfaces that `label-studio` comes with, by the path of their file."""
    package = find_spec("label_studio")
    assert package is not None and package.origin is not None, "label-studio is not installed"
    folder = Path(package.origin).parent / "annotation_templates"
    return {
        path.relative_to(folder).as_posix(): etree.fromstring(yaml.safe_load(path.read_text("utf-8"))["config"])
        for path in sorted(folder.rglob("config.yml"))
    }


class Usage:
    """What the official templates use: tags, attributes of lower-case tags, and pairs of a control and its object."""

    def __init__(self) -> None:
        self.tags: Counter[str] = Counter()
        self.attributes: Counter[tuple[str, str]] = Counter()
        self.pairs: set[tuple[str, str]] = set()
        for root in official_templates().values():
            elements = list(root.iter(etree.Element))
            names = {element.get("name"): str(element.tag) for element in elements}
            for element in elements:
                tag = str(element.tag)
                self.tags[tag] += 1
                self.attributes.update((tag.lower(), str(name)) for name in element.attrib)
                targets = element.get("toName", "").split(",")
                self.pairs.update((tag.lower(), names[one].lower()) for one in targets if one in names)
