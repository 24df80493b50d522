"""Use cases of the labeling loop: which project is meant, its annotations out of the server. Decides nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryFile

from lsform.config.checked import Checked, checked
from lsform.config.connection import connection
from lsform.config.loader import Request
from lsform.core.address import Address
from lsform.core.diagnostics import nearest
from lsform.core.errors import LsformError, UsageError
from lsform.core.values import Json, Secret, reveal
from lsform.data.drawing import Wanted
from lsform.data.export import Media, export
from lsform.data.items import Medium
from lsform.data.output import Output
from lsform.data.reading import Tasks
from lsform.data.shapes import Size
from lsform.engine.ports import Progress
from lsform.interface.model import LabelInterface, without_marker
from lsform.interface.model import parse as parse_interface
from lsform.resources.project import PROJECT
from lsform.server.brush import decode
from lsform.server.data import Snapshot
from lsform.server.models import LabelStudioModels

Connect = Callable[[str, Secret], LabelStudioModels]
FRESH = timedelta(hours=1)  # how old a snapshot may be with which a broken-off export goes on


@dataclass(frozen=True, slots=True)
class Labeling:
    """One stack and its server, for what is not a plan. Nothing that is declared is written here."""

    checked: Checked
    server: LabelStudioModels
    progress: Progress


@dataclass(frozen=True, slots=True)
class Project:
    """A project on the server, with the interface that it has there."""

    name: str
    remote: int
    interface: LabelInterface


@contextmanager
def labeling(request: Request, *, connect: Connect = LabelStudioModels, progress: Progress) -> Iterator[Labeling]:
    """Open a stack for the labeling loop."""
    progress("reading manifests", done=0, total=0)
    found = checked(request)
    place = connection(found.configuration)
    progress(f"asking {place.url}", done=0, total=0)
    server = connect(place.url, place.api_key)
    try:
        server.info()
        yield Labeling(found, server, progress)
    finally:
        server.close()


def project(opened: Labeling, text: str) -> Project:
    """The project of an address (`project.traffic`), of its name (`traffic`), or, for those of others, of an id."""
    if text.isdigit():
        return _project(opened, text, int(text))
    address = _address(text)
    stack = opened.checked.configuration.stack
    owned = {
        one.ownership.address: one.remote
        for one in opened.server.list(PROJECT, attributes=())
        if one.ownership is not None and one.ownership.stack == stack
    }
    if address not in owned:
        known = {*map(str, owned), *(str(one) for one in opened.checked.compiled.desired if one.parent is None)}
        is_declared = address in opened.checked.compiled.desired
        hint = "`lsform apply` makes it" if is_declared else nearest(str(address), known)
        raise UsageError(
            f"there is no `{address}` on the server", hint=hint or "`lsform state list` shows what is ours"
        )
    return _project(opened, str(address), owned[address])


def _address(text: str) -> Address:
    try:
        return Address.parse(text if "." in text else f"project.{text}")
    except ValueError:
        raise UsageError(f"`{text}` is no project", hint="write its address or its name, as `traffic`") from None


def _project(opened: Labeling, name: str, remote: int) -> Project:
    found = opened.server.get(PROJECT, remote)
    if found is None:
        raise UsageError(f"there is no project {remote} on the server", hint="`lsform state list` shows what is ours")
    return Project(name, remote, parse_interface(without_marker(str(found.attributes["label_config"]))))


def declared(opened: Labeling, meant: Project, field: str) -> Json:
    """What the manifest says of a field of the project; None when it leaves that to whoever comes."""
    for one in opened.checked.compiled.desired.values():
        if str(one.address) == meant.name and field in one.attributes:
            return reveal(one.attributes[field])
    return None


def export_project(opened: Labeling, meant: Project, wanted: Wanted, place: Path, *, fetch: bool) -> dict[str, Json]:
    """Export a project's annotations; what an export that was killed had fetched is not fetched again."""
    server = opened.server
    with _downloaded(opened, meant, place, unlabeled=wanted.unlabeled) as (path, snapshot), path.open("rb") as stream:
        manifest = export(
            Tasks(stream, path.name), meant.interface, wanted, place,
            media=_media(server, fetch=fetch), facts=facts(meant.name, snapshot),
            progress=lambda done: opened.progress("converting", done=done, total=done),
        )  # fmt: skip
        server.forget_snapshot(meant.remote, snapshot)
    return manifest


