"""The editor in the installed `label-studio`: a page that shows it, and the files that this page asks for.

Reads those files and nothing else; no server runs. The editor is a part of Label Studio's web application, which is
loaded in full but finds no place to show itself.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TypedDict

from lsform.core.errors import LsformError
from lsform.interface.samples import ORIGIN

_APPLICATION = Path("web/dist/apps/labelstudio")
# below these addresses, as on the server
_FOLDERS = {"react-app/": _APPLICATION, "static/": Path("label_studio/core/static_build")}
_FLAGS = Path("label_studio/feature_flags.json")
_SETTLED_FLAGS = Path("label_studio/core/feature_flags/stale_feature_flags.py")
_MARK = b"window.LabelStudio="  # in the chunk that has the editor
# how the application asks for chunks and for what one of them has; names are minified
_IMPORT = re.compile(r"Promise\.all\(\[((?:\w+\.e\(\d+\),?)+)\]\)\.then\(\w+\.bind\(\w+,(\d+)\)\)")
_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><link rel="stylesheet" href="/react-app/main.css"></head>
<body>
<script>
window.exports = () => {};
window.APP_SETTINGS = %(settings)s;
window.webpackChunklabelstudio = [[["lsform"], {}, (load) => { window.lsformLoad = load; }]];
</script>
<script src="/react-app/runtime.js"></script>
<script src="/react-app/vendor.js"></script>
<script src="/react-app/main.js"></script>
<script>
Promise.all(%(chunks)s.map((one) => lsformLoad.e(one))).then(() => lsformLoad(%(module)d));
</script>
</body>
</html>
"""


class _Flag(TypedDict):
    """A switch of LaunchDarkly, as far as it is the same for everybody."""

    on: bool
    variations: list[bool]
    fallthrough: Mapping[str, int]
    offVariation: int


@dataclass(frozen=True)
class Bundle:
    """An installed Label Studio: `site` is the folder of packages that it is in."""

    version: str
    site: Path

    def file(self, path: str) -> Path | None:
        """What the page gets for `react-app/main.js` and the like; None for what is not there."""
        for prefix, folder in _FOLDERS.items():
            root = (self.site / folder).resolve()
            wanted = (root / path.removeprefix(prefix)).resolve()
            if path.startswith(prefix) and wanted.is_relative_to(root) and wanted.is_file():
                return wanted
        return None

    @cached_property
    def page(self) -> str:
        """The page, in which `LabelStudio` makes an editor a moment later."""
        chunks, module = self._editor()
        settings = {
            "user": {"id": 1},
            "feature_flags": self.flags(),
            "feature_flags_default_value": True,
            "hostname": ORIGIN,
            "editor_keymap": {},
        }
        return _PAGE % {"settings": json.dumps(settings), "chunks": json.dumps(chunks), "module": module}

    def _editor(self) -> tuple[list[int], int]:
        """The chunks of the application that the editor needs, and the module in them that it is."""
        root = self.site / _APPLICATION
        found = (path.stem for path in sorted(root.glob("*.js")) if _MARK in path.read_bytes())
        chunk, main = next(found, ""), root / "main.js"
        for asked in _IMPORT.finditer(main.read_text("utf-8") if chunk else ""):
            chunks = re.findall(r"\d+", asked[1])
            if chunk in chunks:
                return [int(one) for one in chunks], int(asked[2])
        message = f"the editor of label-studio {self.version} is not where lsform looks for it"
        raise LsformError(message, hint="`pip install 'lsform[server]'` installs a version that lsform knows")

    def flags(self) -> dict[str, bool]:
        """What is switched on, as the server tells its own page."""
        declared: Mapping[str, _Flag] = json.loads((self.site / _FLAGS).read_text("utf-8"))["flags"]
        flags = {
            name: one["variations"][one["fallthrough"].get("variation", 0) if one["on"] else one["offVariation"]]
            for name, one in declared.items()
        }
        settled = ast.parse((self.site / _SETTLED_FLAGS).read_text("utf-8")).body
        for one in settled:
            if isinstance(one, ast.Assign):
                flags |= ast.literal_eval(one.value)
        return flags


def installed() -> Bundle:
    """That of this Python; raises LsformError where there is none."""
    try:
        package = distribution("label-studio")
    except PackageNotFoundError:
        raise LsformError("label-studio is not installed", hint="`pip install 'lsform[server]'`") from None
    return Bundle(package.version, Path(str(package.locate_file(""))))
