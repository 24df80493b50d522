"""Named objects in a folder or a bucket, replaced only by who has seen them. Touches the disk or the network."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError
from obstore.store import LocalStore, from_url

from lsform.state.document import StateError

if TYPE_CHECKING:
    from obstore import ObjectMeta, PutResult, UpdateVersion
    from obstore.store import ObjectStore, RetryConfig

P = ParamSpec("P")
T = TypeVar("T")

# What to look at when a store refuses, by the scheme of its URL: also the list of what lsform can store in.
REMEDIES = {
    "file": "check that the folder exists, is a folder and may be written",
    "s3": "check the bucket and `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ENDPOINT_URL`",
    "gs": "check the bucket and `GOOGLE_APPLICATION_CREDENTIALS`",
    "az": "check the container and `AZURE_STORAGE_ACCOUNT_NAME`, `AZURE_STORAGE_ACCOUNT_KEY`",
}
# obstore's own default retries for three minutes: too long for somebody who has mistyped an endpoint.
RETRIES: RetryConfig = {"max_retries": 4, "retry_timeout": timedelta(seconds=30)}

_NO_BUCKET = re.compile("<Code>(NoSuchBucket|ContainerNotFound)</Code>")
_CODE = re.compile(r"<Code>(\w+)</Code>")
_STATUS = re.compile(r"status code: (\d+ [A-Za-z ]*[a-z])")


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as it was read. `version` is what `replace` and `delete` must still find."""

    data: bytes
    version: UpdateVersion


def _translated(method: Callable[Concatenate[Objects, P], T]) -> Callable[Concatenate[Objects, P], T]:
    """Turn foreign errors into StateError, without a cause: obstore's text quotes whole answers, key ids included."""

    @wraps(method)
    def call(self: Objects, /, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return method(self, *args, **kwargs)
        except (BaseError, OSError, NotImplementedError) as error:
            failure = self._failure(error)
        raise failure  # here and not above, where it would carry the foreign error as its context

    return call


class Objects:
    """One folder, or one prefix of a bucket. All of it raises StateError when the store refuses or does not answer."""

    def __init__(self, url: str, *, base: Path) -> None:
        """A `file:` path is taken as written, relative to `base`; obstore finds a bucket's keys in the environment."""
        scheme, _, rest = url.partition(":")
        if scheme not in REMEDIES or not rest:
            known = ", ".join(f"`{name}:`" for name in REMEDIES)
            raise StateError("`spec.state.url` names no store that lsform knows", hint=f"it may start with {known}")
        self.url = url
        self._scheme = scheme
        self._folder = (base / _local_path(rest)).absolute() if scheme == "file" else None
        self._store = partial(LocalStore, self._folder) if self._folder else self._connected(rest)

    @_translated
    def read(self, name: str) -> Stored | None:
        """The object, or None when there is none of that name."""
        if self._is_absent():
            return None
        try:
            found = obstore.get(self._store(), name)
        except FileNotFoundError as error:
            if _NO_BUCKET.search(str(error)):  # not an empty memory but a wrong address
                raise
            return None
        return Stored(bytes(found.bytes()), _version(found.meta))

    @_translated
    def replace(self, name: str, data: bytes, *, seen: UpdateVersion | None) -> UpdateVersion | None:
        """Write atomically over what was `seen`, None being nothing; the new version, or None when that has changed."""
        if self._folder is not None:
            _make_private(self._folder)
        store = self._store()
        try:
            if seen is None:
                return _version(obstore.put(store, name, data, mode="create"))
            if self._folder is None:
                return _version(obstore.put(store, name, data, mode=seen))
        except (AlreadyExistsError, PreconditionError):
            return None
        except FileNotFoundError as error:  # S3 says so of a condition on what was deleted
            if seen is None or _NO_BUCKET.search(str(error)):
                raise
            return None
        with _alone_in(self._folder):  # files have no conditional put
            if _current_version(store, name) != seen:
                return None
            return _version(obstore.put(store, name, data))

    @_translated
    def delete(self, name: str, *, seen: UpdateVersion | None = None) -> None:
        """Delete what was `seen`, by default anything; a bucket looks just before, it has no conditional delete."""
        if self._is_absent():
            return
        store = self._store()
        with _alone_in(self._folder):
            found = _current_version(store, name)
            if found is not None and seen in (None, found):
                obstore.delete(store, name)

    @_translated
    def names(self, folder: str) -> list[str]:
        """The names of all objects in a folder below, in order."""
        if self._is_absent():
            return []
        return sorted(one["path"] for one in obstore.list(self._store(), prefix=folder).collect())

    @_translated
    def remove(self, names: Sequence[str]) -> None:
        """Delete these objects, whatever they are, and folders that get empty; what is already gone is not missed."""
        if not names or self._is_absent():
            return
        with suppress(FileNotFoundError):
            obstore.delete(self._store(), names)
        if self._folder is not None:
            for folder in {(self._folder / name).parent for name in names}:
                with suppress(OSError):
                    folder.rmdir()

    @_translated
    def _connected(self, rest: str) -> Callable[[], ObjectStore]:
        if any(mark in rest for mark in "@?#"):  # the URL is printed, so it must not hold a key
            raise StateError("`spec.state.url` may not hold credentials or options", hint=REMEDIES[self._scheme])
        bucket = from_url(self.url, retry_config=RETRIES)
        return lambda: bucket

    def _is_absent(self) -> bool:
        """Whether this is a folder that nothing was written to yet."""
        return self._folder is not None and not self._folder.is_dir()

    def _failure(self, error: Exception) -> StateError:
        text = str(error)
        found = _CODE.search(text) or _STATUS.search(text)
        if found:
            reason = found[1]
        elif isinstance(error, NotImplementedError):
            reason = "it has no conditional writes"
        else:
            reason = text.partition("\n")[0] if self._scheme == "file" else "it is not set up, or does not answer"
        return StateError(f"the state store `{self.url}` failed: {reason}", hint=REMEDIES[self._scheme])


def _local_path(rest: str) -> str:
    """The path of a `file:` URL: `file:relative`, `file:/absolute` and `file:///absolute` are all in use."""
    if rest.startswith("//") and not rest.startswith("///"):
        raise StateError(
            f"`file:{rest}` names a host", hint="write `file:folder`, relative to the stack, or `file:///folder`"
        )
    return rest.removeprefix("//")


def _version(meta: ObjectMeta | PutResult) -> UpdateVersion:
    """What identifies a version; obstore reports an absent part as None but does not take None back."""
    found: UpdateVersion = {}
    if meta["e_tag"] is not None:
        found["e_tag"] = meta["e_tag"]
    if meta["version"] is not None:
        found["version"] = meta["version"]
    return found


def _current_version(store: ObjectStore, name: str) -> UpdateVersion | None:
    try:
        return _version(obstore.head(store, name))
    except FileNotFoundError:
        return None


def _make_private(folder: Path) -> None:
    """Make the folder, for its owner only; and git must not see the `.lsform` that it is in."""
    if folder.is_dir():
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for home in (folder, *folder.parents):
        if home.name == ".lsform":
            (home / ".gitignore").write_text("*\n", encoding="utf-8")
            break


@contextmanager
def _alone_in(folder: Path | None) -> Iterator[None]:
    """Hold the operating system's lock on a folder for a moment; it dies with its process. Nothing for a bucket."""
    if folder is None or sys.platform == "win32":  # Windows has no flock: check and write are a moment apart there
        yield
        return
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
