"""PostgreSQL as Debian has it, on loopback and in a temporary folder, for as long as a test needs it."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from lsform.server.local_process import LOOPBACK, free_port

OLDEST = 14  # that Label Studio works with
READY_SECONDS = 60
UNSAFE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")  # nobody needs the data after a crash


def programs() -> Path | None:
    """The folder of the newest one, which Debian keeps off the PATH; None where there is none that is new enough."""
    found = {int(path.parts[-3]): path.parent for path in Path("/usr/lib/postgresql").glob("[0-9]*/bin/initdb")}
    newest = max(found, default=0)
    return found[newest] if newest >= OLDEST else None


@contextmanager
def running(user: str, password: str, database: str) -> Iterator[int]:
    """The port of a server with one user and one database. It never runs as root, which it refuses."""
    folder = Path(tempfile.mkdtemp(prefix="lsform-postgres-"))
    account = None if os.geteuid() else next(one for one in ("postgres", "nobody") if _is_known(one))
    try:
        (folder / "password").write_text(password)
        if account:
            for path in (folder, folder / "password"):
                shutil.chown(path, account)
        with _started(folder, user, account) as port:
            options = {"host": LOOPBACK, "port": port, "user": user, "password": password}
            with _connected(**options) as connection:
                connection.execute(f'CREATE DATABASE "{database}"')
            yield port
    finally:
        shutil.rmtree(folder)


def _is_known(account: str) -> bool:
    try:
        return pwd.getpwnam(account).pw_uid > 0
    except KeyError:
        return False


@contextmanager
def _started(folder: Path, user: str, account: str | None) -> Iterator[int]:
    place, data, port = programs(), folder / "data", free_port()
    assert place is not None
    login = ["--auth", "scram-sha-256", "--username", user, "--pwfile", str(folder / "password")]
    make = [str(place / "initdb"), "--no-sync", "--encoding", "UTF8", "--locale", "C", *login, str(data)]
    subprocess.run(make, cwd=folder, user=account, check=True, capture_output=True)
    settings = [f"listen_addresses={LOOPBACK}", f"unix_socket_directories={folder}", *UNSAFE]
    options = [word for one in settings for word in ("-c", one)]
    process = subprocess.Popen(
        [str(place / "postgres"), "-D", str(data), "-p", str(port), *options],
        cwd=folder,
        user=account,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _connected(**options: str | int) -> psycopg.Connection[tuple[object, ...]]:
    """A connection, once the server takes any."""
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            return psycopg.connect(**options, dbname="postgres", autocommit=True)  # type: ignore[arg-type]
        except psycopg.OperationalError:
            assert time.monotonic() < deadline, "PostgreSQL does not answer"
            time.sleep(0.05)
