"""What the labeling loop needs of a server: snapshots of annotations, and media. Touches the network."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes, urlencode, urlsplit

from lsform.core.collector import load
from lsform.core.errors import ServerError
from lsform.server.label_studio import POLL
from lsform.server.tasks import LabelStudioTasks
from lsform.server.translation import body_of, refused, translated
from lsform.server.wire import READ_TIMEOUT

if TYPE_CHECKING:
    import httpx

SNAPSHOT_TIMEOUT = 3600.0  # seconds: Community makes it inside the request, a minute for 50,000 tasks
CHUNK = 1 << 20
RUNNING = frozenset({"created", "in_progress"})
_CLOUD = re.compile(r"(s3|gs|azure-blob|redis)://")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the server wrote down of a project at one moment: its number there, and the checksum of the file."""

    number: int
    md5: str
    created_at: str


class LabelStudioData(LabelStudioTasks):
    """The adapter for tasks, annotations and media."""

    def snapshot(self, project: int, *, title: str, unlabeled: bool) -> Snapshot:
        """Have the server write down a project's tasks. A gateway that gives up does not end that: it is waited for."""
        path = f"api/projects/{project}/exports/"
        tasks = {} if unlabeled else {"annotated": "only"}
        brief = {"drafts": {"only_id": True}, "predictions": {"only_id": True}}
        body = {"title": title, "task_filter_options": tasks, "serialization_options": brief}
        try:
            made = self._send("POST", path, body, timeout=SNAPSHOT_TIMEOUT)
        except ServerError as error:
            if not error.is_unclear:
                raise
            made = next((one for one in self._read(path) if one.get("title") == title), None)
            if made is None:
                raise
        return self._completed(project, int(made["id"]))

    def _completed(self, project: int, number: int) -> Snapshot:
        deadline = time.monotonic() + SNAPSHOT_TIMEOUT
        while True:
            found = self._read(f"api/projects/{project}/exports/{number}", "status")
            status = str(found.get("status"))
            if status == "completed":
                return Snapshot(number, str(found.get("md5") or ""), str(found.get("created_at") or ""))
            if status not in RUNNING or time.monotonic() > deadline:
                hint = "see the server's log; a part of the tasks may be too large for it"
                raise ServerError(f"the snapshot of project {project} ended as `{status}`", hint=hint)
            time.sleep(POLL)

    def existing_snapshot(self, project: int, number: int) -> Snapshot | None:
        """A snapshot that was made before, if the server still has it."""
        try:
            return self._completed(project, number)
        except ServerError as error:
            if error.status == 404:
                return None
            raise

    def forget_snapshot(self, project: int, snapshot: Snapshot) -> None:
        """Take it off the server's disk."""
        self._send("DELETE", f"api/projects/{project}/exports/{snapshot.number}")

    def download(self, project: int, snapshot: Snapshot, path: Path, *, progress: Callable[[int, int], None]) -> None:
        """Fetch a snapshot into a file, from where an earlier attempt ended; its checksum must be right in the end."""
        begun = path.stat().st_size if path.exists() else 0
        headers = {"Range": f"bytes={begun}-"} if begun else {}
        address = f"api/projects/{project}/exports/{snapshot.number}/download?exportType=JSON"
        with self._stream(address, headers) as answer:
            if answer.status_code != 416:  # which says that nothing is left
                _received(answer, path, begun if answer.status_code == 206 else 0, progress)
        _verify(path, snapshot)

    def medium(self, task: int, address: str) -> Iterator[bytes]:
        """The content of what a task shows, in pieces. The token goes to the Label Studio server and nowhere else."""
        if address.startswith("data:"):
            head, _, body = address.partition(",")
            yield base64.b64decode(body) if head.endswith(";base64") else unquote_to_bytes(body)
            return
        if _CLOUD.match(address):  # the server has the keys of the storage
            uri = base64.urlsafe_b64encode(address.encode()).decode()
            address = f"tasks/{task}/resolve/?{urlencode({'fileuri': uri})}"
        with self._stream(address, {}) as answer:
            yield from answer.iter_bytes(CHUNK)

    @contextmanager
    def _stream(self, address: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
        """A GET whose answer is read bit by bit."""
        own, there = urlsplit(self._url), urlsplit(address)
        is_own = not there.netloc or (there.scheme, there.netloc) == (own.scheme, own.netloc)
        url = address if there.netloc else f"{self._url}/{address.lstrip('/')}"
        auth = self._connection().auth if is_own else None
        httpx = load("httpx")
        with (
            translated(url, write=False, secrets=self._secrets),
            httpx.stream("GET", url, headers=headers, auth=auth, follow_redirects=True, timeout=READ_TIMEOUT) as answer,
        ):
            if not answer.is_success and answer.status_code != 416:
                answer.read()
                raise refused(answer.status_code, body_of(answer), write=False, secrets=self._secrets)
            yield answer


def _received(answer: httpx.Response, path: Path, done: int, progress: Callable[[int, int], None]) -> None:
    """Write an answer behind the first `done` bytes of a file."""
    total = int(answer.headers.get("content-length") or 0) + done
    with path.open("ab" if done else "wb") as file:
        for chunk in answer.iter_bytes(CHUNK):
            file.write(chunk)
            done += len(chunk)
            progress(done, max(total, done))


def _verify(path: Path, snapshot: Snapshot) -> None:
    """What came must be what the server wrote; a file that is not is removed, so that the next attempt begins anew."""
    found = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            found.update(chunk)
    if snapshot.md5 and found.hexdigest() != snapshot.md5:
        path.unlink()
        raise ServerError("the snapshot came damaged", hint="export again; is there a proxy that changes answers?")