def facts(project: str, snapshot: Snapshot) -> dict[str, Json]:
    """What the manifest of an export says of where it comes from."""
    return {"project": project, "snapshot_of": snapshot.created_at}


def convert_file(
    source: Path, interface: LabelInterface, wanted: Wanted, place: Path, progress: Progress
) -> dict[str, Json]:
    """The same from a file that was exported before; needs no server."""
    try:
        stream = source.open("rb")
    except OSError as error:
        raise UsageError(f"`{source}` cannot be read: {error.strerror}") from None
    with stream:
        return export(
            Tasks(stream, str(source)), interface, wanted, place, media=Media(decode), facts={},
            progress=lambda done: progress("converting", done=done, total=done),
        )  # fmt: skip


@contextmanager
def _downloaded(opened: Labeling, meant: Project, place: Path, *, unlabeled: bool) -> Iterator[tuple[Path, Snapshot]]:
    """A snapshot in a file beside the place; it stays there when the export does not end, for the next attempt."""
    what = "all" if unlabeled else "labeled"
    folder = place.absolute().parent
    prefix = f".{place.name}.{meant.remote}-{what}-"
    folder.mkdir(parents=True, exist_ok=True)
    snapshot = next(_left_over(opened, meant, folder, prefix), None)
    if snapshot is None:
        opened.progress("waiting for the server to write its snapshot", done=0, total=1)
        snapshot = opened.server.snapshot(meant.remote, title=f"lsform export {meant.name}", unlabeled=unlabeled)
    path = folder / f"{prefix}{snapshot.number}.part"
    opened.server.download(
        meant.remote,
        snapshot,
        path,
        progress=lambda done, total: opened.progress("downloading", done=done, total=total),
    )
    yield path, snapshot
    path.unlink()


def _left_over(opened: Labeling, meant: Project, folder: Path, prefix: str) -> Iterator[Snapshot]:
    """Snapshots that an export of the same project to the same place had fetched, or begun to; old ones go."""
    oldest = datetime.now(timezone.utc) - FRESH
    for path in sorted(folder.glob(f"{prefix}*.part")):
        number = path.name.removeprefix(prefix).removesuffix(".part")
        found = opened.server.existing_snapshot(meant.remote, int(number)) if number.isdigit() else None
        if found is not None and datetime.fromisoformat(found.created_at.replace("Z", "+00:00")) > oldest:
            yield found
        else:
            path.unlink()


def _media(server: LabelStudioModels, *, fetch: bool) -> Media:
    if not fetch:
        return Media(decode)

    def put(made: Output, medium: Medium, name: str) -> None:
        with made.stream(name) as file:
            for chunk in server.medium(medium.task, medium.url):
                file.write(chunk)

    return Media(decode, put, lambda medium: _measured(server, medium))


def _measured(server: LabelStudioModels, medium: Medium) -> Size | None:
    """The size of a picture as browsers show it: turned as its EXIF says."""
    try:
        from PIL import Image, ImageOps
    except ModuleNotFoundError:
        raise LsformError("measuring pictures needs `pillow`", hint="`pip install 'lsform[export]'`") from None
    with TemporaryFile() as file:
        for chunk in server.medium(medium.task, medium.url):
            file.write(chunk)
        file.seek(0)
        try:
            with Image.open(file) as picture:
                return Size(*ImageOps.exif_transpose(picture).size)
        except OSError:
            return None
