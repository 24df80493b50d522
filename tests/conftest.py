"""What the tests share: the one real server of the session, stacks in temporary folders, the command line."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path

import pytest
from hypothesis import settings

from lsform.cli.app import run
from lsform.config.loader import Request
from lsform.server import local, local_record
from lsform.server.label_studio import LabelStudio
from lsform.server.local import LocalServer
from lsform.server.local_process import exclusive, free_port
from tests import ml_backend
from tests.conformance.stores import Stores, stores
from tests.conformance.worlds import RealWorld
from tests.ml_backend import Backend

settings.register_profile("unhurried", deadline=None)  # a loaded machine is no failure
# `make random`, which tries a twentieth of it on a real server
settings.register_profile("long", settings.get_profile("unhurried"), max_examples=3000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "unhurried"))


@pytest.fixture(scope="session")
def gcs() -> Iterator[socket.socket]:
    """Keeps the port at which Label Studio will look for Google's storage: only its environment can tell it."""
    with socket.socket() as kept:
        kept.bind(("127.0.0.1", 0))
        yield kept


def fresh_server_data(folder: Path) -> Path:
    """A data folder like that of a server just started for the first time, whose 45 s of migrations are done once.

    The migrated folder is kept in the virtual environment, as it belongs to the Label Studio installed there.
    """
    migrated = Path(sys.prefix) / f"label-studio-{version('label-studio')}"
    with exclusive(migrated.with_suffix(".lock"), timeout=300, progress=print):
        if not migrated.exists():
            draft = migrated.with_suffix(".draft")
            shutil.rmtree(draft, ignore_errors=True)
            local.up(draft, environment=os.environ)
            local.down(draft)
            draft.rename(migrated)
    shutil.copytree(migrated, folder)
    record = local_record.load(folder)
    assert record is not None
    # each process of pytest has a server of its own, with files of its own
    local_record.save(folder, replace(record, port=free_port(), document_root=str(folder.resolve() / local.FILES)))
    return folder


@pytest.fixture(scope="session")
def label_studio(tmp_path_factory: pytest.TempPathFactory, gcs: socket.socket) -> Iterator[LocalServer]:
    """The real Label Studio, started once a process of pytest; it may talk to loopback addresses."""
    storage = {"STORAGE_EMULATOR_HOST": f"http://127.0.0.1:{gcs.getsockname()[1]}"}
    with _running(tmp_path_factory.mktemp("label-studio"), storage) as server:
        yield server


@pytest.fixture(scope="session")
def other_label_studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    """A second one, that knows nothing of the first, for stacks with several environments."""
    with _running(tmp_path_factory.mktemp("other-label-studio"), {}) as server:
        yield server


@contextmanager
def _running(folder: Path, variables: Mapping[str, str]) -> Iterator[LocalServer]:
    files = folder / "files"
    files.mkdir()
    data = fresh_server_data(folder / "data")
    server = local.up(data, document_root=files, ssrf_protection=False, environment={**os.environ, **variables})
    yield server
    local.down(data)


@pytest.fixture
def real(label_studio: LocalServer) -> Iterator[LabelStudio]:
    """The adapter, connected to the real server."""
    adapter = LabelStudio(label_studio.url, label_studio.api_key)
    yield adapter
    adapter.close()


@pytest.fixture(scope="session")
def backend() -> Iterator[Backend]:
    """A real ML backend."""
    with ml_backend.running() as found:
        yield found


@pytest.fixture(scope="session")
def object_stores(tmp_path_factory: pytest.TempPathFactory, gcs: socket.socket) -> Iterator[Stores]:
    """Real stores of objects, of the types that this machine has."""
    with stores(tmp_path_factory.mktemp("stores"), gcs) as found:
        yield found


@pytest.fixture(scope="session")
def real_world(label_studio: LocalServer, backend: Backend, object_stores: Stores) -> Iterator[RealWorld]:
    world = RealWorld(label_studio, backend.url, object_stores)
    yield world
    world.close()


@dataclass
class Result:
    """What a command did."""

    code: int
    out: str
    err: str


@dataclass
class Stack:
    """A stack in a folder of its own, and the command line in it."""

    folder: Path
    call: Callable[[Sequence[str]], Result]
    environment: dict[str, str] = field(default_factory=dict)

    def write(self, files: Mapping[str, str] | str) -> None:
        """Write manifests: a text is `lsform.yaml`."""
        for name, text in ({"lsform.yaml": files} if isinstance(files, str) else files).items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text).lstrip("\n"), "utf-8")

    def run(self, *arguments: str) -> Result:
        """Run `lsform -C <folder> ...` in this process."""
        return self.call(["-C", str(self.folder), *arguments])

    def request(self, **options: str) -> Request:
        """The same stack for the Python API."""
        return Request(self.folder, process=self.environment, **options)  # type: ignore[arg-type]


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Stack:
    """An empty folder for a stack; commands see only the environment that the test gives them."""
    monkeypatch.delenv("LABEL_STUDIO_URL", raising=False)
    monkeypatch.delenv("LABEL_STUDIO_API_KEY", raising=False)
    monkeypatch.setenv("NO_COLOR", "1")

    def call(arguments: Sequence[str]) -> Result:
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        capsys.readouterr()
        code = run(arguments)
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    made = Stack(tmp_path / "stack", call)
    made.folder.mkdir()
    return made


@pytest.fixture
def live_stack(stack: Stack, label_studio: LocalServer) -> Stack:
    """A stack whose commands talk to the real server."""
    stack.environment |= {
        "LABEL_STUDIO_URL": label_studio.url,
        "LABEL_STUDIO_API_KEY": label_studio.api_key.value,
        "LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT": str(label_studio.document_root),
    }
    return stack
