"""`lsform tasks import` against a bare client that posts the same batches to the same server, in one run.

Ours reads and checks the file, compares and counts on top of that; the bare client posts one half before it and one
half after it, as other work on the machine would favour one of them else. Prints tasks a second of both, the ratio,
seconds of CPU, and the memory that ours took over what it had when it began.
`python -m tests.benchmarks.import_speed 20000` takes fewer than 100,000 tasks.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from lsform.data.batches import MOST_TASKS
from lsform.server import local
from lsform.server.local import LocalServer
from tests.conftest import fresh_server_data

TASKS = 100_000
AIM_RATIO, AIM_MEGABYTES = 0.8, 200.0
XML = (
    '<View><Text name="text" value="$text"/><Choices name="kind" toName="text">'
    '<Choice value="A"/><Choice value="B"/></Choices></View>'
)
STACK = "apiVersion: lsform/v1\nkind: Stack\nmetadata: {name: bench}\n"
OURS = """\
import sys, time
from pathlib import Path
from lsform.cli.app import run
def peak():  # of this program; getrusage tells that of the one that started it, if it was larger
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
before, began, used = peak(), time.monotonic(), time.process_time()
assert run(sys.argv[1:]) == 0
print(time.monotonic() - began, time.process_time() - used, (peak() - before) / 1024)
"""


def task(number: int) -> dict[str, str]:
    return {"text": f"A short text, of which there are many: {number}"}


def new_project(client: httpx.Client) -> int:
    made = client.post("/api/projects", json={"title": "bench", "label_config": XML})
    return int(made.raise_for_status().json()["id"])


def bare(client: httpx.Client, tasks: int) -> float:
    """Seconds of nothing but the requests."""
    project = new_project(client)
    began = time.monotonic()
    for begin in range(0, tasks, MOST_TASKS):
        batch = [{"data": task(number)} for number in range(begin, min(begin + MOST_TASKS, tasks))]
        client.post(f"/api/projects/{project}/import?return_task_ids=false", json=batch).raise_for_status()
    return time.monotonic() - began


def ours(folder: Path, server: LocalServer, project: int) -> tuple[float, float, float]:
    """Seconds, seconds of CPU, and megabytes of one import; the start of Python is left out."""
    environment = {
        **os.environ, "LABEL_STUDIO_URL": server.url, "LABEL_STUDIO_API_KEY": server.api_key.value,
    }  # fmt: skip
    arguments = ["-C", str(folder), "-q", "tasks", "import", str(project), "tasks.jsonl"]
    done = subprocess.run(
        [sys.executable, "-c", OURS, *arguments], env=environment, capture_output=True, text=True, check=True
    )
    seconds, used, megabytes = map(float, done.stdout.split()[-3:])
    return seconds, used, megabytes


def main() -> int:
    tasks = int(sys.argv[1]) if len(sys.argv) > 1 else TASKS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = fresh_server_data(folder / "data")
        server = local.up(data, document_root=folder, ssrf_protection=False, environment=os.environ)
        try:
            (folder / "lsform.yaml").write_text(STACK)
            (folder / "tasks.jsonl").write_text("".join(json.dumps(task(number)) + "\n" for number in range(tasks)))
            headers = {"Authorization": f"Token {server.api_key.value}", "Connection": "close"}
            with httpx.Client(base_url=server.url, headers=headers, trust_env=False, timeout=600) as client:
                bare(client, MOST_TASKS)  # the server's first requests are slow
                theirs = bare(client, tasks // 2)
                seconds, used, megabytes = ours(folder, server, new_project(client))
                theirs += bare(client, tasks - tasks // 2)
        finally:
            local.down(data)
    print(f"{tasks:,} tasks imported: {theirs / seconds:.2f} of a bare client's rate, aim {AIM_RATIO:g}")
    print(f"  {tasks / seconds:,.0f} tasks a second, {used:.1f} s of CPU in {seconds:.1f} s")
    print(f"  {megabytes:.0f} MB, aim under {AIM_MEGABYTES:g} MB")
    print(f"  a bare client: {tasks / theirs:,.0f} tasks a second")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
