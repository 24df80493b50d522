"""An empty plan of 300 projects on the real Label Studio, next to its floor and to a script with the SDK.

Each project has an interface, an import storage and a webhook, made by lsform itself. Four ways to look at them take
turns, so that a busy machine slows all alike, and the medians are compared. Processor time is that of the way, without
the server's: where processors are scarce, as the load tells, that is what one waits for.

- `lsform plan`, a process of its own;
- the same in a process that has everything loaded;
- the floor: the very requests of that plan, sent by the standard library's HTTP client and thrown away unread, by as
  many threads as are best;
- a script as one would write it: for each project get it, its storages and webhooks with the SDK, and compare.
"""

from __future__ import annotations

import http.client
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from lsform import workflow
from lsform.config.loader import Request
from lsform.engine.guard import Permission
from lsform.server import local
from lsform.server.local import LocalServer
from tests.conftest import fresh_server_data

PROJECTS, ROUNDS = 300, 3
READERS = (1, 2, 4)  # of the floor: the best of them counts
AIM_FLOOR, AIM_SCRIPT = 1.2, 5.0

STACK = """\
apiVersion: lsform/v1
kind: Stack
metadata: {name: bench}
"""
PROJECT = """\
apiVersion: lsform/v1
kind: Project
metadata: {{name: project-{n:03}}}
spec:
  title: Project number {n}
  interface:
    template: object-detection
    vars: {{labels: [Car, Truck, Camera {n}]}}
  maximum_annotations: 2
  import_storages:
    frames: {{type: localfiles, path: "{files}/{n:03}", use_blob_urls: true}}
  webhooks:
    retrain: {{url: "http://127.0.0.1:9/{n}", actions: [ANNOTATION_CREATED], is_active: false}}
"""
SCRIPT = """\
import os, sys
from label_studio_sdk import LabelStudio

client = LabelStudio(base_url=os.environ["LABEL_STUDIO_URL"], api_key=os.environ["LABEL_STUDIO_API_KEY"])
files, differences = sys.argv[1], 0
known = {project.title: project.id for project in client.projects.list()}
for n in range(int(sys.argv[2])):
    project = client.projects.get(known[f"Project number {n}"])
    differences += project.maximum_annotations != 2 or f'value="Camera {n}"' not in project.label_config
    (storage,) = client.import_storage.local.list(project=project.id)
    storage = client.import_storage.local.get(storage.id)
    differences += storage.path != f"{files}/{n:03}" or not storage.use_blob_urls
    (hook,) = client.webhooks.list(project=str(project.id))
    differences += hook.url != f"http://127.0.0.1:9/{n}" or hook.actions != ["ANNOTATION_CREATED"]
assert not differences
"""
Way = Callable[[], object]


