"""What the tests of the state share: a state to keep, and places to keep it in."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lsform.core.address import Address
from lsform.engine.model import StateEntry
from lsform.state import StateStore
from tests.conformance.stores import service_account
from tests.google_storage import GoogleStorage
from tests.loopback import answering


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.01)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def wait_until() -> Callable[[Callable[[], bool]], None]:
    return _wait_until


@pytest.fixture
def entry() -> StateEntry:
    raw = Address.parse("project.traffic/import_storage.raw")
    return StateEntry(raw, "import_storage", "s3", 7, "n7", {"prefix": "d1", "bucket": "d0"})


@pytest.fixture
def open_store(tmp_path: Path) -> Callable[[], StateStore]:
    """Opens the same local store each time, as another process would."""
    return lambda: StateStore.open("file:.lsform/state", base=tmp_path, stack="vision")


@pytest.fixture(scope="module")
def moto_url() -> Iterator[str]:
    """A process that speaks S3, with the bucket `memory`."""
    pytest.importorskip("moto.server", reason="NOT TESTED: state on S3 needs `pip install 'moto[server]'`")
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = chosen.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_until(lambda: server.poll() is not None or _answers(port))
        url = f"http://127.0.0.1:{port}"
        urllib.request.urlopen(urllib.request.Request(f"{url}/memory", method="PUT")).close()
        yield url
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(scope="module")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A process that speaks Azure, with the container `memory`: the standard environment that leads to it."""
    blob = pytest.importorskip("azure.storage.blob", reason="NOT TESTED: state on Azure needs `azure-storage-blob`")
    if shutil.which("azurite-blob") is None:
        pytest.skip("NOT TESTED: state on Azure needs `npm install -g azurite`")
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = chosen.getsockname()[1]
    account, key = "one", "Y2FuYXJ5LW9uZS01ZTJm"
    options = ("--silent", "--skipApiVersionCheck", "--disableTelemetry", "--inMemoryPersistence")
    server = subprocess.Popen(
        ["azurite-blob", *options, "--blobHost", "127.0.0.1", "--blobPort", str(port)],
        cwd=tmp_path_factory.mktemp("azurite"),
        env={**os.environ, "AZURITE_ACCOUNTS": f"{account}:{key}"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until(lambda: server.poll() is not None or _answers(port))
        url = f"http://127.0.0.1:{port}/{account}"
        with blob.BlobServiceClient(url, credential={"account_name": account, "account_key": key}) as client:
            client.create_container("memory")
        yield {
            "AZURE_STORAGE_ACCOUNT_NAME": account,
            "AZURE_STORAGE_ACCOUNT_KEY": key,
            "AZURE_STORAGE_ENDPOINT": url,
            "AZURE_ALLOW_HTTP": "true",
        }
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(scope="module")
def google() -> GoogleStorage:
    return GoogleStorage({"memory": {}})


@pytest.fixture(scope="module")
def google_environment(google: GoogleStorage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The standard environment that leads to a bucket of Google's: obstore signs with a key that was never there."""
    pytest.importorskip("cryptography", reason="NOT TESTED: state on Google needs `cryptography`")
    account = tmp_path_factory.mktemp("google") / "account.json"
    account.write_text(service_account("memory", "http://127.0.0.1:9/nobody-asks"), "utf-8")
    with answering(google) as url:
        yield {"GOOGLE_APPLICATION_CREDENTIALS": str(account), "GOOGLE_BASE_URL": url}


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Points the standard environment at an endpoint; nothing outside of this machine is ever asked."""

    def use(endpoint: str) -> None:
        environment = {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ALLOW_HTTP": "true",
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "CANARY-ID",
            "AWS_SECRET_ACCESS_KEY": "CANARY-KEY",
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)

    return use


@pytest.fixture
def refusing_url() -> Iterator[str]:
    """A server that refuses all, and quotes the key in doing so, as S3 does."""

    class Refusal(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b"<Error><Code>SignatureDoesNotMatch</Code><StringToSign>CANARY-ID</StringToSign></Error>"
            self.send_response(403)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Refusal) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
