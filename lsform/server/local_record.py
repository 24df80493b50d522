"""What we remember of a local server: `server.json` in its data folder. Touches that file, as only its owner may."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from lsform.core.errors import LsformError
from lsform.core.values import Secret
from lsform.server.local_process import LOOPBACK, MarkedProcess, open_private

RECORD = "server.json"


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A Label Studio on this machine: where it is, and what opens it."""

    url: str
    username: str
    password: Secret
    api_key: Secret
    pid: int
    directory: Path
    document_root: Path
    version: str


@dataclass(frozen=True, slots=True)
class Record:
    """One key of the JSON a field. `unused`: the database was made by a start that has not succeeded yet."""

    port: int
    pid: int
    mark: str
    username: str
    password: str = field(repr=False)
    api_key: str = field(repr=False)
    document_root: str
    ssrf_protection: bool
    version: str
    unused: bool

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def process(self) -> MarkedProcess:
        return MarkedProcess(self.pid, self.mark)

    def server(self, directory: Path) -> LocalServer:
        return LocalServer(
            url=self.url,
            username=self.username,
            password=Secret(self.password, "generated"),
            api_key=Secret(self.api_key, "generated"),
            pid=self.pid,
            directory=directory,
            document_root=Path(self.document_root),
            version=self.version,
        )


def load(directory: Path) -> Record | None:
    """The record of a data folder, if it has one; raises LsformError when it cannot be read."""
    path = directory / RECORD
    try:
        return Record(**json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise LsformError(
            f"`{path}` is not the record of a local server",
            hint="delete it; the data stays, and the next `lsform server up` makes a new login for it",
        ) from error


def save(directory: Path, record: Record) -> None:
    """Replace the record in one step: a reader sees the old one or the new one."""
    draft = directory / f"{RECORD}.new"
    with open_private(draft) as file:
        file.write(json.dumps(asdict(record), indent=2).encode())
    draft.replace(directory / RECORD)
