"""Make `lsform/interface/catalogues/VERSION.json` from the `label-studio` that is installed: the editor's tags.

    python tools/make_catalogue.py

It starts that Label Studio in a temporary folder and opens its editor in headless Chromium, where one file of the web
bundle is answered with a changed copy: the registry of tags is also put on `window`. Each property of each tag's model
then describes itself. Spellings come from the docs' schema of tags, which is in the bundle too, and from the official
templates; what neither tells is in `catalogue_known.yaml`. The same Label Studio makes the same bytes.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from lsform.server import local
from tests.live.editor import ARGUMENTS, CHROMIUM, log_in
from tools.official_templates import Usage

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

HERE = Path(__file__).parent
CATALOGUES = HERE.parent / "lsform" / "interface" / "catalogues"
# (what the bundle says, what we make of it); names are minified, strings are not
CHANGES = (
    (re.compile(r'([\w$]+)\.addTag\("taxonomy",'), r'(window.lsformTags=\1).addTag("taxonomy",'),
    (re.compile(r"""JSON\.parse\((?='\{"\w+":\{"name":"\w+","description":)"""), "window.lsformDocs=JSON.parse("),
)
CONFIG = '<View><Text name="text" value="$text"/><Choices name="c" toName="text"><Choice value="a"/></Choices></View>'
WAIT_MS = 60_000
USUAL = {"control": ("name", "toName"), "object": ("name", "value")}
REGISTRY = """() => {
    const registry = window.lsformTags;
    const shown = (type) => {
        const inner = type.getSubType ? type.getSubType(true) : type;  // of a type that is made when first asked for
        return {says: inner.describe(), tags: inner.value ?? []};
    };
    const tags = {};
    for (const [tag, model] of Object.entries(registry.models)) {
        const properties = Object.entries(model.properties).map(([name, type]) => [name, shown(type)]);
        tags[tag] = {
            model: model.name,
            is_object: registry.objects.includes(model),
            properties: Object.fromEntries(properties),
        };
    }
    return {tags, regions: [...registry.areas.keys()]};
}"""

Json = dict[str, Any]


@contextmanager
def editor(server: local.LocalServer, chromium: str) -> Iterator[Page]:
    """A page with the editor in it, its registry of tags as `lsformTags` and the docs' schema as `lsformDocs`."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        token = {"Authorization": f"Token {server.api_key.value}"}
        api = playwright.request.new_context(base_url=server.url, extra_http_headers=token)
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        page = browser.new_page()
        log_in(page, server)
        page.route(re.compile(r"/react-app/.*\.js"), _change)
        project = api.post("/api/projects/", data={"title": "catalogue", "label_config": CONFIG}).json()["id"]
        page.goto(f"{server.url}/projects/{project}/settings/labeling")  # has a preview of the editor
        page.wait_for_function("window.lsformTags && window.lsformDocs", timeout=WAIT_MS)
        yield page
        api.delete(f"/api/projects/{project}/")
        browser.close()


def _change(route: Route) -> None:
    response = route.fetch()
    text = response.text()
    for found, replacement in CHANGES:
        text = found.sub(replacement, text)
    route.fulfill(response=response, body=text)


def catalogue(page: Page, version: str) -> str:
    """The text of the catalogue, out of a page that `editor` opened."""
    known = yaml.safe_load((HERE / "catalogue_known.yaml").read_text("utf-8"))
    made = _Catalogue(page.evaluate(REGISTRY), page.evaluate("window.lsformDocs"), Usage(), known)
    document = {"version": version, "tags": made.tags()}
    return json.dumps(document, indent=1, sort_keys=True) + "\n"


class _Catalogue:
    """Puts the sources together. Keys are lower case, as in the registry, until they are written."""

    def __init__(self, registry: Json, docs: Json, templates: Usage, known: Json) -> None:
        # regions are registered as tags too, but are made by annotators, not written
        self.registry = {
            tag: info for tag, info in registry["tags"].items() if not info["model"].endswith("RegionModel")
        }
        self.regions = set(registry["regions"])
        self.docs = {
            tag.lower(): {name.lower(): one for name, one in info["attrs"].items()} for tag, info in docs.items()
        }
        self.templates = templates
        self.known = known
        self.added = {name.lower() for name, record in known["tags"].items() if "edition" in record}
        self.names = self._names(docs)
        self.everywhere = Counter(one["name"] for attributes in self.docs.values() for one in attributes.values())

    def _names(self, docs: Json) -> dict[str, str]:
        """The spelling of each tag, the better sources last."""
        models = (info["model"].removesuffix("Model") for info in self.registry.values())
        sources = (models, self.templates.tags, docs, self.known["names"].values(), self.known["tags"])
        spelled = {name.lower(): name for source in sources for name in source}
        return {tag: spelled.get(tag, tag) for tag in (*self.registry, *(name.lower() for name in self.known["tags"]))}

    def tags(self) -> Json:
        made = {self.names[tag]: self._tag(tag) for tag in self.registry}
        for name, record in self.known["tags"].items():
            made[name] = self._unregistered(name.lower(), dict(record))
        return made

    def _tag(self, tag: str) -> Json:
        roles = self._roles(tag)
        attributes = {self._spelling(tag, name): code for name, code in self._attributes(tag).items()}
        elsewhere = {
            name: told["where"]
            for name, told in self.known["elsewhere"].items()
            if {tag, *roles}.intersection(told["tags"])
        }
        enforced = re.findall(r'"(\w+)"', self._says(tag, "controlledTags"))
        record = {
            "attributes": {**attributes, **dict.fromkeys(elsewhere, "any")},
            "required": sorted(name for name in attributes if self._says(tag, name.lower()) == "string"),
            "undocumented": sorted(name for name in attributes if not self._documented(tag, name.lower())),
            "elsewhere": elsewhere,
            "children": self._children(tag),
            "parents": self._parents(tag),
            "roles": roles,
            "objects": enforced or self._objects(tag),
            "objects_enforced": bool(enforced),
            "edition": "enterprise" if tag in self.known["enterprise"] else "",
        }
        # None says something: anything goes
        return {key: value for key, value in record.items() if value or value is None or key == "attributes"}

    def _unregistered(self, tag: str, record: Json) -> Json:
        if "children_of" in record:
            record["children"] = self._children(record.pop("children_of"))
        names = {name for role in record.get("roles", ()) for name in USUAL.get(role, ())}
        names.update(self._spelling(tag, name) for name in self.docs.get(tag, ()))
        return {**record, "attributes": {**dict.fromkeys(names, "any"), **record.get("attributes", {})}}

    def _says(self, tag: str, name: str) -> str:
        return str(self.registry[tag]["properties"].get(name, {}).get("says", ""))

    def _lists(self, tag: str, *names: str) -> set[str]:
        properties = self.registry[tag]["properties"]
        return {one.lower() for name in names for one in properties.get(name, {}).get("tags", ())}

    def _attributes(self, tag: str) -> dict[str, str]:
        """The type of each property that text can set; the editor lower-cases attributes, so others never match."""
        state = self.known["state"]
        types = {
            name: self._type(tag, name)
            for name in self.registry[tag]["properties"]
            if name == name.lower() and not name.startswith("_") and not {name, f"{tag}.{name}"}.intersection(state)
        }
        return {name: code for name, code in types.items() if code is not None}

    def _type(self, tag: str, name: str) -> str | None:
        """The type as the catalogue writes it; None when no text is right for it."""
        code = model_type(self._says(tag, name))
        if code != "text":
            return code
        if name == "value":  # the one whose `true` stays text: core/Tree.tsx
            return "any"
        known = self.known["types"]
        told: str | None = known.get(f"{tag}.{name}") or known.get(name)
        return told or documented_type(self.docs.get(tag, {}).get(name, {}).get("type")) or code

    def _spelling(self, tag: str, name: str) -> str:
        """As in the docs of the tag, else in templates, else in docs of other tags; capitals are no accident."""
        used = sorted(one for owner, one in self.templates.attributes if owner == tag and one.lower() == name)
        documented = self.docs.get(tag, {}).get(name, {}).get("name", name)
        elsewhere = [one for one, _ in self.everywhere.most_common() if one.lower() == name]
        sources = (documented, *used) if name in self.docs.get(tag, {}) else (*used, *elsewhere)
        told: str | None = self.known["spellings"].get(name)
        return told or next((one for one in sources if one != name), name)

    def _documented(self, tag: str, name: str) -> bool:
        used = {one.lower() for owner, one in self.templates.attributes if owner == tag}
        return name in self.docs.get(tag, {}) or name in used

    def _children(self, tag: str) -> list[str] | None:
        """None: anything. A Taxonomy keeps its children in `_children`; some in the lists were never registered."""
        if tag in self.known["free"]:
            return None
        names = self._lists(tag, "children", "_children")
        if "view" in names:
            names.add("repeater")  # becomes a View
        if "custominterface" in names:
            names.update(self.added)
        return sorted(self.names[name] for name in names if name in self.names)

    def _parents(self, tag: str) -> list[str]:
        names = self._lists(tag, "parentTypes")
        if tag == "label":
            names.update(name for name in self.added if name.endswith("labels"))
        return sorted(self.names[name] for name in names)

    def _roles(self, tag: str) -> list[str]:
        info, judges = self.registry[tag], bool(self._says(tag, "isClassificationTag"))
        is_control = bool(self._says(tag, "isControlTag"))
        roles = {
            "classification": judges,
            "control": is_control,
            "object": info["is_object"] and tag not in self.known["not_objects"],
            "region": tag in self.regions or (is_control and not judges and not info["is_object"]),
        }
        return [role for role, holds in roles.items() if holds]

    def _objects(self, tag: str) -> list[str] | None:
        if not self._says(tag, "isControlTag"):
            return []
        if tag not in self.known["objects"]:
            return None
        seen = {target for control, target in self.templates.pairs if control == tag}
        return sorted(self.names[name] for name in {*self.known["objects"][tag], *seen})


def model_type(says: str) -> str | None:
    """`(Range(0..1) | null?)`, as a model describes a property, in our words; None when no text can be that."""
    bare = re.sub(r" \| (?:null|undefined)\?", "", says).strip("()?")
    if found := re.fullmatch(r"Range\(([\d.]+)\.\.([\d.]+)", bare):
        return f"range {found[1]} {found[2]}"
    if re.fullmatch(r'"[^"|]*"(?: \| "[^"|]*")*', bare):
        return f"enum {bare.replace(' | ', '|').replace(chr(34), '')}"
    return {"string": "text", "string | number": "text", "boolean": "boolean", "CSSColor": "color"}.get(bare)


def documented_type(says: str | list[str] | None) -> str | None:
    """What the docs' schema knows better than a model that takes any text."""
    if isinstance(says, list):
        return None if "number" in says else f"docs enum {'|'.join(says)}"
    return "docs number" if says in ("number", "float", "int") else None


def main() -> None:
    """Make the file of the installed version."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chromium", default=CHROMIUM)
    options = parser.parse_args()
    if options.chromium is None:
        parser.error("no Chromium found: name one with --chromium PATH")
    with tempfile.TemporaryDirectory() as folder:
        server = local.up(Path(folder), environment=os.environ)
        try:
            with editor(server, options.chromium) as page:
                text = catalogue(page, server.version)
        finally:
            local.down(Path(folder))
    CATALOGUES.mkdir(exist_ok=True)
    (CATALOGUES / f"{server.version}.json").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
