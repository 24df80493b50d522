"""Which objects two storages share, shown on names, as patterns can only be tried. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from lsform.resources.storage import Reach

# Type of storage -> the most minutes that a signed link may live: S3 and Google sign for 7 days; Label Studio on
# PostgreSQL keeps no larger number.
LONGEST_LINK = {"s3": 10080, "gcs": 10080, "azure": 32767}


def _names(*endings: str) -> tuple[str, ...]:
    return tuple(f"{stem}{end}" for end, stem in product(endings, ("a", "1", "IMG_0001", "image-1", "task_1")))


# Names that patterns are tried on: what they take can only be shown, not reckoned.
MEDIA_NAMES = _names(
    ".jpg", ".jpeg", ".png", ".JPG", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".svg", ".pdf",
    ".mp3", ".wav", ".flac", ".ogg", ".m4a", ".mp4", ".webm", ".mov", ".avi",
)  # fmt: skip
JSON_NAMES = _names(".json", ".jsonl")
OTHER_NAMES = _names("", ".txt", ".csv")
ALL_NAMES = (*MEDIA_NAMES, *JSON_NAMES, *OTHER_NAMES)

# What Label Studio calls the annotations that it writes: their ids.
_WRITTEN = ("1", "42", "12345678", "1.json", "42.json", "12345678.json")


def takes_any(reach: Reach, names: Iterable[str]) -> bool:
    """Whether any of these names, below its folder, is read."""
    return any(reach.takes(f"{reach.folder}{name}") for name in names)


def both_take(one: Reach, other: Reach) -> str:
    """An object that both take, or ''. Of two different patterns only names that we think of can show it."""
    inner = max(one.folder, other.folder, key=len)
    names = [f"{folder}{name}" for folder in (inner, f"{inner}a/") for name in ALL_NAMES]
    shown = next((name for name in names if one.takes(name) and other.takes(name)), "")
    is_one_pattern = not one.pattern or not other.pattern or one.pattern == other.pattern
    if shown or not is_one_pattern:
        return shown
    return f"{inner}..." if any(one.spans(name) and other.spans(name) for name in names) else ""


def taken_of(source: Reach, target: Reach) -> str:
    """What an import takes of what an export writes, or ''."""
    names = (f"{target.folder}{name}" for name in _WRITTEN)
    return next((name for name in names if source.takes(name)), "")
