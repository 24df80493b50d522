"""What is wrong with storages that only data would show: links, patterns, modes, and objects taken twice. Pure."""

from __future__ import annotations

import re
import warnings
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

from lsform.core.diagnostics import Finding, Severity
from lsform.engine.declared import DesiredResource
from lsform.resources.reaches import (
    ALL_NAMES,
    JSON_NAMES,
    LONGEST_LINK,
    MEDIA_NAMES,
    OTHER_NAMES,
    both_take,
    taken_of,
    takes_any,
)
from lsform.resources.storage import Reach


@dataclass(frozen=True, slots=True)
class _Storage:
    """A declared storage, and the objects that it reaches."""

    declared: DesiredResource
    reach: Reach

    @property
    def place(self) -> tuple[object, ...]:
        return (self.declared.kind.variant, *self.reach.place)

    @property
    def is_read(self) -> bool:
        """Whether tasks come from it: one that is never synced only makes links for objects that tasks name."""
        never = self.declared.sync == "never" or self.declared.attributes.get("synchronizable") is False
        return self.declared.address.kind == "import_storage" and not never

    def finding(self, code: str, severity: Severity, message: str, hint: str, field: str = "") -> Finding:
        address = self.declared.address
        return Finding(code, severity, message, hint, self.declared.locate(field), str(address))


def storage_findings(resources: Iterable[DesiredResource]) -> list[Finding]:
    """Findings of all storages of a stack, each on its own and against the others."""
    found = [_Storage(one, one.kind.reach(one.attributes)) for one in resources if one.kind.reach is not None]
    broken = {one.declared.address: finding for one in found for finding in _pattern_error(one)}
    sound = [one for one in found if one.declared.address not in broken]
    alone = [finding for one in found for finding in _link(one)]
    read = [finding for one in sound if one.is_read for finding in (*_anchor(one), *_mode(one))]
    return [*broken.values(), *alone, *read, *_overlaps(sound)]


def _link(one: _Storage) -> Iterator[Finding]:
    minutes, longest = one.declared.attributes.get("presign_ttl"), LONGEST_LINK.get(one.declared.kind.variant)
    if isinstance(minutes, int) and longest is not None and not 1 <= minutes <= longest:
        message = f"`presign_ttl` is {minutes}, and links to media would not work"
        yield one.finding("LSFM13", Severity.ERROR, message, f"write 1 to {longest} minutes", "presign_ttl")


def _pattern_error(one: _Storage) -> Iterator[Finding]:
    if one.declared.address.kind != "import_storage":
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(one.reach.pattern)
    except re.error as error:
        message = f"`regex_filter` is no regular expression: {error}"
        hint = "it is one of Python, such as `.*\\.jpg$`, and no pattern of a shell"
        yield one.finding("LSFM14", Severity.ERROR, message, hint, "regex_filter")


def _anchor(one: _Storage) -> Iterator[Finding]:
    if takes_any(one.reach, ALL_NAMES):
        return
    if any(re.search(one.reach.pattern, f"{one.reach.folder}{name}") for name in ALL_NAMES):
        message = "`regex_filter` matches nothing: it is held against names from their beginning, folders included"
        yield one.finding("LSFM14", Severity.WARNING, message, "begin it with `.*`", "regex_filter")


def _mode(one: _Storage) -> Iterator[Finding]:
    if not one.reach.pattern:
        return
    media, tasks, other = (takes_any(one.reach, names) for names in (MEDIA_NAMES, JSON_NAMES, OTHER_NAMES))
    is_media = one.declared.attributes.get("use_blob_urls")
    if media and not tasks and not other and not is_media:
        said = "is false" if is_media is False else "is left out, and false on a new storage"
        message = f"`regex_filter` takes media, but `use_blob_urls` {said}: the server would read them as JSON"
        severity = Severity.ERROR if is_media is False else Severity.WARNING
        hint = "write `use_blob_urls: true`: each object is a task then"
        yield one.finding("LSFM15", severity, message, hint, "use_blob_urls" if is_media is False else "regex_filter")
    elif tasks and not media and not other and is_media:
        message = (
            "`regex_filter` takes JSON, but `use_blob_urls` is true: each file would be one task, with its address"
        )
        hint = "write `use_blob_urls: false`: the tasks in the files are imported then"
        yield one.finding("LSFM15", Severity.WARNING, message, hint, "use_blob_urls")


def _overlaps(storages: Iterable[_Storage]) -> Iterator[Finding]:
    """Two imports of one project over the same objects, and imports of any project over what an export writes."""
    read: dict[tuple[object, ...], list[_Storage]] = {}
    written: dict[tuple[object, ...], dict[str, _Storage]] = {}
    for one in storages:
        if one.is_read:
            read.setdefault((one.declared.address.root, *one.place), []).append(one)
        elif one.declared.address.kind == "export_storage":
            written.setdefault(one.place, {}).setdefault(one.reach.folder, one)
    folders = {place: sorted(targets) for place, targets in written.items()}
    for together in read.values():
        for one, other in combinations(together, 2):
            if name := both_take(one.reach, other.reach):
                yield _taken_twice(one, other, name)
        for one in together:
            near = _within(folders.get(one.place, []), one.reach.folder)
            targets = (written[one.place][folder] for folder in near)
            back = ((target, name) for target in targets if (name := taken_of(one.reach, target.reach)))
            if first := next(back, None):
                yield _taken_back(one, *first)


def _within(folders: Sequence[str], folder: str) -> Iterator[str]:
    """Of sorted folders those that begin with this one, and the top, whose names may: a stack may have thousands."""
    if folder and folders[:1] == [""]:
        yield ""
    for found in islice(folders, bisect_left(folders, folder), None):
        if not found.startswith(folder):
            return
        yield found


def _taken_twice(one: _Storage, other: _Storage, name: str) -> Finding:
    first, second = sorted((one, other), key=lambda each: each.declared.address)
    message = f"`{second.declared.address}` takes what `{first.declared.address}` takes, such as `{name}`"
    hint = "each would make tasks of it: give them folders or `regex_filter` of their own, or one of them `sync: never`"
    return second.finding("LSFM16", Severity.ERROR, message, hint)


def _taken_back(source: _Storage, target: _Storage, name: str) -> Finding:
    message = f"`{source.declared.address}` takes what `{target.declared.address}` writes, such as `{name}`"
    hint = "annotations would come in as tasks: export to a folder that nothing imports from"
    return source.finding("LSFM16", Severity.ERROR, message, hint)
