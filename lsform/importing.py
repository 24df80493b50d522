"""Use cases of bringing data in: tasks and predictions, from files into a project. Decides nothing itself."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import IO

from lsform.config.files import Unreadable, files_inside
from lsform.core.diagnostics import Finding
from lsform.core.errors import LsformError, UsageError
from lsform.core.values import Json
from lsform.data import intake, loading, predicting
from lsform.data.intake import Loading, Tally
from lsform.data.items import file_name, objects
from lsform.data.sources import (
    STDIN,
    Pictures,
    Source,
    file_source,
    is_medium,
    local_files,
    media_in,
    served,
    standard_input,
)
from lsform.data.tasks import UPLOADED, Task, key_of_data, key_of_field
from lsform.data.validation import Checker
from lsform.engine.ports import Progress
from lsform.labeling import Labeling, Project
from lsform.resources.project import PROJECT

MEDIA_TAGS = ("image", "audio", "video", "pdf")
LONGEST_UPLOAD = 40  # characters of a name: the server cuts what it calls a file after 100, its own parts included
CHUNK = 1 << 20
MARK = "upload:"  # stands for the address of a file until it is uploaded


@dataclass(frozen=True, slots=True)
class Media:
    """How tasks will name media: one of root, prefix and upload; `key` is where in the data."""

    root: Path | None = None
    prefix: str = ""
    upload: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class Input:
    """What the caller names: files as they were written, `kind` over their endings, and the field that is the key."""

    files: tuple[str, ...]
    folder: Path
    stdin: Callable[[], IO[bytes]]
    kind: str = ""
    key: str = ""
    media: Media = field(default_factory=Media)


@contextmanager
def task_loadings(opened: Labeling, meant: Project, given: Input) -> Iterator[list[Loading]]:
    """What is to be imported, by key: the files that are named, else those that the project declares."""
    with ExitStack() as stack:
        groups = {given.key: _named(stack, meant, given)} if given.files else _declared(opened, meant, given)
        made = [_loading(inputs, key) for key, inputs in groups.items()]
        for one in made:
            stack.callback(one.close)
        yield made


@contextmanager
def prediction_loading(given: Input) -> Iterator[Loading]:
    """The rows of these files."""
    with ExitStack() as stack:
        made = _loading([_records(stack, name, given) for name in given.files], given.key)
        stack.callback(made.close)
        yield made


def _loading(inputs: Sequence[Source | Pictures], key: str) -> Loading:
    return Loading(inputs, key_of_field(key) if key else key_of_data, key)


def _declared(opened: Labeling, meant: Project, given: Input) -> dict[str, list[Source | Pictures]]:
    configuration = opened.checked.configuration
    manifest = next((one for one in configuration.manifests if meant.name == f"project.{one.name}"), None)
    declared = getattr(manifest.spec, "tasks", ()) if manifest else ()
    if manifest is None or not declared:
        raise UsageError(f"no tasks are given, and `{meant.name}` declares none", hint="name files, or `-` for stdin")
    groups: dict[str, list[Source | Pictures]] = {}
    for one in declared:
        try:
            found = files_inside(configuration.folder, manifest.folder, one.file)
        except Unreadable as error:
            raise LsformError(error.message, hint=error.hint) from None
        groups.setdefault(given.key or one.key or "", []).extend(file_source(path, name) for path, name in found)
    return groups


def _named(stack: ExitStack, meant: Project, given: Input) -> list[Source | Pictures]:
    made: list[Source | Pictures] = []
    for name in given.files:
        paths = _paths(given.folder, name)
        if name != STDIN and all(path.is_dir() or is_medium(path) for path in paths):
            files = [file for path in paths for file in media_in(path)]
            if not files:
                raise UsageError(f"there are no media in `{name}`", hint="pictures, sound, video and PDF are media")
            base = paths[0] if paths[0].is_dir() else given.folder
            made.append(Pictures(name, files, _data_key(meant, given.media), _address(given.media, base)))
        else:
            made += [_records(stack, name, given)] if name == STDIN else [_source(path, given) for path in paths]
    return made


def _paths(folder: Path, name: str) -> list[Path]:
    path = folder / name
    if path.exists() or name == STDIN:
        return [path]
    try:
        found = sorted(folder.glob(name)) if not Path(name).is_absolute() else []
    except ValueError:
        found = []
    if not found:
        raise UsageError(f"there is no file `{name}`", hint="name a file, a folder of media, or `-` for stdin")
    return found


def _source(path: Path, given: Input) -> Source:
    name = path.relative_to(given.folder).as_posix() if path.is_relative_to(given.folder) else str(path)
    return file_source(path, name, given.kind)


def _records(stack: ExitStack, name: str, given: Input) -> Source:
    if name == STDIN:
        return stack.enter_context(standard_input(given.stdin(), given.kind))
    return file_source(given.folder / name, name, given.kind)


def _data_key(meant: Project, media: Media) -> str:
    shown = [one.key for one in objects(meant.interface, *MEDIA_TAGS) if one.key]
    if not media.key and len(set(shown)) != 1:
        keys = ", ".join(f"`{key}`" for key in dict.fromkeys(shown)) or "none"
        raise UsageError(f"media shown by `{meant.name}`: {keys}", hint="say by `--data-key` which of them these are")
    return media.key or shown[0]


def _address(media: Media, base: Path) -> Callable[[Path], str]:
    if sum((media.root is not None, bool(media.prefix), media.upload)) != 1:
        hint = "`--root DIR` when the server reads them from its disk, `--url-prefix URL`, or `--upload`"
        raise UsageError("how will people's browsers get the media?", hint=hint)
    if media.root is not None:
        return local_files(media.root)
    return served(media.prefix, base) if media.prefix else _Marks()


@dataclass(frozen=True, slots=True)
class _Marks:
    """Gives each file that will be uploaded a name that is the same for the same content."""

    files: dict[str, Path] = field(default_factory=dict)
    given: dict[Path, str] = field(default_factory=dict)

    def __call__(self, path: Path) -> str:
        if path not in self.given:
            found = hashlib.sha256()
            with path.open("rb") as file:
                while chunk := file.read(CHUNK):
                    found.update(chunk)
            name = PurePosixPath(file_name(path.name))
            stem = name.stem[: LONGEST_UPLOAD - len(name.suffix)]
            self.given[path] = f"{MARK}{found.hexdigest()[:16]}-{stem}{name.suffix}"
            self.files[self.given[path]] = path
        return self.given[path]


def check_tasks(opened: Labeling, meant: Project, loadings: Sequence[Loading]) -> None:
    """Everything that is wrong with the input, against the interface that the project has now; nothing is sent."""
    checker = Checker(meant.interface)
    for one in loadings:
        intake.check(one, checker, Pace(opened.progress))


def import_tasks(opened: Labeling, meant: Project, loadings: Sequence[Loading], *, dry_run: bool) -> Tally:
    """Bring in what is not there."""
    for one in loadings:
        before = loading.compare(one, opened.server, meant.remote, Pace(opened.progress))
        if not dry_run:
            uploads = any(isinstance(source, Pictures) and isinstance(source.address, _Marks) for source in one.inputs)
            prepare = _Uploads(opened, meant, one).prepared if uploads else None
            loading.send(one, opened.server, meant.remote, before, Pace(opened.progress), prepare=prepare)
    return total(loadings)


def total(loadings: Sequence[Loading]) -> Tally:
    made = Tally()
    for one in loadings:
        for name, value in one.tally.json().items():
            assert isinstance(value, int)
            setattr(made, name, getattr(made, name) + value)
    return made


@dataclass(slots=True)
class _Uploads:
    """Puts files into the server's uploads just before their tasks are sent; one that is there is not sent again."""

    opened: Labeling
    meant: Project
    loading: Loading
    _there: dict[str, str] | None = None

    def prepared(self, task: Task) -> Task:
        marks = {key: value for key, value in task.data.items() if isinstance(value, str) and value.startswith(MARK)}
        files = {
            mark: one.address.files[mark]
            for one in self.loading.inputs
            if isinstance(one, Pictures) and isinstance(one.address, _Marks)
            for mark in marks.values()
            if mark in one.address.files
        }
        known = {key: self._uploaded(mark, files[mark]) for key, mark in marks.items() if mark in files}
        return replace(task, data={**task.data, **known}) if known else task

    def _uploaded(self, mark: str, path: Path) -> str:
        server = self.opened.server
        if self._there is None:
            self._there = {UPLOADED.sub(MARK, url): url for url in server.uploads(self.meant.remote)}
        if mark not in self._there:
            [self._there[mark]] = server.upload(self.meant.remote, [(mark.removeprefix(MARK), path.read_bytes())])
        return self._there[mark]


