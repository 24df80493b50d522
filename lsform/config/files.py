"""Files that manifests name: text from inside the stack's folder, and from nowhere else."""

from __future__ import annotations

from pathlib import Path

ROOT_FILE = "lsform.yaml"  # in the folder of every stack


class Unreadable(Exception):
    """A file that a manifest may not or cannot have: what is wrong, and the remedy."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def read_inside(stack: Path, home: Path, name: str) -> tuple[str, str]:
    """Text of the file that `name`, counted from `home`, leads to, and its path from `stack`; links are followed."""
    try:
        path, shown = _inside(stack, home / name, name)
        if path.exists() and not path.is_file():
            raise Unreadable(f"`{name}` is no file", "name a text file")
        return path.read_text("utf-8"), shown
    except (OSError, ValueError, RuntimeError) as error:
        raise unreadable(name, error) from None


def files_inside(stack: Path, home: Path, pattern: str) -> list[tuple[Path, str]]:
    """The files that a pattern, counted from `home`, leads to, one at least, and their paths from `stack`."""
    try:
        found = sorted(path for path in home.glob(pattern) if path.is_file())
    except (NotImplementedError, ValueError, IndexError):  # what `glob` says of absolute, empty and odd ones
        hint = "it is relative to the manifest, such as `data/*.json`"
        raise Unreadable(f"`{pattern}` names no files of the stack", hint) from None
    if not found:
        raise Unreadable(f"no file is named `{pattern}`", "paths are relative to the manifest")
    return [_inside(stack, path, path.name) for path in found]


def _inside(stack: Path, path: Path, name: str) -> tuple[Path, str]:
    """Where a path leads to, and that counted from `stack`."""
    root, target = stack.resolve(), path.resolve()
    if not target.is_relative_to(root):
        raise Unreadable(f"the file `{name}` is outside the stack", "copy it into the stack's folder")
    return target, target.relative_to(root).as_posix()


def stack_around(file: Path) -> Path:
    """The folder whose files a template may include: that of its stack, or its own."""
    folders = file.resolve().parents
    return next((folder for folder in folders if (folder / ROOT_FILE).is_file()), folders[0])


def unreadable(name: str, error: Exception) -> Unreadable:
    """What is wrong with a file, from the error that reading it ended in."""
    match error:
        case FileNotFoundError():
            reason, hint = "it does not exist", "paths are relative to the manifest"
        case OSError():
            reason, hint = (error.strerror or "it is no file").lower(), "name a file that you may read"
        case UnicodeDecodeError():
            reason, hint = "it is not UTF-8 text", "save it as UTF-8"
        case RuntimeError():  # before Python 3.13
            reason, hint = "it is a link to itself", "name the file itself"
        case _:
            reason, hint = "this is no path", "paths are relative to the manifest"
    return Unreadable(f"the file `{name}` cannot be read: {reason}", hint)
