"""Checksums of files of any size."""

from __future__ import annotations

import hashlib
from pathlib import Path

CHUNK = 1 << 20


def checksum(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()
