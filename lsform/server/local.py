"""A Label Studio of our own on this machine: `up`, `status`, `down`. Touches processes, files and loopback.

Law: one server a data folder, reachable from this machine only, with a token that was seen to work; `up` of a running
server changes nothing, and no data is ever removed but a database that a broken-off first start left half made.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from lsform.core.errors import LsformError
from lsform.server.local_access import Answer, connect, enable_token, is_healthy, try_token
from lsform.server.local_process import LOOPBACK, exclusive, free_port, is_free, start_python
from lsform.server.local_record import LocalServer, Record, load, save
from lsform.server.local_settings import DATABASE, server_environment

__all__ = ["LocalServer", "down", "status", "up"]

LOG = "server.log"
LOCK = "server.lock"
FILES = "files"
USERNAME = "lsform@localhost"
STOP_SECONDS = 30.0
POLL_SECONDS = 0.2
PROGRESS_SECONDS = 2.0
LOG_LINES = 15


@dataclass(frozen=True, slots=True)
class _Options:
    """What the caller asks of the server; None leaves it as it is, or to us."""

    port: int | None
    document_root: Path | None
    ssrf_protection: bool

    def differences(self, record: Record) -> Iterator[str]:
        """Why a running server does not do, in words."""
        if self.port not in (None, record.port):
            yield f"port {self.port} instead of {record.port}"
        if self.document_root not in (None, Path(record.document_root)):
            yield f"files of `{self.document_root}` instead of `{record.document_root}`"
        if self.ssrf_protection != record.ssrf_protection:
            yield f"protection of private addresses {'on' if self.ssrf_protection else 'off'}"


def _silent(_line: str) -> None:
    """Report nothing."""


def up(
    directory: Path,
    *,
    port: int | None = None,
    document_root: Path | None = None,
    ssrf_protection: bool = True,
    environment: Mapping[str, str],
    progress: Callable[[str], None] = _silent,
    timeout: float = 300,
) -> LocalServer:
    """Start the server of a data folder, or find it running; it listens on loopback and outlives this process.

    `document_root` is the root of local-file serving (`directory/files` unless told). `environment` is that of the
    caller; the server gets a part of it. `timeout` is in seconds: a first start migrates for about 40.
    Raises LsformError when it cannot be started, Conflict when another command holds the folder for too long.
    """
    deadline = time.monotonic() + timeout
    folder = _prepare(directory)
    options = _Options(port, document_root and document_root.resolve(), ssrf_protection)
    with exclusive(folder / LOCK, timeout=timeout, progress=progress), ExitStack() as undo:
        earlier = load(folder)
        if earlier is not None and earlier.process.is_running():
            differences = ", ".join(options.differences(earlier))
            if not differences:
                return _answering(folder, earlier, deadline=deadline, progress=progress)
            progress(f"restarting the server at {earlier.url}: {differences}")
        record = _planned(folder, earlier, options)
        if earlier is not None:
            _clear(folder, earlier)
        progress(f"starting label-studio {record.version} at {record.url}")
        variables = server_environment(environment, directory=folder, record=record)
        process = start_python(_arguments(record.port), directory=folder, environment=variables, log=folder / LOG)
        undo.callback(process.stop, timeout=STOP_SECONDS)
        record = replace(record, pid=process.pid, mark=process.mark)
        save(folder, record)
        server = _answering(folder, record, deadline=deadline, progress=progress)
        undo.pop_all()
    return server


def status(directory: Path) -> LocalServer | None:
    """The server of a data folder when it runs and answers, else None."""
    folder = directory.resolve()
    record = load(folder)
    if record is None or not record.process.is_running():
        return None
    with connect(record) as client:
        return record.server(folder) if is_healthy(client) else None


def down(directory: Path, *, timeout: float = STOP_SECONDS) -> bool:
    """Stop the server of a data folder, after `timeout` seconds by force; whether one was running. The data stays."""
    folder = directory.resolve()
    if load(folder) is None:
        return False
    with exclusive(folder / LOCK, timeout=timeout, progress=_silent):
        record = load(folder)
        return record is not None and record.process.stop(timeout=timeout)


def _prepare(directory: Path) -> Path:
    folder = directory.resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise LsformError(
            f"cannot keep data in `{folder}`: {error.strerror}", hint="name a folder that is yours"
        ) from error
    return folder


def _planned(folder: Path, earlier: Record | None, options: _Options) -> Record:
    """What is to be started, but for its process. Nothing has been stopped yet: it raises while that costs nothing."""
    is_new = not (folder / DATABASE).exists() or (earlier is not None and earlier.unused)
    # a database without a record has users whose passwords we do not know: it gets one more
    username = USERNAME if is_new else USERNAME.replace("@", f"-{secrets.token_hex(3)}@")
    return Record(
        port=_choose_port(options.port, earlier),
        pid=0,
        mark="",
        username=earlier.username if earlier else username,
        password=earlier.password if earlier else secrets.token_urlsafe(18),
        api_key=earlier.api_key if earlier else secrets.token_hex(20),
        document_root=str(_choose_root(folder, options.document_root, earlier)),
        ssrf_protection=options.ssrf_protection,
        version=_installed_version(),
        unused=is_new,
    )


def _clear(folder: Path, earlier: Record) -> None:
    """Stop the last server, and drop its database if it never became one."""
    earlier.process.stop(timeout=STOP_SECONDS)
    if earlier.unused:
        # no login to it was ever given out, and some migrations cannot be taken up in the middle
        for leftover in (DATABASE, f"{DATABASE}-journal"):
            (folder / leftover).unlink(missing_ok=True)


def _installed_version() -> str:
    if importlib.util.find_spec("label_studio") is None:
        raise LsformError("label-studio is not installed", hint="`pip install 'lsform[server]'`")
    return importlib.metadata.version("label-studio")


def _arguments(port: int) -> list[str]:
    return [
        *("-m", "label_studio.server", "start", "--no-browser", "--internal-host", LOOPBACK, "--port", str(port)),
        # all that it does is to fail on a taken port instead of silently moving to the next one
        "--debug",
    ]


def _choose_port(wanted: int | None, earlier: Record | None) -> int:
    # the port of a server that still runs is about to be free
    ours = earlier.port if earlier and (earlier.process.is_running() or is_free(earlier.port)) else None
    if wanted not in (None, ours) and not is_free(wanted):
        raise LsformError(f"port {wanted} is taken", hint="choose another, or none to get a free one")
    return wanted or ours or free_port()


def _choose_root(folder: Path, wanted: Path | None, earlier: Record | None) -> Path:
    root = wanted or (Path(earlier.document_root) if earlier else folder / FILES)
    if root == folder / FILES:
        root.mkdir(exist_ok=True)
    if not root.is_dir():
        raise LsformError(f"the document root `{root}` is not a folder", hint="create it, or choose another")
    return root


def _answering(folder: Path, record: Record, *, deadline: float, progress: Callable[[str], None]) -> LocalServer:
    """Wait until the server takes our token, and note what it took."""
    work = "migrating the database" if record.unused else "waiting for the server"
    began = time.monotonic()
    shown = began - PROGRESS_SECONDS  # told as soon as there is something to wait for
    with connect(record) as client:
        while (answer := try_token(client, record.api_key)) is Answer.NONE:
            now = time.monotonic()
            if not record.process.is_running():
                raise LsformError(
                    f"label-studio stopped while it started:\n{_tail(folder / LOG)}",
                    hint=f"see the whole of `{folder / LOG}`",
                )
            if now > deadline:
                raise LsformError(
                    f"label-studio at {record.url} gave no answer in {now - began:.0f} s",
                    hint=f"see `{folder / LOG}`; `lsform server down` and `up` start it anew",
                )
            if now - shown >= PROGRESS_SECONDS:
                shown = now
                progress(work)
            time.sleep(POLL_SECONDS)
    api_key = record.api_key if answer is Answer.ACCEPTED else enable_token(record)
    settled = replace(record, api_key=api_key, unused=False)
    if settled != record:
        save(folder, settled)
    return settled.server(folder)


def _tail(log: Path) -> str:
    with log.open(encoding="utf-8", errors="replace") as lines:
        return "".join(deque(lines, LOG_LINES)).rstrip()
