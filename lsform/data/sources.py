"""Where tasks come from: files of records, standard input, and media. Touches files.

Law: what is read a second time is what was read the first time, or the import ends.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from urllib.parse import quote

from lsform.core.errors import LsformError, UsageError
from lsform.core.records import ENDINGS, Broken, Row, kind_of, rows
from lsform.core.values import Json

STDIN = "-"
# What the editor shows.
MEDIA = (
    ".bmp", ".flac", ".gif", ".jpeg", ".jpg", ".m4a", ".mp3", ".mp4", ".ogg", ".pdf", ".png", ".svg", ".tif", ".tiff",
    ".wav", ".webm", ".webp",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """A file of records: its name for messages, where it is, and its kind. `spool` holds what came by a pipe."""

    name: str
    path: Path
    kind: str
    spool: IO[bytes] | None = None

    def rows(self) -> Iterator[Row]:
        """Its records; LsformError, with the remedy, where it cannot be read."""
        try:
            with self._opened() as stream:
                before = self._stamp()
                yield from rows(stream, self.kind, self.name)
                if before != self._stamp():
                    raise LsformError(f"`{self.name}` changed while it was read", hint="import again when it is whole")
        except Broken as error:
            raise LsformError(error.message, hint=error.hint) from None
        except UnicodeDecodeError:
            raise LsformError(f"`{self.name}` is not UTF-8 text", hint="save it as UTF-8") from None
        except OSError as error:
            reason = (error.strerror or "it is no file").lower()
            raise UsageError(f"`{self.name}` cannot be read: {reason}", hint="name a file that you may read") from None

    @contextmanager
    def _opened(self) -> Iterator[IO[bytes]]:
        if self.spool is not None:
            self.spool.seek(0)
            yield self.spool
            return
        with self.path.open("rb") as stream:
            yield stream

    def _stamp(self) -> tuple[int, int]:
        if self.spool is not None:
            return 0, 0
        found = self.path.stat()
        return found.st_size, found.st_mtime_ns


@dataclass(frozen=True, slots=True)
class Pictures:
    """Media, one a task: what the task holds under this key is what `address` makes of a file's path."""

    name: str
    files: Sequence[Path]
    key: str
    address: Callable[[Path], str]

    def rows(self) -> Iterator[Row]:
        for number, path in enumerate(self.files, start=1):
            data: dict[str, Json] = {self.key: self.address(path)}
            yield Row({"data": data}, number)


@contextmanager
def standard_input(stream: IO[bytes], kind: str) -> Iterator[Source]:
    """What comes by a pipe, kept in a file of its own, since it is read twice; JSON if nobody says otherwise."""
    with TemporaryFile() as spool:
        shutil.copyfileobj(stream, spool)
        yield Source("<stdin>", Path(STDIN), kind or "json", spool)


def file_source(path: Path, name: str, kind: str = "") -> Source:
    """A file of records, whose kind is what the caller says, or its ending."""
    found = kind or kind_of(name)
    if not found:
        endings = ", ".join(ending for endings in ENDINGS.values() for ending in endings)
        raise UsageError(f"`{name}` has no tasks that can be read", hint=f"tasks are in {endings}, or say `--input`")
    return Source(name, path, found)


def is_medium(path: Path) -> bool:
    return path.suffix.lower() in MEDIA


def media_in(path: Path) -> list[Path]:
    """The media in a folder and below, hidden ones left out, or the one medium that this is."""
    if not path.is_dir():
        return [path]
    return sorted(
        one
        for one in path.rglob("*")
        if is_medium(one) and one.is_file() and not any(part.startswith(".") for part in one.relative_to(path).parts)
    )


def local_files(root: Path) -> Callable[[Path], str]:
    """Addresses of files that Label Studio serves from its own disk; `root` is its document root, as seen from here."""
    top = root.resolve()

    def address(path: Path) -> str:
        if not path.resolve().is_relative_to(top):
            hint = "the server shows only what is below its LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT: name that"
            raise UsageError(f"`{path}` is not below `{root}`", hint=hint)
        return f"/data/local-files/?d={quote(path.resolve().relative_to(top).as_posix())}"

    return address


def served(prefix: str, base: Path) -> Callable[[Path], str]:
    """Addresses of files that are served elsewhere, by their path from `base`."""

    def address(path: Path) -> str:
        return f"{prefix.rstrip('/')}/{quote(path.relative_to(base).as_posix())}"

    return address
