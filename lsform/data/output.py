"""A folder that is written beside its place and put there whole, or not at all. Touches files.

Law: whoever looks at the folder sees the last complete export or this one, never half of one; and nothing that lsform
did not make is ever replaced.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import msgspec

from lsform.core.checksums import checksum
from lsform.core.errors import LsformError, UsageError
from lsform.core.exports import MADE_BY, MANIFEST, is_export
from lsform.core.values import Json

NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


@dataclass(slots=True)
class Output:
    """The folder while it is written; `files` are the names of what was written so far, with their checksums."""

    folder: Path
    files: dict[str, str] = field(default_factory=dict)
    _made: set[str] = field(default_factory=set)

    def write(self, name: str, data: bytes | str) -> None:
        """Write a whole file; raises ValueError when there is one of that name already."""
        content = data.encode() if isinstance(data, str) else data
        handle = os.open(self._place(name), NEW, 0o666)  # nothing between: an export may be of a million small files
        try:
            rest = content
            while rest:
                rest = rest[os.write(handle, rest) :]
        finally:
            os.close(handle)
        self.files[name] = hashlib.sha256(content).hexdigest()

    @contextmanager
    def stream(self, name: str) -> Iterator[IO[bytes]]:
        """Write a file piece by piece."""
        path = self.path(name)
        with path.open("xb") as file:
            yield file
        self.files[name] = checksum(path)

    @contextmanager
    def streams(self, names: Mapping[str, str]) -> Iterator[dict[str, IO[bytes]]]:
        """Write several files side by side: key -> name of the file."""
        with ExitStack() as opened:
            yield {key: opened.enter_context(self.stream(name)) for key, name in names.items()}

    def path(self, name: str) -> Path:
        """The place of a file that a library writes by itself; tell `written` when it has."""
        return Path(self._place(name))

    def written(self, name: str) -> None:
        self.files[name] = checksum(self.folder / name)

    def _place(self, name: str) -> str:
        """A text and no Path: an export may be of a hundred thousand files, each of which comes by here."""
        parent, _, last = name.rpartition("/")
        is_known = parent in self._made
        if last in ("", "..") or name in self.files or not (is_known or _is_below(name)):
            raise ValueError(f"`{name}` is no new file of this folder")
        if not is_known:
            (self.folder / parent).mkdir(parents=True, exist_ok=True)
            self._made.add(parent)
        return f"{self.folder}/{name}"


def _is_below(name: str) -> bool:
    return not name.startswith("/") and ".." not in name.split("/")


@contextmanager
def output(place: Path) -> Iterator[Output]:
    """Write into the yielded folder; at the end it takes the place of what lsform put there before."""
    target = place.absolute()
    _refuse_foreign(target)
    draft = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(draft, ignore_errors=True)  # of a run that was killed
        draft.mkdir()
    except OSError as error:
        raise LsformError(f"`{place}` cannot be written: {error.strerror}", hint="name another folder") from None
    try:
        yield Output(draft)
        _put_in_place(draft, target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def finish(made: Output, facts: Mapping[str, Json]) -> dict[str, Json]:
    """Write `manifest.json` and return it: what this is, and a checksum of each file."""
    document: dict[str, Json] = {"made_by": MADE_BY, **facts, "files": {**dict(sorted(made.files.items()))}}
    line = json.dumps(document, ensure_ascii=False)  # put into lines by C: that of `json` is written in Python
    made.write(MANIFEST, msgspec.json.format(line, indent=2) + "\n")
    return document


def _refuse_foreign(target: Path) -> None:
    """A folder may be replaced if it is empty or was made by an export."""
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    if not is_export(target):
        hint = "name a new folder, or one that `lsform export` made: that is replaced as a whole"
        raise UsageError(f"`{target}` holds something else already", hint=hint)


def _put_in_place(draft: Path, target: Path) -> None:
    """The two renames are a moment apart: a run killed between them leaves the old folder under another name."""
    before = target.with_name(f".{target.name}.before")
    shutil.rmtree(before, ignore_errors=True)
    if target.exists():
        target.rename(before)
    draft.rename(target)
    _sync(target.parent)
    shutil.rmtree(before, ignore_errors=True)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
