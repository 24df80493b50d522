"""Links of pages to files outside of `docs/`: into the repository where its address is known, else they become text.

On GitHub such links work as they are; a site has only what is in `docs/`.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import get_plugin_logger
from mkdocs.structure.pages import Page

LINK = re.compile(r"\[([^\]]+)\]\(((?:\.\./)+[^)\s]*)\)")
log = get_plugin_logger("links")  # what it warns of ends a strict build


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: object) -> str:
    """The page with its links outwards rewritten."""
    docs = Path(config.docs_dir)
    here = posixpath.join(docs.name, posixpath.dirname(page.file.src_uri))

    def rewritten(link: re.Match[str]) -> str:
        target, _, anchor = posixpath.normpath(posixpath.join(here, link[2])).partition("#")
        if posixpath.commonpath([target, docs.name]) == docs.name:
            return link[0]
        if not (docs.parent / target).exists():
            log.warning("%s links to `%s`, which is not there", page.file.src_uri, target)
        address = config.extra["repository"]
        return f"[{link[1]}]({address}/{target}{anchor and '#' + anchor})" if address else link[1]

    return LINK.sub(rewritten, markdown)
