"""Names of adopted resources and of their secrets: from their titles, readable, and the same on each run. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from urllib.parse import urlsplit

from lsform.core.values import Json, reveal
from lsform.engine.model import LiveResource

LONGEST_NAME = 50  # characters: as long as a title of a project can be
_PLACES = ("container", "bucket", "host", "path", "prefix")  # where a storage is, in the words of its type


def slug(text: str) -> str:
    """Letters, digits and hyphens of a text, without accents; '' for a text that has no such letters."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_NAME].strip("-")


def unique(name: str, taken: Container[str], joint: str = "-") -> str:
    """The name, with the first number behind it that makes it one of its own."""
    made, number = name, 1
    while made in taken:
        number += 1
        made = f"{name}{joint}{number}"
    return made


def project_name(project: LiveResource) -> str:
    """What its title says, or `project`."""
    return slug(_text(project, "title")) or "project"


def child_name(child: LiveResource) -> str:
    """What its title says, else where it is; of an address only the host, as the rest may be secret."""
    title, kind = _text(child, "title"), child.kind
    if title and title != kind.initial({}).get("title") and slug(title):
        return slug(title)
    host = _host(_text(child, "url"))
    place = " ".join(_text(child, name).rstrip("/").rpartition("/")[2] for name in _PLACES)
    return slug(host) or slug(place) or slug(kind.variant or kind.name)


def variable_name(*parts: str) -> str:
    """A variable of the environment, such as `TRAFFIC_RAW_AWS_SECRET_ACCESS_KEY`."""
    name = re.sub(r"[^A-Z0-9]+", "_", "_".join(parts).upper()).strip("_")
    return f"_{name}" if name[:1].isdigit() else name


def _text(one: LiveResource, name: str) -> str:
    value: Json = reveal(one.attributes.get(name))
    return value.strip() if isinstance(value, str) else ""


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
