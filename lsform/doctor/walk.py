"""Ways through the evidence that several checks take, and words that they share. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lsform.doctor.evidence import Backend, Evidence, Project, Sample, Storage
from lsform.resources.storage import Reach

LOCAL = re.compile(r"LOCAL_FILES|[Ll]ocal path|Path .* does not exist")  # how the server speaks of local folders


def storages(evidence: Evidence) -> Iterator[tuple[Project, Storage]]:
    yield from ((project, one) for project in evidence.projects for one in project.storages)


def backends(evidence: Evidence) -> Iterator[tuple[Project, Backend]]:
    yield from ((project, one) for project in evidence.projects for one in project.backends)


def seen(sample: Sample) -> str:
    """How much of a project was looked at, where that is not all."""
    return "" if sample.is_whole else f" (of {sample.seen:,} tasks that were looked at, of {sample.total:,})"


def shared(one: Storage, other: Storage, find: Callable[[Reach, Reach], str]) -> str:
    """An object that two storages share, as `find` shows it, or ''. A pattern that is none has none."""
    if one.kind.reach is None or other.kind.reach is None or one.kind.variant != other.kind.variant:
        return ""
    first, second = one.kind.reach(one.attributes), other.kind.reach(other.attributes)
    if first.place != second.place:
        return ""
    try:
        return find(first, second)
    except re.error:
        return ""


def is_told(storage: Storage, reason: str) -> bool:
    """Whether the check of addresses says so as well: of storages it knows the endpoints of S3."""
    return storage.kind.variant == "s3" and "reserved network address" in reason
