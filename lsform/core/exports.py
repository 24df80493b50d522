"""How a folder that `lsform export` made is known: by its `manifest.json`. Reads that file."""

from __future__ import annotations

import json
from pathlib import Path

MANIFEST = "manifest.json"
MADE_BY = "lsform"


def is_export(folder: Path) -> bool:
    """Whether an export made this folder; one that cannot be read is none."""
    try:
        return bool(json.loads((folder / MANIFEST).read_text("utf-8")).get("made_by") == MADE_BY)
    except (OSError, ValueError, AttributeError):
        return False
