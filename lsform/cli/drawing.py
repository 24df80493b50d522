"""Pictures of interfaces, as files that commands write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from lsform.cli.options import Invocation
from lsform.core.errors import LsformError

if TYPE_CHECKING:
    from lsform.browser.editor import Picture
    from lsform.config.checked import Checked
    from lsform.engine.model import Change
    from lsform.previewing import Sides


def drawn_changes(
    invocation: Invocation, stack: Checked, changes: Iterable[Change], program: str | None = None
) -> Mapping[str, Sides]:
    """Both sides of each changed interface, by address; what the editor says of an interface is said as a warning."""
    # here, because most plans are shown in words
    from lsform.browser.editor import opened
    from lsform.previewing import given_data, pictures, shows

    changed = [change for change in changes if shows(change)]
    if not changed:  # and no browser need start
        return {}
    with opened(program) as editor:
        drawn = pictures(changed, editor.picture, given_data(stack))
    for address, sides in drawn.items():
        if "after" in sides:
            warn_of(invocation, address, sides["after"])
    return drawn


def uris(drawn: Mapping[str, Sides]) -> Mapping[str, Mapping[str, str]]:
    """The pictures as a page holds them."""
    return {address: {side: picture.uri for side, picture in _in_order(sides)} for address, sides in drawn.items()}


def write_changes(drawn: Mapping[str, Sides], folder: Path) -> list[Path]:
    """`ADDRESS.before.png` and `ADDRESS.after.png` in the folder."""
    return [
        write_picture(folder / f"{address}.{side}.png", picture)
        for address, sides in drawn.items()
        for side, picture in _in_order(sides)
    ]


def _in_order(sides: Sides) -> Iterator[tuple[str, Picture]]:
    """Each side that has a picture, with its name."""
    yield from (
        (side, picture)
        for side, picture in (("before", sides.get("before")), ("after", sides.get("after")))
        if picture is not None
    )


def write_picture(path: Path, picture: Picture) -> Path:
    """Write a picture, and the folders around it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture.png)
    except OSError as error:
        raise LsformError(f"`{path}` cannot be written: {error.strerror}") from None
    return path


def warn_of(invocation: Invocation, name: str, picture: Picture) -> None:
    """Say what the editor complains of."""
    for complaint in picture.complaints:
        said = " ".join(complaint.split())
        invocation.console.say(f"{name}: the editor says: {said}", level="warning", label="warning")
