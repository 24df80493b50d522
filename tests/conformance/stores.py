"""Real stores of objects on loopback, for storages of each type: S3 (moto), Redis, Azure (azurite), GCS (an emulator).

Each has the folders `FOLDERS` with a task in them, in two places (buckets, containers, databases) called `PLACES`.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from lsform.server.local_process import LOOPBACK, free_port

FOLDERS = ("plain", "with space", "ünï 漢字 🦊", "deep/inner")
PLACES = ("first", "second")
TASK = b'{"text": "a task"}'
PASSWORDS = ("canary-one-5e2f", "canary-two-77aa")  # those of `bench.SECRETS`
READY_SECONDS = 60
DATABASES = 32768  # of each Redis: all that Label Studio can name
ACCOUNTS = ("one", "two")
KEYS = ("Y2FuYXJ5LW9uZS01ZTJm", "Y2FuYXJ5LXR3by03N2Fh")
# What manifests are told where there are no stores: variables, and variables of the environment.
NOWHERE = {"s3": "http://s3.memory:9000", "redis": "6399", "redis_other": "6398", "redis_locked": "6397"}
UNKNOWN = {
    **dict(zip(("AZURE_ACCOUNT", "AZURE_OTHER_ACCOUNT"), ACCOUNTS, strict=True)),
    **dict(zip(("AZURE_KEY", "AZURE_OTHER_KEY"), KEYS, strict=True)),
    "GCS_ACCOUNT": "{}",
    "GCS_OTHER_ACCOUNT": "{ }",
}


class Put(Protocol):
    """Puts an object into a place of a store."""

    def __call__(self, place: str, name: str, content: bytes) -> None: ...


@dataclass
class Stores:
    """`vars` and `env` are what manifests must know, `lacks` says why a type of storage cannot be tested.

    `make` and `remove` do so with a place of a type.
    """

    folder: Path
    gcs: socket.socket
    vars: dict[str, str] = field(default_factory=lambda: dict(NOWHERE))
    env: dict[str, str] = field(default_factory=lambda: dict(UNKNOWN))
    put: dict[str, Put] = field(default_factory=dict)
    make: dict[str, Callable[[str], object]] = field(default_factory=dict)
    remove: dict[str, Callable[[str], object]] = field(default_factory=dict)
    lacks: dict[str, str] = field(default_factory=dict)
    held: ExitStack = field(default_factory=ExitStack)

    def start(self, name: str, command: Sequence[str], port: int, **environment: str) -> None:
        """Run a server until the stores are closed, and wait until it listens."""
        variables = {**os.environ, **environment}
        process = subprocess.Popen(
            command, cwd=self.folder, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.held.callback(process.wait)
        self.held.callback(process.terminate)
        deadline = time.monotonic() + READY_SECONDS
        while not _listens(port):
            assert process.poll() is None, f"{name} ended with {process.returncode}"
            assert time.monotonic() < deadline, f"{name} does not listen on {port}"
            time.sleep(0.05)

    def fill(self, variant: str) -> None:
        for place in PLACES:
            for folder in FOLDERS:
                self.put[variant](place, f"{folder}/task.json", TASK)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((LOOPBACK, port)) == 0


@contextmanager
def stores(folder: Path, gcs: socket.socket, *, only: Collection[str] = ()) -> Iterator[Stores]:
    """All of them that this machine has, or some. Label Studio was told the port of `gcs` when it started."""
    made = Stores(folder, gcs)
    with made.held:
        for variant, (start, missing) in STARTS.items():
            if only and variant not in only:
                continue
            if missing():
                made.lacks[variant] = missing()
            else:
                start(made)
                made.fill(variant)
        yield made


def client_of_s3(endpoint: str) -> Any:
    """A client of moto, which takes any key."""
    import boto3

    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    return boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", **keys)


def _s3(made: Stores) -> None:
    port = free_port()
    made.start("moto", [sys.executable, "-m", "moto.server", "-H", LOOPBACK, "-p", str(port)], port)
    made.vars["s3"] = f"http://{LOOPBACK}:{port}"
    client = client_of_s3(made.vars["s3"])
    for place in PLACES:
        client.create_bucket(Bucket=place)
    made.put["s3"] = lambda place, name, content: client.put_object(Bucket=place, Key=name, Body=content)


def _redis(made: Stores) -> None:
    import redis

    passwords = " ".join(f">{password}" for password in PASSWORDS)
    for name in ("redis", "redis_other", "redis_locked"):
        user = f"user default on ~* &* +@all {passwords if name == 'redis_locked' else 'nopass'}"
        port = free_port()
        made.vars[name] = str(port)
        settings = f'port {port}\nbind {LOOPBACK}\nsave ""\ndatabases {DATABASES}\n{user}\n'
        (made.folder / f"{name}.conf").write_text(settings, "utf-8")
        made.start("redis-server", ["redis-server", f"{name}.conf"], port)

    def put(place: str, name: str, content: bytes) -> None:
        port, db = int(made.vars["redis"]), PLACES.index(place) + 1
        with redis.Redis(port=port, db=db) as client:
            client.set(name, content)

    made.put["redis"] = put


def _azure(made: Stores) -> None:
    from azure.storage.blob import BlobServiceClient

    port = free_port()
    options = ("--silent", "--skipApiVersionCheck", "--disableTelemetry", "--inMemoryPersistence")
    accounts = ";".join(f"{account}:{':'.join(KEYS)}" for account in ACCOUNTS)
    made.start(
        "azurite",
        ["azurite-blob", *options, "--blobHost", LOOPBACK, "--blobPort", str(port)],
        port,
        AZURITE_ACCOUNTS=accounts,
    )
    clients = []
    for name, account in zip(("AZURE_ACCOUNT", "AZURE_OTHER_ACCOUNT"), ACCOUNTS, strict=True):
        endpoint = f"http://{LOOPBACK}:{port}/{account}"
        # Label Studio writes a connection string with Azure's own addresses, and takes no other. It puts the account's
        # name into it as it is, so that a name with an address behind it leads to the emulator.
        made.env[name] = f"{account};BlobEndpoint={endpoint}"
        client = BlobServiceClient(endpoint, credential={"account_name": account, "account_key": KEYS[0]})
        clients.append(made.held.enter_context(client))
        for place in PLACES:
            client.create_container(place)

    def put(place: str, name: str, content: bytes) -> None:
        for client in clients:
            client.get_blob_client(place, name).upload_blob(content, overwrite=True)

    made.put["azure"] = put
    made.make["azure"], made.remove["azure"] = clients[0].create_container, clients[0].delete_container


class _TokenGiver(BaseHTTPRequestHandler):
    """Google's side of a service account: gives everybody a token."""

    def do_POST(self) -> None:
        body = json.dumps({"access_token": "token", "expires_in": 3600, "token_type": "Bearer"}).encode()
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def service_account(name: str, token_uri: str) -> str:
    """The key of a service account that was never at Google."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return json.dumps(
        {
            "type": "service_account",
            "project_id": "p",
            "private_key_id": name,
            "private_key": key.decode(),
            "client_email": f"{name}@p.iam.gserviceaccount.com",
            "token_uri": token_uri,
        }
    )


def _gcs(made: Stores) -> None:
    import httpx

    port = made.gcs.getsockname()[1]
    made.gcs.close()
    made.start(
        "gcp-storage-emulator",
        [
            str(Path(sys.executable).parent / "gcp-storage-emulator"),
            "start", "--host", LOOPBACK, "--port", str(port), "--in-memory",
        ],
        port,
    )  # fmt: skip
    tokens = made.held.enter_context(ThreadingHTTPServer((LOOPBACK, 0), _TokenGiver))
    threading.Thread(target=tokens.serve_forever, daemon=True).start()
    made.held.callback(tokens.shutdown)
    for name in ("GCS_ACCOUNT", "GCS_OTHER_ACCOUNT"):
        made.env[name] = service_account(name.lower(), f"http://{LOOPBACK}:{tokens.server_port}")
    client = made.held.enter_context(httpx.Client(base_url=f"http://{LOOPBACK}:{port}", trust_env=False))

    def make(place: str) -> None:
        client.post("/storage/v1/b", params={"project": "p"}, json={"name": place}).raise_for_status()

    for place in PLACES:
        make(place)

    def put(place: str, name: str, content: bytes) -> None:
        query = {"uploadType": "media", "name": name}
        client.post(f"/upload/storage/v1/b/{place}/o", params=query, content=content).raise_for_status()

    made.put["gcs"] = put
    made.make["gcs"] = make
    made.remove["gcs"] = lambda place: client.delete(f"/storage/v1/b/{place}").raise_for_status()


def _command(name: str, remedy: str) -> Callable[[], str]:
    return lambda: "" if shutil.which(name) else f"NOT TESTED: needs {remedy}"


def _module(name: str, remedy: str) -> Callable[[], str]:
    return lambda: "" if find_spec(name) else f"NOT TESTED: needs {remedy}"


# Type of storage -> how its store is started, and what this machine lacks for it.
STARTS: dict[str, tuple[Callable[[Stores], None], Callable[[], str]]] = {
    "s3": (_s3, _module("moto", "`pip install 'moto[server]'`")),
    "redis": (_redis, _command("redis-server", "`apt install redis-server`")),
    "azure": (_azure, _command("azurite-blob", "`npm install -g azurite`")),
    "gcs": (_gcs, _module("gcp_storage_emulator", "`pip install gcp-storage-emulator`")),
}