@contextmanager
def server() -> Iterator[LocalServer]:
    """A Label Studio with nothing in it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "files").mkdir()
        data = fresh_server_data(folder / "data")
        try:
            yield local.up(data, document_root=folder / "files", ssrf_protection=False, environment=os.environ)
        finally:
            local.down(data)


def made(folder: Path, found: LocalServer) -> Request:
    """The stack, applied."""
    for n in range(PROJECTS):
        (found.document_root / f"{n:03}").mkdir()
    (folder / "lsform.yaml").write_text(STACK, "utf-8")
    (folder / "projects").mkdir()
    for n in range(PROJECTS):
        (folder / "projects" / f"{n:03}.yaml").write_text(PROJECT.format(n=n, files=found.document_root), "utf-8")
    process = {"LABEL_STUDIO_URL": found.url, "LABEL_STUDIO_API_KEY": found.api_key.value}
    request = Request(folder, process=process)
    with workflow.session(request, lock_for="apply") as opened:
        plan = workflow.make_plan(opened, workflow.Options())
        for outcome in workflow.run_plan(opened, plan, Permission()):
            assert not outcome.error, outcome.error
    return request


def plan(request: Request) -> None:
    """An empty plan in this process."""
    with workflow.session(request, ahead=True) as opened:
        found = workflow.make_plan(opened, workflow.Options())
    assert not found.changes and not found.syncs and 3 * PROJECTS == len(found.unchanged)


def run(command: list[str], process: Mapping[str, str]) -> None:
    """The same, or the script, in a process of its own."""
    subprocess.run(command, env={**os.environ, **process}, stdout=subprocess.DEVNULL, check=True)


@contextmanager
def recorded() -> Iterator[list[str]]:
    """The addresses of all GET requests that are sent inside; of others there are none in a plan."""
    addresses: list[str] = []
    send = httpx.Client.send

    def listening(client: httpx.Client, request: httpx.Request, **options: object) -> httpx.Response:
        assert "GET" == request.method
        addresses.append(request.url.raw_path.decode())
        return send(client, request, **options)  # type: ignore[arg-type]

    httpx.Client.send = listening  # type: ignore[method-assign,assignment]
    try:
        yield addresses
    finally:
        httpx.Client.send = send  # type: ignore[method-assign]


def bare(addresses: list[str], found: LocalServer, readers: int) -> None:
    """The requests alone; a connection each, as the development server answers kept ones 40 ms late."""
    host = urlsplit(found.url).netloc
    headers = {"Authorization": f"Token {found.api_key.value}", "Connection": "close"}

    def get(address: str) -> None:
        connection = http.client.HTTPConnection(host)
        connection.request("GET", address, headers=headers)
        answer = connection.getresponse()
        assert answer.read() and 200 == answer.status
        connection.close()

    with ThreadPoolExecutor(readers) as pool:
        list(pool.map(get, addresses))


def processor_time() -> float:
    """Seconds of this process and of those that it has waited for."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in spent)


def medians(ways: Mapping[str, Way]) -> dict[str, tuple[float, float]]:
    """Seconds of each way, all in turn: by the clock, and of a processor."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            began, spent = time.perf_counter(), processor_time()
            way()
            taken[name].append((time.perf_counter() - began, processor_time() - spent))
    return {
        name: (statistics.median(clock for clock, _ in seconds), statistics.median(cpu for _, cpu in seconds))
        for name, seconds in taken.items()
    }


def compare(request: Request, found: LocalServer) -> None:
    """All ways in turn, and the table of them."""
    with recorded() as addresses:
        plan(request)
    lsform = [str(Path(sys.executable).with_name("lsform")), "-C", str(request.folder), "plan", "-q"]
    script = [sys.executable, "-c", SCRIPT, str(found.document_root), str(PROJECTS)]
    floors: dict[str, Way] = {f"floor, {n} at a time": partial(bare, addresses, found, n) for n in READERS}
    ways: dict[str, Way] = {
        "lsform plan": partial(run, lsform, request.process),
        "... without start-up": partial(plan, request),
        **floors,
        "script with the SDK": partial(run, script, request.process),
    }
    seconds = medians(ways)
    floor = min(seconds[name][0] for name in floors)
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    print(f"empty plan of {len(addresses)} requests, medians of {ROUNDS} rounds, load {load:.1f} for each processor")
    for name, (clock, cpu) in seconds.items():
        print(f"  {name:22} {clock:6.2f} s  {clock / floor:5.2f} x the floor  {cpu:5.2f} s of a processor")
    faster = seconds["script with the SDK"][0] / seconds["lsform plan"][0]
    print(f"  aims: {AIM_FLOOR:g} x the floor; {AIM_SCRIPT:g} times faster than the script, which is {faster:.1f}")


def main() -> int:
    with tempfile.TemporaryDirectory() as name, server() as found:
        began = time.perf_counter()
        request = made(Path(name), found)
        print(f"{PROJECTS} projects, each with a storage and a webhook: made in {time.perf_counter() - began:.1f} s")
        compare(request, found)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