def check_predictions(opened: Labeling, meant: Project, rows: Loading, version: str) -> None:
    """Everything that is wrong with the rows, tasks that are not there included; nothing is sent."""
    predicting.check(rows, Checker(meant.interface), version, Pace(opened.progress))
    predicting.find_tasks(rows, opened.server, meant.remote, Pace(opened.progress))


def import_predictions(
    opened: Labeling, meant: Project, rows: Loading, version: str, *, select: bool
) -> dict[str, Json]:
    """Give each task its prediction, and let the project show those of this version."""
    server = opened.server
    made = predicting.upsert(rows, server, meant.remote, version, Pace(opened.progress))
    live = server.get(PROJECT, meant.remote)
    is_selected = live is not None and live.attributes.get("model_version") == version
    if select and not is_selected and rows.index.counts()[1]:
        server.update(PROJECT, meant.remote, {"model_version": version}, project=None)
    return prediction_counts(rows.tally, made)


def prediction_counts(tally: Tally, made: predicting.Result) -> dict[str, Json]:
    """How many rows came in, and what became of them."""
    return {
        "read": tally.read, "invalid": tally.invalid, "repeated": tally.repeated,
        "unchanged": made.unchanged, "created": made.created, "replaced": made.replaced,
    }  # fmt: skip


def findings(loadings: Sequence[Loading]) -> Iterator[Finding]:
    """The first of what is said of the input."""
    for one in loadings:
        yield from one.complaints.first


@dataclass(slots=True)
class Pace:
    """Progress with a rate and the time that is left."""

    progress: Progress
    began: float = field(default_factory=time.monotonic)
    doing: str = ""

    def __call__(self, text: str, done: int, total: int) -> None:
        now = time.monotonic()
        if text != self.doing:
            self.doing, self.began = text, now
        rate = done / (now - self.began) if done and now > self.began else 0.0
        left = f", {(total - done) / rate:.0f} s left" if rate and total else ""
        self.progress(f"{text}, {rate:,.0f} a second{left}" if rate else text, done=done, total=total)
