"""Versions of a model on disk, each named by its content; which one is in use survives a restart. One writer."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lsform.core.checksums import checksum
from lsform.core.values import Json, as_json, digest

KEPT = 10  # versions of a project: enough to go back, few enough for large models
SHOWN = 12  # digits of the digest in a name
INDEX = "versions.json"


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions of one project's model: a folder with a folder for each, and an index, the newest last."""

    folder: Path
    prefix: str
    untrained: str

    @property
    def current(self) -> str:
        """The name of the version in use."""
        return next(reversed(self.trained()), self.untrained)

    @property
    def workdir(self) -> Path | None:
        """The folder of the version in use; None when nothing was trained."""
        return self.place(self.current) if self.trained() else None

    def trained(self) -> list[str]:
        """Names of all versions that were trained and are kept, the one in use last."""
        try:
            index = json.loads((self.folder / INDEX).read_text("utf-8"))
        except FileNotFoundError:
            return []
        return [str(name) for name in index]

    def place(self, name: str) -> Path:
        return self.folder / name

    def keep(self, made: Path) -> str:
        """Take what a training left; not in use before `use`. An empty folder is no version: the one in use stays."""
        parts = [(path.relative_to(made).as_posix(), checksum(path)) for path in files(made)]
        if not parts:
            return self.current
        name = named(self.prefix, parts)
        if not self.place(name).exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            made.rename(self.place(name))
        return name

    def use(self, name: str) -> None:
        """Make a version that was kept the one in use, also for the next start; the oldest ones go."""
        if name == self.untrained:
            return
        names = [*(one for one in self.trained() if one != name), name]
        write_whole(self.folder / INDEX, as_json([*names[-KEPT:]]))
        for old in names[:-KEPT]:
            shutil.rmtree(self.place(old), ignore_errors=True)

    def drop(self, name: str) -> None:
        """Forget a version that was kept and cannot be used."""
        if name != self.untrained and name not in self.trained():
            shutil.rmtree(self.place(name), ignore_errors=True)


def named(prefix: str, parts: Iterable[tuple[str, str]]) -> str:
    """The name of a version: that of its class, and the SHA-256 over names and digests of its files."""
    pairs: list[Json] = [[name, checksum] for name, checksum in sorted(parts)]
    return f"{prefix}-{digest(pairs)[:SHOWN]}"


def files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def write_whole(path: Path, text: str) -> None:
    """Write a file so that there is the old one or the new one, never a half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_text(text, "utf-8")
    draft.replace(path)
